-- Everything that belongs to some stories.
select
    article_id,
    story_id
from news.story_members
where story_id = any(%(ids)s::uuid[])
order by article_id;
