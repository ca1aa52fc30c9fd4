-- The grouped articles that come after one of some articles and share a sampled shingle or the address with it.
with newcomers as (
    select
        r.id,
        r.seen_at,
        r.url_id,
        r.shingles
    from json_to_recordset(%(rows)s) as r (id uuid, seen_at timestamptz, url_id uuid, shingles bigint[])
),

neighbours as (
    select s.article_id as id
    from newcomers as n
    cross join unnest(n.shingles) as own (shingle)
    inner join news.sketches as s
        on own.shingle = s.shingle and (n.seen_at, n.id) < (s.seen_at, s.article_id)
    union
    select a.id
    from newcomers as n
    inner join news.articles as a on n.url_id = a.url_id and (n.seen_at, n.id) < (a.seen_at, a.id)
    inner join news.story_members as m on a.id = m.article_id
)

select neighbours.id
from neighbours
left join newcomers on neighbours.id = newcomers.id
where newcomers.id is null
order by neighbours.id;
