-- The earlier articles that share the most sampled shingles with one; of each shingle only the latest bearers count,
-- so that furniture which slipped through cannot flood the candidates.
-- noqa: disable=ST05
with bearers as (
    select
        b.article_id,
        b.seen_at
    from unnest(%(shingles)s::bigint[]) as own (shingle)
    cross join lateral (
        select
            s.article_id,
            s.seen_at
        from news.sketches as s
        where s.shingle = own.shingle and (s.seen_at, s.article_id) < (%(seen_at)s, %(id)s::uuid)
        order by s.seen_at desc, s.article_id desc
        limit %(bearers)s
    ) as b
)

select article_id as id
from bearers
group by article_id, seen_at
order by count(*) desc, seen_at desc, article_id desc
limit %(batch_size)s;
