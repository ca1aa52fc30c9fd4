-- Forgets what some articles were found to be put together from.
delete from news.digest_parts
where digest_article_id = any(%(ids)s::uuid[]);
