-- One row per act that counts and article that reports it.
select
    report.mention_id as id,
    report.event_id,
    report.article_id,
    report.salience,
    report.evidence
from mart.event_reports as report
inner join sanctions.events as event on report.event_id = event.id
where not event.is_withdrawn and event.review_status <> 'rejected' and event.modality <> 'rejected'
order by report.mention_id;
