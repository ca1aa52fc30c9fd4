-- One row per request made.
insert into news.fetches (kind, item_id, url, fetched_at, status, reason, detail, body_bytes, seconds)
select
    kind,
    item_id,
    url,
    fetched_at,
    status,
    reason,
    detail,
    body_bytes,
    seconds
from json_populate_recordset(null::news.fetches, %(rows)s);
