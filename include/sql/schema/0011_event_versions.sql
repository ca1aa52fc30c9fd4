-- What was known of each act, and when: every state that the row of an act had, the present one among them.
create table sanctions.event_versions (
    event_id uuid not null references sanctions.events (id),
    version integer not null check (version > 0),
    valid_from timestamptz not null,
    valid_to timestamptz check (valid_to >= valid_from),
    change text not null check (change in ('new', 'changed', 'withdrawn', 'returned')),
    event_date text,
    event_type text not null,
    event_class text not null,
    modality text not null,
    instrument text,
    effective_date text,
    confidence real not null,
    review_status text not null,
    is_withdrawn boolean not null,
    followed_by uuid,
    report_count integer not null,
    story_count integer not null,
    first_published_on date,
    first_publisher text not null,
    first_seen_at timestamptz not null,
    last_seen_at timestamptz not null,
    extract_version text not null,
    resolve_version text not null,
    act_on date,
    imposers text[] not null,
    imposer_codes text[] not null,
    targets text[] not null,
    target_codes text[] not null,
    actors text[] not null,
    measures text[] not null,
    flows text[] not null,
    objects text[] not null,
    publishers text[] not null,
    primary key (event_id, version)
);
create unique index event_versions_present on sanctions.event_versions (event_id) where valid_to is null;
create index event_versions_by_target on sanctions.event_versions using gin (target_codes) where valid_to is null;
create index event_versions_by_imposer on sanctions.event_versions using gin (imposer_codes) where valid_to is null;
create index event_versions_by_day on sanctions.event_versions (act_on) where valid_to is null;
-- What was known stays known: a version is closed once, and else neither changed nor deleted.
revoke update, delete, truncate on sanctions.event_versions from desk_loader;
grant update (valid_to) on sanctions.event_versions to desk_loader;
comment on table sanctions.event_versions is 'One row per act and state that its row had: nothing that was known of an act is overwritten';
comment on column sanctions.event_versions.event_id is 'The act';
comment on column sanctions.event_versions.version is 'Number among the states of the act, from 1';
comment on column sanctions.event_versions.valid_from is 'When the desk came to know it so; of acts older than this table, when the table was made';
comment on column sanctions.event_versions.valid_to is 'When it came to know better; null while it holds';
comment on column sanctions.event_versions.change is 'What made this state: new, changed, withdrawn (no article reports it any more) or returned (reported again)';
comment on column sanctions.event_versions.event_date is 'Day of the act as the reports state it: YYYY-MM-DD, YYYY-MM or YYYY; null when none does';
comment on column sanctions.event_versions.event_type is 'threatened, proposed, imposed, expanded, extended, eased, lifted, implemented, enforced, violated or condemned';
comment on column sanctions.event_versions.event_class is 'PLAN, IMPOSE, EXTEND, RELAX, ENFORCE, VIOLATE or CONDEMN';
comment on column sanctions.event_versions.modality is 'asserted, planned, possible or rejected';
comment on column sanctions.event_versions.instrument is 'Legal instrument';
comment on column sanctions.event_versions.effective_date is 'Day it takes effect, when a report says so';
comment on column sanctions.event_versions.confidence is 'Probability that the row is right, 0 to 1';
comment on column sanctions.event_versions.review_status is 'accepted, pending (doubtful, not yet looked at by a person) or rejected';
comment on column sanctions.event_versions.is_withdrawn is 'True when no article reports it any more';
comment on column sanctions.event_versions.followed_by is 'For a plan: the act that carried it out; null when none has yet';
comment on column sanctions.event_versions.report_count is 'Articles that report it';
comment on column sanctions.event_versions.story_count is 'Independent stories that report it: copies of one report count once';
comment on column sanctions.event_versions.first_published_on is 'Earliest day of publication among its reports';
comment on column sanctions.event_versions.first_publisher is 'Who reported it first';
comment on column sanctions.event_versions.first_seen_at is 'When the first report was fetched';
comment on column sanctions.event_versions.last_seen_at is 'When the last report was fetched';
comment on column sanctions.event_versions.extract_version is 'Version of the extractors behind it';
comment on column sanctions.event_versions.resolve_version is 'Version of the resolver that made it';
comment on column sanctions.event_versions.act_on is 'Day to sort and filter by: the stated day, else the first day of publication';
comment on column sanctions.event_versions.imposers is 'Names of who imposes';
comment on column sanctions.event_versions.imposer_codes is 'Their codes: ISO 3166-1 alpha-2, or EU, UN, UNSC ...';
comment on column sanctions.event_versions.targets is 'Names of who is hit: the country addressed, and the persons, organisations and vessels named';
comment on column sanctions.event_versions.target_codes is 'Codes of the countries hit, and of the nationality, seat or flag of those named';
comment on column sanctions.event_versions.actors is 'Who condemns, violates or calls for it';
comment on column sanctions.event_versions.measures is 'Types of its measures';
comment on column sanctions.event_versions.flows is 'Beside each measure: from_target, to_target, or null when it is no trade measure';
comment on column sanctions.event_versions.objects is 'Goods, groups and sectors hit by any of its measures';
comment on column sanctions.event_versions.publishers is 'Who reports it';

