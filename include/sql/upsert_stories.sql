-- Describes stories by their members; rows alike are left alone.
insert into news.stories as kept (
    id, canonical_article_id, canonical_reason, title, article_count, publisher_count, first_seen_at, last_seen_at,
    group_version
)
select
    r.id,
    c.id as canonical_article_id,
    r.reason as canonical_reason,
    c.title,
    count(*) as article_count,
    count(distinct a.publisher) as publisher_count,
    min(a.seen_at) as first_seen_at,
    max(a.seen_at) as last_seen_at,
    r.group_version
from json_to_recordset(%(rows)s) as r (id uuid, canonical_id uuid, reason text, group_version text)
inner join news.articles as c on r.canonical_id = c.id
inner join news.story_members as m on r.id = m.story_id
inner join news.articles as a on m.article_id = a.id
group by r.id, c.id, r.reason, c.title, r.group_version
on conflict (id) do update set
    canonical_article_id = excluded.canonical_article_id,
    canonical_reason = excluded.canonical_reason,
    title = excluded.title,
    article_count = excluded.article_count,
    publisher_count = excluded.publisher_count,
    first_seen_at = excluded.first_seen_at,
    last_seen_at = excluded.last_seen_at,
    group_version = excluded.group_version
where
    row(
        kept.canonical_article_id, kept.canonical_reason, kept.title, kept.article_count, kept.publisher_count,
        kept.first_seen_at, kept.last_seen_at, kept.group_version
    )
    is distinct from
    row(
        excluded.canonical_article_id, excluded.canonical_reason, excluded.title, excluded.article_count,
        excluded.publisher_count, excluded.first_seen_at, excluded.last_seen_at, excluded.group_version
    );
