-- Every act has an open version, which is the act as its tables have it: the last day's 10,000, and all others by turns
-- hard
with compared as (
    (
        select id
        from sanctions.events
        where last_seen_at > %(now)s::timestamptz - interval '1 day'
        order by last_seen_at desc
        limit 10000
    )
    union
    -- Another 256th each quarter of an hour, so that all have been looked at within three days of runs.
    select event.id
    from news.ids_in_turn(%(now)s::timestamptz) as turn
    inner join sanctions.events as event on event.id between turn.first_id and turn.last_id
),

without_version as (
    select event.id
    from sanctions.events as event
    where not exists (
        select
        from sanctions.event_versions as state
        where state.event_id = event.id and state.valid_to is null
    )
),

-- As JSON, whatever the columns: one that closing versions does not compare would show here.
with_another as (
    select present.event_id
    from compared
    inner join sanctions.present_events as present on compared.id = present.event_id
    inner join sanctions.event_versions as state on present.event_id = state.event_id
    where
        state.valid_to is null
        and to_jsonb(present) is distinct from to_jsonb(state) - '{version,valid_from,valid_to,change}'::text[]
)

select (select count(*) from without_version) + (select count(*) from with_another) as offending;
