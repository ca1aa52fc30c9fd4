-- What tells of each standing event whether it is a plan or carries one out, and what was held to do so.
with parties as (
    select
        event_id,
        json_agg(json_build_array(name, kind, code) order by position) filter (where role = 'imposer') as imposers,
        json_agg(json_build_array(name, kind, code) order by position) filter (where role = 'target') as targets
    from sanctions.event_parties
    where role in ('imposer', 'target')
    group by event_id
)

select
    event.event_type,
    event.modality,
    event.instrument,
    event.event_date,
    coalesce(event.first_published_on, (event.first_seen_at at time zone 'UTC')::date) as reported_on,
    event.id::text as id,
    event.followed_by::text as followed_by,
    parties.imposers,
    parties.targets
from sanctions.events as event
left join parties on event.id = parties.event_id
where not event.is_withdrawn;
