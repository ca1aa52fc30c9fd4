-- A story and how it spread.
select
    story.canonical_article_id::text as canonical_article_id,
    story.canonical_reason,
    story.group_version,
    spread.*, -- noqa: AM04
    spread.event_ids::text[] as acts
from news.stories as story
inner join mart.story_spread as spread on story.id = spread.story_id
where story.id = %(story_id)s and spread.story_id = %(story_id)s;
