-- A page that a feed announced was fetched in the last two days
-- soft
select (
    coalesce((select fetched_at from news.live_pages
order by fetched_at desc limit 1), '-infinity')
    < %(now)s::timestamptz - interval '2 days'
)::integer as offending;
