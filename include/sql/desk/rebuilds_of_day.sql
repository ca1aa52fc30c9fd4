-- The times that a day was done again, the last first, with how much that changed.
select
    rebuild.id as rebuild_id,
    rebuild.plan,
    rebuild.started_at,
    rebuild.finished_at,
    changed.articles,
    changed.stories,
    changed.events
from (
    select
        id,
        plan,
        started_at,
        finished_at
    from news.rebuilds
    where starts_at >= %(start)s and starts_at < %(until)s
    order by id desc
    limit %(max_rows)s
) as rebuild
left join lateral (
    select
        count(*) filter (where change.kind = 'article') as articles,
        count(*) filter (where change.kind = 'story') as stories,
        count(*) filter (where change.kind = 'event') as events
    from news.rebuild_changes as change
    where change.rebuild_id = rebuild.id
) as changed on true
order by rebuild.id desc;
