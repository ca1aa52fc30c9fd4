-- An act's day is the first of the period that its reports state, and says of which; each state of an act leads to its
-- most confident report, and to the act that it went into.
drop function mart.events_as_of; -- its rows were those of the table, which could have no column more
alter table sanctions.event_versions
add column act_on_precision text check (act_on_precision in ('day', 'month', 'year', 'report')),
add column merged_into uuid,
add column best_mention_id uuid,
add column url text,
drop constraint event_versions_change_check,
add constraint event_versions_change_check
check (change in ('new', 'changed', 'merged', 'withdrawn', 'returned'));
comment on column sanctions.event_versions.act_on is 'Day to sort and filter by: the first day of what the reports state (a day, month or year), else the first day of publication; act_on_precision says which';
comment on column sanctions.event_versions.act_on_precision is 'What act_on is the first day of: day, month or year as stated; report where no report states one; null without act_on';
comment on column sanctions.event_versions.merged_into is 'The act that most of its reports went to when it was withdrawn; null when it stands or when they are gone';
comment on column sanctions.event_versions.best_mention_id is 'Its most confident report, as in mart.event_evidence_history, which has the sentences and the place in the archive; null when it had none, or before this was kept';
comment on column sanctions.event_versions.url is 'Address of that report''s article';
comment on column sanctions.event_versions.change is 'What made this state: new, changed, merged (its reports went to the act merged_into), withdrawn (no article reports it any more) or returned (reported again)';

create or replace view sanctions.present_events as
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
    coalesce(stated.first_day, event.first_published_on) as act_on,
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
    ) as publishers,
    case
        when stated.first_day is not null
            then case length(event.event_date) when 4 then 'year' when 7 then 'month' else 'day' end
        when event.first_published_on is not null then 'report'
    end as act_on_precision,
    event.merged_into,
    best.mention_id as best_mention_id,
    best.url
from sanctions.events as event
cross join lateral ( -- noqa: ST05
    select
        case
            when
                event.event_date ~ '^\d{4}(-\d{2}){0,2}$'
                and pg_input_is_valid(left(event.event_date || '-01-01', 10), 'date')
                then left(event.event_date || '-01-01', 10)::date
        end as first_day
) as stated
left join lateral (
    select
        mention.id as mention_id,
        article.url
    from sanctions.event_mentions as mention
    inner join news.articles as article on mention.article_id = article.id
    where mention.event_id = event.id and mention.is_current
    order by mention.confidence desc, mention.id asc
    limit 1
) as best on true;
comment on column sanctions.present_events.act_on is 'Day to sort and filter by: the first day of what the reports state (a day, month or year), else the first day of publication; act_on_precision says which';
comment on column sanctions.present_events.act_on_precision is 'What act_on is the first day of: day, month or year as stated; report where no report states one; null without act_on';
comment on column sanctions.present_events.merged_into is 'The act that most of its reports went to when it was withdrawn; null when it stands or when they are gone';
comment on column sanctions.present_events.best_mention_id is 'Its most confident report, as in mart.event_evidence_history, which has the sentences and the place in the archive; null when it had none, or before this was kept';
comment on column sanctions.present_events.url is 'Address of that report''s article';

-- What follows from other columns is the same for states gone by; which report was best then is not known.
alter table sanctions.event_versions disable trigger user;
with stated as (
    select
        event_id,
        version,
        case
            when
                event_date ~ '^\d{4}(-\d{2}){0,2}$'
                and pg_input_is_valid(left(event_date || '-01-01', 10), 'date')
                then left(event_date || '-01-01', 10)::date
        end as first_day
    from sanctions.event_versions
)

update sanctions.event_versions as state
set
    act_on = coalesce(stated.first_day, state.first_published_on),
    act_on_precision = case
        when stated.first_day is not null
            then case length(state.event_date) when 4 then 'year' when 7 then 'month' else 'day' end
        when state.first_published_on is not null then 'report'
    end
from stated
where state.event_id = stated.event_id and state.version = stated.version;
update sanctions.event_versions as state
set
    change = case when present.merged_into is not null and state.change = 'withdrawn' then 'merged' else state.change end,
    merged_into = present.merged_into,
    best_mention_id = present.best_mention_id,
    url = present.url
from sanctions.present_events as present
where state.event_id = present.event_id and state.valid_to is null;
alter table sanctions.event_versions enable trigger user;

-- noqa: disable=RF03
create function mart.events_as_of(moment timestamptz)
returns table (
    event_id uuid, event_date text, event_type text, event_class text, modality text, instrument text,
    effective_date text, confidence real, review_status text, is_withdrawn boolean, followed_by uuid, report_count integer, story_count integer, first_published_on date, first_publisher text, first_seen_at timestamptz,
    last_seen_at timestamptz, extract_version text, resolve_version text, act_on date, imposers text[],
    imposer_codes text[], targets text[], target_codes text[], actors text[], measures text[], flows text[], objects text[], publishers text[], version integer, known_since timestamptz, follows uuid[], act_on_precision text,
    merged_into uuid, best_mention_id uuid, url text
)
language sql stable
begin atomic
select
    state.event_id,
    state.event_date,
    state.event_type,
    state.event_class,
    state.modality,
    state.instrument,
    state.effective_date,
    state.confidence,
    state.review_status,
    state.is_withdrawn,
    state.followed_by,
    state.report_count,
    state.story_count,
    state.first_published_on,
    state.first_publisher,
    state.first_seen_at,
    state.last_seen_at,
    state.extract_version,
    state.resolve_version,
    state.act_on,
    state.imposers,
    state.imposer_codes,
    state.targets,
    state.target_codes,
    state.actors,
    state.measures,
    state.flows,
    state.objects,
    state.publishers,
    state.version,
    state.valid_from as known_since,
    array(
        select plan.event_id
        from sanctions.event_versions as plan
        where
            plan.followed_by = state.event_id
            and plan.valid_from <= moment
            and (plan.valid_to is null or plan.valid_to > moment)
        order by plan.event_id
    ) as follows,
    state.act_on_precision,
    state.merged_into,
    state.best_mention_id,
    state.url
from sanctions.event_versions as state
where state.valid_from <= moment and (state.valid_to is null or state.valid_to > moment);
end;
comment on function mart.events_as_of is 'The acts as the desk knew them at a moment: the columns of mart.events, the withdrawn ones marked as such';
create index event_versions_by_successor on sanctions.event_versions (followed_by) where followed_by is not null;
