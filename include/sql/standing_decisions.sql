-- Decisions that people did not take back, first to last, one row per report that they were made on: in the article's
-- current version when that is another.
select
    decision.kind,
    decision.changes,
    decision.decided_at,
    decision.decided_by,
    report.side,
    report.event_class,
    report.start_offset,
    report.end_offset,
    decision.id::text as id,
    coalesce(current_article.id, report.article_id)::text as article_id
from sanctions.decisions as decision
inner join sanctions.decision_reports as report on decision.id = report.decision_id
inner join news.articles as article on report.article_id = article.id
left join news.articles as current_article
    on article.url_id = current_article.url_id and current_article.is_current
where not decision.is_revoked
order by decision.decided_at, decision.id, report.side, report.article_id, report.start_offset;
