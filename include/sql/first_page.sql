-- When the first page was fetched, and the oldest moment that a page is of or a day was done again for; null when there
-- is none. Days are done again from 2016 on.
select
    first_one.fetched_at,
    least(
        first_one.fetched_at,
        (
            select entry.published_at
            from news.entries as entry
            where
                entry.published_at >= '2016-01-01 00:00Z'
                and exists (
                    select 1 from news.pages as page
                    where page.entry_id = entry.id
                )
            order by entry.published_at
            limit 1
        ),
        (
            select min(starts_at) from news.rebuilds
            where starts_at >= '2016-01-01 00:00Z'
        )
    ) as oldest
from (select min(fetched_at) as fetched_at from news.pages) as first_one;
