-- Every story holds the article that its members derive from, and counts its members right
-- hard
select count(*) as offending
from news.stories as story
where
    not exists (
        select 1
        from news.story_members as member
        where member.story_id = story.id and member.article_id = story.canonical_article_id
    )
    or story.article_count <> (
        select count(*)
        from news.story_members as member
        where member.story_id = story.id
    );
