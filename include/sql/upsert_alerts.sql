-- Opens what is not open yet; of what is, what is the case now.
insert into news.alerts (kind, subject, detail, opened_at)
select
    given.kind,
    given.subject,
    given.detail,
    %(now)s
from json_to_recordset(%(rows)s) as given (kind text, subject text, detail text)
on conflict (kind, subject) where closed_at is null do update
    set detail = excluded.detail
    where news.alerts.detail <> excluded.detail;
