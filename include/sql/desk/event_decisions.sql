-- What people decided on the reports of an act, the newest on top.
select distinct
    decision.kind,
    decision.decided_at,
    decision.decided_by,
    decision.note,
    decision.is_revoked
from sanctions.event_mentions as mention
inner join sanctions.decision_reports as report on mention.article_id = report.article_id
inner join sanctions.events as event on mention.event_id = event.id and report.event_class = event.event_class
inner join sanctions.decisions as decision on report.decision_id = decision.id
where mention.event_id = %(event_id)s and mention.is_current
order by decision.decided_at desc
limit %(max_rows)s;
