-- Texts of a month that support no act and that neither grouping nor extraction still wants, with what tells whose they
-- were.
select
    article.id as article_id,
    article.url,
    article.publisher,
    article.title,
    article.language,
    article.published_at,
    article.seen_at,
    article.clean_version,
    body.text
from news.article_texts as body
inner join news.articles as article on body.article_id = article.id and body.seen_at = article.text_at
where
    body.seen_at >= %(starts_at)s
    and body.seen_at < %(ends_at)s
    and article.id not in (select supporting.article_id from sanctions.supporting_articles as supporting)
    and exists (
        select from news.outcomes as grouped
        where grouped.stage = 'group' and grouped.item_id = article.id and grouped.version = %(group_version)s
    )
    and (
        not article.is_current
        or article.language not in ('en', '')
        or exists (
            select from news.outcomes as extracted
            where
                extracted.stage = 'extract'
                and extracted.item_id = article.id
                and extracted.version = %(extract_version)s
        )
    )
order by article.seen_at, article.id;
