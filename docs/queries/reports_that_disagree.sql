-- Of which acts do the reports disagree on what was done, and who says what, in the hundred newest such acts?
with disputed as (
    select
        event.event_id,
        event.act_on,
        event.imposer_codes,
        event.target_codes,
        event.event_type
    from mart.events as event
    where
        not event.is_withdrawn
        and exists (
            select
            from sanctions.event_mentions as mention
            where
                mention.event_id = event.event_id
                and mention.is_current
                and mention.event_type <> event.event_type
        )
    order by event.act_on desc nulls last, event.event_id asc
    limit 100
)

select
    event.act_on,
    event.imposer_codes,
    event.target_codes,
    event.event_type as taken_for,
    evidence.event_type as reported_as,
    count(distinct evidence.mention_id) as reports,
    array_agg(distinct evidence.publisher order by evidence.publisher) as publishers
from disputed as event
inner join mart.event_evidence as evidence on event.event_id = evidence.event_id
group by event.act_on, event.imposer_codes, event.target_codes, event.event_type, evidence.event_type, event.event_id
order by event.act_on asc, event.event_id asc, reports desc, evidence.event_type asc;
