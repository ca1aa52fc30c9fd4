-- The newest acts, one row each, by the stated day or else the day of the first report, with how many there are in all.
select
    coalesce(event_date, act_on::text, (first_seen_at at time zone 'UTC')::date::text) as day,
    event_date is not null as is_dated,
    imposers,
    actors,
    event_type,
    modality,
    targets,
    instrument,
    measures,
    report_count,
    count(*) over () as total
from mart.events
where not is_withdrawn
order by day desc, report_count desc, event_id asc
limit %(most)s
