-- How many rows the statements for FollowTheMoney have.
with acts as (
    select event.id
    from sanctions.events as event
    where not event.is_withdrawn and event.review_status <> 'rejected' and event.modality <> 'rejected'
),

parties as (
    select distinct
        party.name,
        party.kind,
        party.code
    from sanctions.event_parties as party
    inner join acts on party.event_id = acts.id
),

reports as (
    select
        count(*) as reports,
        count(distinct mention.article_id) as articles
    from sanctions.event_mentions as mention
    inner join acts on mention.event_id = acts.id
    where mention.is_current
)

select
    (select count(*) from acts)
    + (select count(*) from parties)
    + reports.reports
    + reports.articles as rows
from reports;
