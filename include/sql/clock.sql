-- The moment by the database's clock, whatever a transaction or a task began at.
select clock_timestamp() as now;
