-- Of which acts do the reports disagree on what was done, and who says what?
select
    event.act_on,
    event.imposer_codes,
    event.target_codes,
    event.event_type as taken_for,
    evidence.event_type as reported_as,
    count(distinct evidence.mention_id) as reports,
    array_agg(distinct evidence.publisher order by evidence.publisher) as publishers
from mart.events as event
inner join mart.event_evidence as evidence on event.event_id = evidence.event_id
where
    not event.is_withdrawn
    and exists (
        select
        from mart.event_evidence as other
        where other.event_id = event.event_id and other.event_type <> event.event_type
    )
group by event.act_on, event.imposer_codes, event.target_codes, event.event_type, evidence.event_type, event.event_id
order by event.act_on asc, event.event_id asc, reports desc, evidence.event_type asc;
