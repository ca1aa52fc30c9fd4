-- Current articles that report an act which a person decided on; copies that only took over their original's reports,
-- which would be labels twice, are left out.
select
    article.title,
    article.url,
    article.publisher,
    article.published_at,
    body.text,
    article.id::text as id
from news.articles as article
inner join news.article_texts as body on article.id = body.article_id and article.text_at = body.seen_at
where
    article.is_current
    and exists (
        select
        from sanctions.event_mentions as mention
        inner join sanctions.events as event on mention.event_id = event.id
        where mention.article_id = article.id and mention.is_current and event.verdict_id is not null
    )
    and not exists (
        select
        from sanctions.copies_read as copied
        where copied.article_id = article.id and copied.is_inherited
    )
order by article.published_at, article.id;
