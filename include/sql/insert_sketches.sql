-- Keeps the sampled shingles of articles.
insert into news.sketches (shingle, seen_at, article_id)
select
    s.shingle,
    r.seen_at,
    r.article_id
from json_to_recordset(%(rows)s) as r (article_id uuid, seen_at timestamptz, shingles bigint[])
cross join unnest(r.shingles) as s (shingle)
order by s.shingle, r.seen_at, r.article_id
on conflict do nothing;
