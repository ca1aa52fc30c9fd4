-- For each of some articles, the latest earlier version of its address among those that are placed or being placed.
select
    n.id,
    version.id as earlier_id
from json_to_recordset(%(rows)s) as n (id uuid, seen_at timestamptz, url_id uuid)
cross join lateral (
    select a.id
    from news.articles as a
    left join news.story_members as m on a.id = m.article_id
    where
        a.url_id = n.url_id
        and (a.seen_at, a.id) < (n.seen_at, n.id)
        and (m.article_id is not null or a.id = any(%(being_placed)s::uuid[]))
    order by a.seen_at desc, a.id desc
    limit 1
) as version
order by n.id;
