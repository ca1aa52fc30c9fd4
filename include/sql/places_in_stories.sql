-- Everything that stands in some stories.
select
    article_id,
    story_id,
    parent_article_id,
    score
from news.story_members
where story_id = any(%(ids)s::uuid[])
order by article_id;
