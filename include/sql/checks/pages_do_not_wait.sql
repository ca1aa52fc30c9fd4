-- No page of the last month has waited for cleaning for more than a day
-- soft
select count(*) as offending
from news.pages as page
where
    page.fetched_at between %(now)s::timestamptz - interval '30 days' and %(now)s::timestamptz - interval '1 day'
    and not exists (
        select 1
        from news.outcomes as outcome
        where outcome.stage = 'clean' and outcome.item_id = page.id
    );
