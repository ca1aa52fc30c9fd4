-- One row per request made.
insert into news.fetches (
    kind, item_id, url, fetched_at, status, reason, detail, body_bytes, seconds, warc_file, warc_offset, warc_length
)
select
    kind,
    item_id,
    url,
    fetched_at,
    status,
    reason,
    detail,
    body_bytes,
    seconds,
    warc_file,
    warc_offset,
    warc_length
from json_populate_recordset(null::news.fetches, %(rows)s);
