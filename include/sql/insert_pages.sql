-- Bodies that addresses answered with; the first time a body is met counts, and when the address came back to it after
-- another one. Says which are new.
insert into news.pages as kept (
    id, entry_id, url, fetched_at, status, content_type, body_sha256, body_bytes, warc_file, warc_offset, warc_length
)
select distinct on (given.id)
    given.id,
    given.entry_id,
    coalesce(nullif(entry.article_url, ''), given.url) as url,
    given.fetched_at,
    given.status,
    given.content_type,
    given.body_sha256,
    given.body_bytes,
    given.warc_file,
    given.warc_offset,
    given.warc_length
from json_populate_recordset(null::news.pages, %(rows)s) as given
left join news.entries as entry on given.entry_id = entry.id
order by given.id
on conflict (id) do update
    set returned_at = excluded.fetched_at
    where
    kept.id <> (
        select latest.id
        from news.pages as latest
        where latest.entry_id = kept.entry_id -- noqa: RF01
        order by coalesce(latest.returned_at, latest.fetched_at) desc, latest.id asc
        limit 1
    )
returning id::text as id, xmax = 0 as is_new;
