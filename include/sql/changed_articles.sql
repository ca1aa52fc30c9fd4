-- Changes that resolving has not looked at, and the articles that people decided on, whose decisions may have changed: few.
select
    note.change,
    note.article_id::text as article_id
from sanctions.changed_articles as note
union all
select distinct
    null::bigint as change,
    coalesce(current_article.id, report.article_id)::text as article_id
from sanctions.decision_reports as report
inner join news.articles as article on report.article_id = article.id
left join news.articles as current_article
    on article.url_id = current_article.url_id and current_article.is_current;
