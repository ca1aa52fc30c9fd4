-- Describes stories by their members; rows alike are left alone.
insert into news.stories as kept (
    id, canonical_article_id, title, article_count, publisher_count, first_seen_at, last_seen_at, group_version
)
select
    m.story_id,
    c.article_id,
    c.title,
    count(*) as article_count,
    count(distinct a.publisher) as publisher_count,
    min(a.seen_at) as first_seen_at,
    max(a.seen_at) as last_seen_at,
    %(version)s as group_version
from news.story_members as m
inner join news.articles as a on m.article_id = a.id
inner join lateral (
    select
        first.article_id,
        named.title
    from news.story_members as first
    inner join news.articles as named on first.article_id = named.id
    where first.story_id = m.story_id and first.relation = 'canonical'
) as c on true
where m.story_id = any(%(ids)s::uuid[])
group by m.story_id, c.article_id, c.title
on conflict (id) do update set
    canonical_article_id = excluded.canonical_article_id,
    title = excluded.title,
    article_count = excluded.article_count,
    publisher_count = excluded.publisher_count,
    first_seen_at = excluded.first_seen_at,
    last_seen_at = excluded.last_seen_at,
    group_version = excluded.group_version
where
    row(
        kept.canonical_article_id, kept.title, kept.article_count, kept.publisher_count,
        kept.first_seen_at, kept.last_seen_at, kept.group_version
    )
    is distinct from
    row(
        excluded.canonical_article_id, excluded.title, excluded.article_count, excluded.publisher_count,
        excluded.first_seen_at, excluded.last_seen_at, excluded.group_version
    );
