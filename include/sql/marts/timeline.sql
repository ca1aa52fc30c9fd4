-- One row per target and month.
create or replace view mart.timeline as
with acts as (
    select
        event.*,
        target.code as target_code,
        date_trunc('month', event.act_on)::date as month
    from sanctions.event_versions as event
    cross join unnest(event.target_codes) as target (code)
    where
        event.valid_to is null
        and not event.is_withdrawn
        and event.review_status <> 'rejected'
        and event.modality <> 'rejected'
)

select
    act.target_code,
    act.month,
    count(*) filter (where act.modality <> 'asserted' or act.event_class = 'PLAN') as plans,
    count(*) filter (where act.modality = 'asserted' and act.event_class = 'IMPOSE') as impositions,
    count(*) filter (where act.modality = 'asserted' and act.event_class = 'EXTEND') as extensions,
    count(*) filter (where act.modality = 'asserted' and act.event_class = 'RELAX') as relaxations,
    count(*) filter (where act.modality = 'asserted' and act.event_class = 'ENFORCE') as enforcements,
    count(*) filter (where act.modality = 'asserted' and act.event_class = 'VIOLATE') as violations,
    count(*) filter (where act.modality = 'asserted' and act.event_class = 'CONDEMN') as condemnations,
    sum(act.report_count) as reports,
    sum(act.story_count) as stories,
    array(
        select distinct each.code
        from unnest(string_to_array(string_agg(array_to_string(act.imposer_codes, ' '), ' '), ' ')) as each (code)
        where each.code <> ''
        order by each.code
    ) as imposer_codes,
    array_agg(act.event_id order by act.act_on, act.event_id) as event_ids
from acts as act
group by act.target_code, act.month;
comment on view mart.timeline is 'One row per target and month: what was done to it, and how much was written of it; withdrawn and rejected acts do not count';
comment on column mart.timeline.target_code is 'Code of the country hit, or of the nationality, seat or flag of those named';
comment on column mart.timeline.month is 'First day of the month of act_on: as stated (of a year alone, its January), else of their first publication';
comment on column mart.timeline.plans is 'Acts threatened, proposed, or not asserted as done';
comment on column mart.timeline.impositions is 'Acts that impose or widen, asserted as done';
comment on column mart.timeline.extensions is 'Acts that prolong';
comment on column mart.timeline.relaxations is 'Acts that ease or lift';
comment on column mart.timeline.enforcements is 'Acts that implement or enforce';
comment on column mart.timeline.violations is 'Violations told of';
comment on column mart.timeline.condemnations is 'Condemnations of measures against it';
comment on column mart.timeline.reports is 'Articles that report these acts; one that reports two counts twice';
comment on column mart.timeline.stories is 'Independent stories that report them; one that reports two counts twice';
comment on column mart.timeline.imposer_codes is 'Codes of who imposes in any of them';
comment on column mart.timeline.event_ids is 'The acts, as in mart.events';
