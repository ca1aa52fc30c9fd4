-- A question, with what the row of its act says now, and why the last answer on it was refused.
select
    question.asked_at,
    question.closed_at,
    question.closed_by,
    question.outcome,
    question.reason,
    event.event_type,
    event.modality,
    event.instrument,
    event.event_date,
    event.effective_date,
    event.confidence,
    question.event_id::text as event_id,
    question.mention_ids::text[] as mention_ids,
    (
        select refused.reason
        from sanctions.questions as refused
        where refused.event_id = question.event_id and refused.closed_at is not null and refused.outcome <> 'lapsed'
        order by refused.closed_at desc
        limit 1
    ) as refused_before,
    array(
        select json_build_object(
            'part', party.role, 'name', party.name, 'kind', party.kind, 'code', party.code, 'role', party.part
        )
        from sanctions.event_parties as party
        where party.event_id = event.id
        order by party.role, party.position -- noqa: RF01
    ) as parties,
    array(
        select json_build_object('type', measure.measure_type, 'flow', measure.flow, 'objects', measure.objects)
        from sanctions.event_measures as measure
        where measure.event_id = event.id
        order by measure.position
    ) as measures
from sanctions.questions as question
inner join sanctions.events as event on question.event_id = event.id
where question.id = %(id)s;
