-- Which articles tell one story, and as what, whenever they were seen.
select
    to_jsonb(story) - '{first_seen_at, last_seen_at}'::text[]
    || jsonb_build_object('members', jsonb_agg(to_jsonb(member) order by member.article_id)) as content
from news.stories as story
inner join news.story_members as member on story.id = member.story_id
group by story.id
order by story.id;
