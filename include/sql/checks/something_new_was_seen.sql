-- A page was fetched in the last two days
-- soft
select (coalesce(max(fetched_at), '-infinity') < %(now)s::timestamptz - interval '2 days')::integer as offending
from news.pages;
