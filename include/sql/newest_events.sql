-- The newest acts, one row each, with how many there are in all.
select
    event_date,
    imposers,
    event_type,
    modality,
    targets,
    instrument,
    measures,
    report_count,
    count(*) over () as total
from mart.events
where not is_withdrawn
order by act_on desc nulls last, report_count desc, event_id asc
limit %(most)s
