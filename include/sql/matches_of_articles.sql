-- All matches with one of some articles at either end.
select
    later_article_id,
    earlier_article_id,
    score
from news.story_matches
where later_article_id = any(%(ids)s::uuid[]) or earlier_article_id = any(%(ids)s::uuid[])
order by later_article_id, earlier_article_id;
