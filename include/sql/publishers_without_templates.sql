-- Those of some publishers whose furniture was never looked for although enough of their pages are there.
-- noqa: disable=ST05,AM09
select given.publisher
from unnest(%(publishers)s::text[]) as given (publisher)
left join news.learned_publishers as learned on given.publisher = learned.publisher
cross join lateral (
    select count(*) as pages
    from (
        -- Any will do, and no more than needed: some publishers have a hundred thousand.
        select a.id
        from news.articles as a
        where a.publisher = given.publisher and a.is_current
        limit %(pages)s
    ) as enough
) as present
where learned.publisher is null and present.pages >= %(pages)s
order by given.publisher;
