-- One row per real-world act.
create or replace view mart.events as
select
    event.id as event_id,
    event.event_date,
    event.event_type,
    event.event_class,
    event.modality,
    event.instrument,
    event.effective_date,
    event.confidence,
    event.review_status,
    event.is_withdrawn,
    event.followed_by,
    event.article_count as report_count,
    event.story_count,
    event.first_published_on,
    event.first_publisher,
    event.first_seen_at,
    event.last_seen_at,
    event.extract_version,
    event.resolve_version,
    case
        when event.event_date ~ '^\d{4}-\d{2}-\d{2}$' then event.event_date::date
        else event.first_published_on
    end as act_on,
    array(
        select each.name
        from sanctions.event_parties as each
        where each.event_id = event.id and each.role = 'imposer'
        order by each.position
    ) as imposers,
    array(
        select distinct each.code
        from sanctions.event_parties as each
        where each.event_id = event.id and each.role = 'imposer' and each.code is not null
        order by each.code
    ) as imposer_codes,
    array(
        select each.name
        from sanctions.event_parties as each
        where each.event_id = event.id and each.role = 'target'
        order by each.position
    ) as targets,
    array(
        select distinct each.code
        from sanctions.event_parties as each
        where each.event_id = event.id and each.role = 'target' and each.code is not null
        order by each.code
    ) as target_codes,
    array(
        select each.name
        from sanctions.event_parties as each
        where each.event_id = event.id and each.role = 'actor'
        order by each.position
    ) as actors,
    array(
        select each.measure_type
        from sanctions.event_measures as each
        where each.event_id = event.id
        order by each.position
    ) as measures,
    array(
        select each.flow
        from sanctions.event_measures as each
        where each.event_id = event.id
        order by each.position
    ) as flows,
    array(
        select named.object
        from sanctions.event_measures as each
        cross join unnest(each.objects) with ordinality as named (object, nr)
        where each.event_id = event.id
        order by each.position, named.nr -- noqa: RF01
    ) as objects,
    array(
        select distinct article.publisher
        from sanctions.event_mentions as mention
        inner join news.articles as article on mention.article_id = article.id
        where mention.event_id = event.id and mention.is_current
        order by article.publisher
    ) as publishers
from sanctions.events as event;
comment on view mart.events is 'One row per real-world act, however often it was reported';
comment on column mart.events.event_id is 'Key of the act; it stays the same when more reports come in';
comment on column mart.events.event_date is 'Day of the act as the reports state it: YYYY-MM-DD, YYYY-MM or YYYY; null when none does';
comment on column mart.events.event_type is 'threatened, proposed, imposed, expanded, extended, eased, lifted, implemented, enforced, violated or condemned';
comment on column mart.events.event_class is 'PLAN, IMPOSE, EXTEND, RELAX, ENFORCE, VIOLATE or CONDEMN';
comment on column mart.events.modality is 'asserted, planned, possible or rejected';
comment on column mart.events.imposers is 'Names of who imposes';
comment on column mart.events.imposer_codes is 'Their codes: ISO 3166-1 alpha-2, or EU, UN, UNSC ...';
comment on column mart.events.targets is 'Names of who is hit: the country addressed, and the persons, organisations and vessels named';
comment on column mart.events.target_codes is 'Codes of the countries hit, and of the nationality, seat or flag of those named';
comment on column mart.events.actors is 'Who condemns, violates or calls for it';
comment on column mart.events.instrument is 'Legal instrument';
comment on column mart.events.measures is 'Types of its measures';
comment on column mart.events.flows is 'Beside each measure: from_target, to_target, or null when it is no trade measure';
comment on column mart.events.objects is 'Goods, groups and sectors hit by any of its measures';
comment on column mart.events.effective_date is 'Day it takes effect, when a report says so';
comment on column mart.events.act_on is 'Day to sort and filter by: the stated day, else the first day of publication';
comment on column mart.events.confidence is 'Probability that the row is right, 0 to 1';
comment on column mart.events.review_status is 'accepted, pending (doubtful, not yet looked at by a person) or rejected';
comment on column mart.events.is_withdrawn is 'True when no article reports it any more';
comment on column mart.events.followed_by is 'For a plan: the act that carried it out; null when none has yet';
comment on column mart.events.report_count is 'Articles that report it';
comment on column mart.events.story_count is 'Independent stories that report it: copies of one report count once';
comment on column mart.events.publishers is 'Who reports it';
comment on column mart.events.first_published_on is 'Earliest day of publication among its reports';
comment on column mart.events.first_publisher is 'Who reported it first';
comment on column mart.events.first_seen_at is 'When the first report was fetched';
comment on column mart.events.last_seen_at is 'When the last report was fetched';
comment on column mart.events.extract_version is 'Version of the extractors behind it';
comment on column mart.events.resolve_version is 'Version of the resolver that made it';
