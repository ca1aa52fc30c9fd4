-- One row per article that reports an act that counts.
select distinct on (report.article_id)
    report.article_id as id,
    report.url,
    report.title,
    report.byline,
    report.publisher,
    report.language,
    report.published_at,
    report.seen_at
from mart.event_reports as report
inner join sanctions.events as event on report.event_id = event.id
where not event.is_withdrawn and event.review_status <> 'rejected' and event.modality <> 'rejected'
order by report.article_id;
