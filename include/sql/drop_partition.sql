-- Drops one partition; false when it was gone.
select news.drop_partition(%(parted)s, %(starts_at)s) as is_dropped;
