-- One act as it stands now, with its parties and measures one by one.
select
    event.*, -- noqa: AM04
    event.follows::text[] as plans,
    (
        select question.asked_at
        from sanctions.questions as question
        where question.event_id = event.event_id and question.closed_at is null
    ) as asked_at,
    (
        select jsonb_agg(jsonb_build_object('role', party.role, 'name', party.name, 'code', party.code, 'part', party.part)
            order by party.role, party.position)
        from sanctions.event_parties as party
        where party.event_id = event.event_id
    ) as parties,
    (
        select jsonb_agg(jsonb_build_object('type', measure.measure_type, 'flow', measure.flow, 'objects', measure.objects)
            order by measure.position)
        from sanctions.event_measures as measure
        where measure.event_id = event.event_id
    ) as all_measures
from mart.events as event
where event.event_id = %(event_id)s;
