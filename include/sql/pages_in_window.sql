-- Pages fetched in a window, and where their bytes lie.
select
    id::text as id,
    body_sha256,
    warc_file,
    warc_offset,
    warc_length
from news.pages
where fetched_at >= %(start)s and fetched_at < %(until)s
order by warc_file, warc_offset;
