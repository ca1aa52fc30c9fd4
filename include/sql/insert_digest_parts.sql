-- Keeps what digests are put together from.
insert into news.digest_parts (digest_article_id, part_article_id)
select
    digest_article_id,
    part_article_id
from json_populate_recordset(null::news.digest_parts, %(rows)s);
