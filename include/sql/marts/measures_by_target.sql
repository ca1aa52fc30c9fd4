-- One row per target, type of measure and flow.
create or replace view mart.measures_by_target as
with taken as (
    select
        target.code as target_code,
        measure.measure_type,
        measure.flow,
        measure.objects,
        event.event_id,
        event.event_class,
        event.act_on,
        event.imposer_codes
    from sanctions.event_versions as event
    cross join unnest(event.target_codes) as target (code)
    inner join sanctions.event_measures as measure on event.event_id = measure.event_id
    where
        event.valid_to is null
        and not event.is_withdrawn
        and event.review_status <> 'rejected'
        and event.modality = 'asserted'
        and event.event_class in ('IMPOSE', 'EXTEND', 'RELAX')
)

-- Lists are joined and parted again: an array of arrays would want them all of one length.
select
    target_code,
    measure_type,
    flow,
    count(distinct event_id) filter (where event_class = 'IMPOSE') as impositions,
    count(distinct event_id) filter (where event_class = 'EXTEND') as extensions,
    count(distinct event_id) filter (where event_class = 'RELAX') as relaxations,
    min(act_on) as first_act_on,
    max(act_on) as last_act_on,
    array(
        select distinct each.name
        from unnest(string_to_array(string_agg(array_to_string(objects, E'\x1f'), E'\x1f'), E'\x1f')) as each (name)
        where each.name <> ''
        order by each.name
    ) as objects,
    array(
        select distinct each.code
        from unnest(string_to_array(string_agg(array_to_string(imposer_codes, ' '), ' '), ' ')) as each (code)
        where each.code <> ''
        order by each.code
    ) as imposer_codes,
    array_agg(distinct event_id) as event_ids
from taken
group by target_code, measure_type, flow;
comment on view mart.measures_by_target is 'One row per target, type of measure and flow, of acts asserted as done that impose, prolong or relax; withdrawn and rejected ones do not count, and of an act with several targets each is taken to be hit by all its measures';
comment on column mart.measures_by_target.target_code is 'Code of the country hit, or of the nationality, seat or flag of those named';
comment on column mart.measures_by_target.measure_type is 'Type as in the catalog of measures';
comment on column mart.measures_by_target.flow is 'Trade measures: from_target (it may not sell) or to_target (it may not be supplied); null for others';
comment on column mart.measures_by_target.impositions is 'Acts that imposed or widened it';
comment on column mart.measures_by_target.extensions is 'Acts that prolonged it';
comment on column mart.measures_by_target.relaxations is 'Acts that eased or lifted it';
comment on column mart.measures_by_target.first_act_on is 'Day of the first of these acts';
comment on column mart.measures_by_target.last_act_on is 'Day of the last';
comment on column mart.measures_by_target.objects is 'Goods, persons and sectors that it hits in any of them';
comment on column mart.measures_by_target.imposer_codes is 'Codes of who imposes in any of them';
comment on column mart.measures_by_target.event_ids is 'The acts, as in mart.events';
