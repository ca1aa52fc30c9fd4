-- Articles as grouping compares them.
select
    id,
    publisher,
    url,
    title,
    text,
    seen_at,
    form,
    published_at,
    published_source
from news.articles
where id = any(%(ids)s::uuid[])
order by seen_at, id;
