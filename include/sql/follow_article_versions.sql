-- Mentions of an article version that is no longer current stop counting; they count again when it comes back.
update sanctions.event_mentions as mention
set is_current = article.is_current
from news.articles as article, news.outcomes as outcome
where
    article.id = mention.article_id
    and outcome.stage = 'extract'
    and outcome.item_id = mention.article_id
    and outcome.version = mention.extract_version
    and mention.is_current <> article.is_current;
