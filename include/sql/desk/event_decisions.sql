-- What people decided on the reports of an act, by their place in any version of the articles, and on it by its id; the
-- newest on top.
with reports as (
    select
        article.url_id,
        event.event_class,
        (sentence.value ->> 'start')::integer as start_offset,
        (sentence.value ->> 'end')::integer as end_offset
    from sanctions.event_mentions as mention
    inner join sanctions.events as event on mention.event_id = event.id
    inner join news.articles as article on mention.article_id = article.id
    cross join lateral jsonb_array_elements(mention.evidence) as sentence
    where mention.event_id = %(event_id)s and mention.is_current
),

decided as (
    select report.decision_id as id
    from reports
    inner join news.articles as version on reports.url_id = version.url_id
    inner join sanctions.decision_reports as report
        on
            version.id = report.article_id
            and reports.event_class = report.event_class
            and reports.start_offset < report.end_offset
            and reports.end_offset > report.start_offset
    union
    select decision.id
    from sanctions.decisions as decision
    where decision.event_id = %(event_id)s
    union
    select event.verdict_id
    from sanctions.events as event
    where event.id = %(event_id)s
)

select
    decision.kind,
    decision.decided_at,
    decision.decided_by,
    decision.note,
    decision.changes,
    decision.is_revoked,
    decision.revoked_at,
    decision.revoked_by,
    decision.id::text as id
from decided
inner join sanctions.decisions as decision on decided.id = decision.id
order by decision.decided_at desc, decision.id
limit %(max_rows)s;
