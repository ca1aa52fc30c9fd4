-- Statistics of every table, parents of partitions too, which autovacuum never looks at.
analyze;
