-- Stories whose members all went to others: they are a fact about the articles, not a record of their own.
with kept as (
    select m.story_id
    from news.story_members as m
    where m.story_id = any(%(ids)s::uuid[])
)

delete from news.stories
where id = any(%(ids)s::uuid[]) and id not in (select kept.story_id from kept);
