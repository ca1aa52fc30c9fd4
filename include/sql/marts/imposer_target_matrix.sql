-- One row per imposer and target.
create or replace view mart.imposer_target_matrix as
select
    imposer.code as imposer_code,
    target.code as target_code,
    count(*) filter (where event.modality <> 'asserted' or event.event_class = 'PLAN') as plans,
    count(*) filter (where event.modality = 'asserted' and event.event_class = 'IMPOSE') as impositions,
    count(*) filter (where event.modality = 'asserted' and event.event_class = 'EXTEND') as extensions,
    count(*) filter (where event.modality = 'asserted' and event.event_class = 'RELAX') as relaxations,
    count(*) filter (where event.modality = 'asserted' and event.event_class = 'ENFORCE') as enforcements,
    count(*) filter (where event.modality = 'asserted' and event.event_class = 'VIOLATE') as violations,
    count(*) filter (where event.modality = 'asserted' and event.event_class = 'CONDEMN') as condemnations,
    min(event.act_on) filter (where event.modality = 'asserted' and event.event_class = 'IMPOSE') as first_imposed_on,
    min(event.act_on) as first_act_on,
    max(event.act_on) as last_act_on,
    sum(event.report_count) as reports,
    array_agg(event.event_id) as event_ids
from sanctions.event_versions as event
cross join unnest(event.imposer_codes) as imposer (code)
cross join unnest(event.target_codes) as target (code)
where
    event.valid_to is null
    and not event.is_withdrawn
    and event.review_status <> 'rejected'
    and event.modality <> 'rejected'
group by imposer.code, target.code;
comment on view mart.imposer_target_matrix is 'One row per imposer and target that have codes: how often who did what to whom; withdrawn and rejected acts do not count';
comment on column mart.imposer_target_matrix.imposer_code is 'ISO 3166-1 alpha-2, or EU, UN, UNSC ...';
comment on column mart.imposer_target_matrix.target_code is 'Code of the country hit, or of the nationality, seat or flag of those named';
comment on column mart.imposer_target_matrix.plans is 'Acts threatened, proposed, or not asserted as done';
comment on column mart.imposer_target_matrix.impositions is 'Acts that impose or widen, asserted as done';
comment on column mart.imposer_target_matrix.extensions is 'Acts that prolong';
comment on column mart.imposer_target_matrix.relaxations is 'Acts that ease or lift';
comment on column mart.imposer_target_matrix.enforcements is 'Acts that implement or enforce';
comment on column mart.imposer_target_matrix.violations is 'Violations told of';
comment on column mart.imposer_target_matrix.condemnations is 'Condemnations of this imposer''s measures against it';
comment on column mart.imposer_target_matrix.first_imposed_on is 'Day of the first act that imposed, null when none is known';
comment on column mart.imposer_target_matrix.first_act_on is 'Day of the first of all these acts, plans among them';
comment on column mart.imposer_target_matrix.last_act_on is 'Day of the last';
comment on column mart.imposer_target_matrix.reports is 'Articles that report these acts; one that reports two counts twice';
comment on column mart.imposer_target_matrix.event_ids is 'The acts, as in mart.events, in no order';
