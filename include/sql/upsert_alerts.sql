-- Opens what is not open yet; of what is, what is the case now.
insert into news.alerts (kind, subject, detail, run_id, opened_at)
select
    given.kind,
    given.subject,
    given.detail,
    given.run_id,
    %(now)s
from json_to_recordset(%(rows)s) as given (kind text, subject text, detail text, run_id text)
on conflict (kind, subject) where closed_at is null do update
    set
        detail = excluded.detail,
        run_id = excluded.run_id
    where (news.alerts.detail, news.alerts.run_id) <> (excluded.detail, excluded.run_id);
