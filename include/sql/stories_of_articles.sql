-- The stories that articles belong to.
select
    article_id,
    story_id
from news.story_members
where article_id = any(%(ids)s::uuid[])
order by article_id;
