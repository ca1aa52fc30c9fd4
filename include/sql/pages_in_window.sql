-- Pages of a day, and where their bytes lie.
select
    id::text as id,
    body_sha256,
    warc_file,
    warc_offset,
    warc_length
from news.pages
where id in (select news.pages_of_day(%(start)s, %(until)s))
order by warc_file, warc_offset;
