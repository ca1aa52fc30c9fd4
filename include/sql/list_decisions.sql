-- The newest decisions of people.
select
    decision.decided_at,
    decision.decided_by,
    decision.kind,
    decision.imposers,
    decision.event_type,
    decision.targets,
    decision.note,
    decision.is_revoked,
    decision.decision_id::text as decision_id,
    decision.event_id::text as event_id
from mart.decisions as decision
order by decision.decided_at desc, decision.decision_id
limit %(most)s;
