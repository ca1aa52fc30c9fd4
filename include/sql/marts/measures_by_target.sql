-- One row per target, type of measure and flow.
create or replace view mart.measures_by_target as
with hits as (
    select distinct
        event_id,
        code
    from sanctions.event_parties
    where role = 'target' and code is not null
),

taken as (
    select
        hits.code as target_code,
        measure.measure_type,
        measure.flow,
        measure.objects,
        event.event_id,
        event.event_class,
        event.act_on
    from hits
    inner join sanctions.event_versions as event on hits.event_id = event.event_id
    inner join sanctions.event_measures as measure on hits.event_id = measure.event_id
    where
        event.valid_to is null
        and not event.is_withdrawn
        and event.review_status <> 'rejected'
        and event.modality = 'asserted'
        and event.event_class in ('IMPOSE', 'EXTEND', 'RELAX')
)

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
        select distinct each.object
        from jsonb_array_elements(jsonb_agg(to_jsonb(objects))) as listed (objects)
        cross join jsonb_array_elements_text(listed.objects) as each (object)
        order by each.object
    ) as objects,
    array(
        select distinct imposer.code
        from sanctions.event_parties as imposer
        where imposer.event_id = any(array_agg(taken.event_id)) and imposer.role = 'imposer' and imposer.code is not null
        order by imposer.code
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
