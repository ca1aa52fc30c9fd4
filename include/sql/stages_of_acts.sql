-- What tells of each standing event whether it is a plan or carries one out, and what was held to do so.
with reported as (
    select
        mention.event_id,
        min((coalesce(article.published_at, article.seen_at) at time zone 'UTC')::date) as reported_on
    from sanctions.event_mentions as mention
    inner join news.articles as article on mention.article_id = article.id
    where mention.is_current and mention.event_id is not null
    group by mention.event_id
),

parties as (
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
    reported.reported_on,
    event.id::text as id,
    event.followed_by::text as followed_by,
    parties.imposers,
    parties.targets
from sanctions.events as event
inner join reported on event.id = reported.event_id
left join parties on event.id = parties.event_id
where not event.is_withdrawn;
