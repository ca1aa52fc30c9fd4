-- Those of some articles that were found to be put together from others.
select distinct digest_article_id as id
from news.digest_parts
where digest_article_id = any(%(ids)s::uuid[])
order by digest_article_id;
