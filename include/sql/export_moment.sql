-- Since when the transaction sees the warehouse as it does.
select now() as taken_at;