-- The state that the tables of acts have now; closing and opening versions compare with it.
create view sanctions.present_events as
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
        when event.event_date ~ '^\d{4}-\d{2}-\d{2}$' and pg_input_is_valid(event.event_date, 'date')
            then event.event_date::date
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
comment on view sanctions.present_events is 'One row per act as the tables of acts, parties, measures and mentions have it now; read mart.events, which is the same and faster';
comment on column sanctions.present_events.event_id is 'The act';
comment on column sanctions.present_events.event_date is 'Day of the act as the reports state it: YYYY-MM-DD, YYYY-MM or YYYY; null when none does';
comment on column sanctions.present_events.event_type is 'threatened, proposed, imposed, expanded, extended, eased, lifted, implemented, enforced, violated or condemned';
comment on column sanctions.present_events.event_class is 'PLAN, IMPOSE, EXTEND, RELAX, ENFORCE, VIOLATE or CONDEMN';
comment on column sanctions.present_events.modality is 'asserted, planned, possible or rejected';
comment on column sanctions.present_events.instrument is 'Legal instrument';
comment on column sanctions.present_events.effective_date is 'Day it takes effect, when a report says so';
comment on column sanctions.present_events.confidence is 'Probability that the row is right, 0 to 1';
comment on column sanctions.present_events.review_status is 'accepted, pending (doubtful, not yet looked at by a person) or rejected';
comment on column sanctions.present_events.is_withdrawn is 'True when no article reports it any more';
comment on column sanctions.present_events.followed_by is 'For a plan: the act that carried it out; null when none has yet';
comment on column sanctions.present_events.report_count is 'Articles that report it';
comment on column sanctions.present_events.story_count is 'Independent stories that report it: copies of one report count once';
comment on column sanctions.present_events.first_published_on is 'Earliest day of publication among its reports';
comment on column sanctions.present_events.first_publisher is 'Who reported it first';
comment on column sanctions.present_events.first_seen_at is 'When the first report was fetched';
comment on column sanctions.present_events.last_seen_at is 'When the last report was fetched';
comment on column sanctions.present_events.extract_version is 'Version of the extractors behind it';
comment on column sanctions.present_events.resolve_version is 'Version of the resolver that made it';
comment on column sanctions.present_events.act_on is 'Day to sort and filter by: the stated day, else the first day of publication';
comment on column sanctions.present_events.imposers is 'Names of who imposes';
comment on column sanctions.present_events.imposer_codes is 'Their codes: ISO 3166-1 alpha-2, or EU, UN, UNSC ...';
comment on column sanctions.present_events.targets is 'Names of who is hit: the country addressed, and the persons, organisations and vessels named';
comment on column sanctions.present_events.target_codes is 'Codes of the countries hit, and of the nationality, seat or flag of those named';
comment on column sanctions.present_events.actors is 'Who condemns, violates or calls for it';
comment on column sanctions.present_events.measures is 'Types of its measures';
comment on column sanctions.present_events.flows is 'Beside each measure: from_target, to_target, or null when it is no trade measure';
comment on column sanctions.present_events.objects is 'Goods, groups and sectors hit by any of its measures';
comment on column sanctions.present_events.publishers is 'Who reports it';

-- The states of acts from before are lost; their present one is the first that is kept.
insert into sanctions.event_versions (
    event_id, version, valid_from, change, event_date, event_type, event_class, modality, instrument, effective_date, confidence, review_status, is_withdrawn, followed_by, report_count, story_count, first_published_on, first_publisher, first_seen_at, last_seen_at, extract_version, resolve_version, act_on, imposers, imposer_codes, targets, target_codes, actors, measures, flows, objects, publishers
)
select
    event_id,
    1 as version,
    now() as valid_from,
    case when is_withdrawn then 'withdrawn' else 'new' end as change,
    event_date,
    event_type,
    event_class,
    modality,
    instrument,
    effective_date,
    confidence,
    review_status,
    is_withdrawn,
    followed_by,
    report_count,
    story_count,
    first_published_on,
    first_publisher,
    first_seen_at,
    last_seen_at,
    extract_version,
    resolve_version,
    act_on,
    imposers,
    imposer_codes,
    targets,
    target_codes,
    actors,
    measures,
    flows,
    objects,
    publishers
from sanctions.present_events;

create function mart.events_as_of(moment timestamptz) returns setof sanctions.event_versions
language sql stable
begin atomic
select state.* -- noqa: AM04
from sanctions.event_versions as state
where state.valid_from <= moment and (state.valid_to is null or state.valid_to > moment); -- noqa: RF03
end;
comment on function mart.events_as_of is 'The acts as the desk knew them at a moment: the columns of mart.events, the withdrawn ones marked as such';
