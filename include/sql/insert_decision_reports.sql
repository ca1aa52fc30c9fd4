-- Notes the places of the reports that a decision was made on; two reports in one place are one.
insert into sanctions.decision_reports (decision_id, side, article_id, event_class, start_offset, end_offset)
select
    decision_id,
    side,
    article_id,
    event_class,
    start_offset,
    end_offset
from json_populate_recordset(null::sanctions.decision_reports, %(rows)s)
on conflict do nothing;
