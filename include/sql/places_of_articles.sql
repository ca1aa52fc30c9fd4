-- Where articles stand.
select
    article_id,
    story_id,
    parent_article_id,
    score
from news.story_members
where article_id = any(%(ids)s::uuid[])
order by article_id;
