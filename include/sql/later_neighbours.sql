-- The grouped articles for which some articles may be earlier neighbours: those with the same address, and of each shingle
-- the next bearers. Later ones have as many bearers nearer to them, so that a piece of furniture does not make all that
-- came after a late article look again.
-- noqa: disable=ST05
with newcomers as (
    select
        r.id,
        r.seen_at,
        r.url_id,
        r.shingles
    from json_to_recordset(%(rows)s) as r (id uuid, seen_at timestamptz, url_id uuid, shingles bigint[])
),

-- As a rule nothing is later: then it costs one look and not one for each shingle.
late as (
    select
        id,
        seen_at,
        url_id,
        shingles
    from newcomers
    where seen_at <= (select max(s.last_seen_at) from news.stories as s)
),

neighbours as (
    select b.article_id as id
    from late as n
    cross join unnest(n.shingles) as own (shingle)
    cross join lateral (
        select s.article_id
        from news.sketches as s
        where s.shingle = own.shingle and (s.seen_at, s.article_id) > (n.seen_at, n.id)
        order by s.seen_at, s.article_id
        limit %(bearers)s
    ) as b
    union
    select a.id
    from late as n
    inner join news.articles as a on n.url_id = a.url_id and (n.seen_at, n.id) < (a.seen_at, a.id)
    inner join news.story_members as m on a.id = m.article_id
)

select neighbours.id
from neighbours
left join newcomers on neighbours.id = newcomers.id
where newcomers.id is null
order by neighbours.id;
