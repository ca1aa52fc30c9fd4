-- One row per article that reports an act that counts.
select
    article.id,
    article.url,
    article.title,
    article.byline,
    article.publisher,
    article.language,
    article.published_at,
    article.seen_at
from news.articles as article
where
    article.id in (
        select mention.article_id
        from sanctions.event_mentions as mention
        inner join sanctions.events as event on mention.event_id = event.id
        where mention.is_current and not event.is_withdrawn and event.review_status <> 'rejected'
    )
order by article.id;
