-- The acts that became known last.
select
    event.event_id::text as event_id,
    event.act_on,
    event.event_date,
    event.imposers,
    event.targets,
    event.event_type,
    event.report_count,
    event.first_publisher,
    event.first_seen_at
from sanctions.event_versions as event
where event.valid_to is null and not event.is_withdrawn and event.review_status <> 'rejected'
order by event.first_seen_at desc, event.event_id asc
limit %(max_rows)s;
