-- How many pages of the last days wait to be cleaned, in one row, and for how long the oldest.
select
    count(*) as pages,
    %(now)s::timestamptz - min(page.fetched_at) as age
from news.pages as page
where
    page.fetched_at > %(now)s::timestamptz - interval '2 days'
    and not exists (
        select 1
        from news.outcomes as outcome
        where outcome.stage = 'clean' and outcome.item_id = page.id
    );
