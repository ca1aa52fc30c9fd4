-- Bodies that addresses answered with; the first time a body is met counts.
insert into news.pages (
    id, entry_id, url, fetched_at, status, content_type, body_sha256, body_bytes, warc_file, warc_offset, warc_length
)
select distinct on (id)
    id,
    entry_id,
    url,
    fetched_at,
    status,
    content_type,
    body_sha256,
    body_bytes,
    warc_file,
    warc_offset,
    warc_length
from json_populate_recordset(null::news.pages, %(rows)s)
order by id
on conflict (id) do nothing;
