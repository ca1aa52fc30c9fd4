-- Bodies that a rebuild brought; neither a body that the address is known for, nor a record that a row leads to, again.
insert into news.pages (
    id, entry_id, url, fetched_at, status, content_type, body_sha256, body_bytes, warc_file, warc_offset, warc_length
)
select distinct on (given.id)
    given.id,
    given.entry_id,
    given.url,
    given.fetched_at,
    given.status,
    given.content_type,
    given.body_sha256,
    given.body_bytes,
    given.warc_file,
    given.warc_offset,
    given.warc_length
from json_populate_recordset(null::news.pages, %(rows)s) as given
where
    not exists (
        select from news.pages as page
        where page.warc_file = given.warc_file and page.warc_offset = given.warc_offset
    )
order by given.id
on conflict (id) do nothing;
