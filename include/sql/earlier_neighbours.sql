-- For each of some articles, the earlier articles that share the most sampled shingles with it; of each shingle only the
-- latest bearers count, so that furniture which slipped through cannot flood the candidates. One round trip for all.
-- noqa: disable=ST05
select
    n.id,
    best.article_id as earlier_id
from json_to_recordset(%(rows)s) as n (id uuid, seen_at timestamptz, shingles bigint[])
cross join lateral (
    select
        b.article_id,
        b.seen_at,
        count(*) as shared
    from unnest(n.shingles) as own (shingle)
    cross join lateral (
        select
            s.article_id,
            s.seen_at
        from news.sketches as s
        where s.shingle = own.shingle and (s.seen_at, s.article_id) < (n.seen_at, n.id)
        order by s.seen_at desc, s.article_id desc
        limit %(bearers)s
    ) as b
    group by b.article_id, b.seen_at
    order by shared desc, b.seen_at desc, b.article_id desc
    limit %(candidates)s
) as best
order by n.id, best.shared desc, best.seen_at desc, best.article_id desc;
