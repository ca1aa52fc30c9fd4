-- How many rows the exported tables have.
with reports as (
    select mention.id
    from sanctions.event_mentions as mention
    where mention.is_current and mention.event_id is not null
)

select
    (select count(*) from mart.events)
    + (select count(*) from reports)
    + (select count(*) from sanctions.event_parties)
    + (select count(*) from sanctions.event_measures) as rows;
