-- What changed on each day of a replay by its last rebuild since a moment; before another, if one is given.
with latest as (
    select distinct on (starts_at)
        id,
        starts_at,
        finished_at
    from news.rebuilds
    where
        starts_at >= %(start)s and starts_at <= %(until)s
        and started_at >= %(since)s and started_at < coalesce(%(before)s::timestamptz, 'infinity')
    order by starts_at, id desc
)

select
    latest.id as rebuild_id,
    latest.starts_at,
    latest.finished_at,
    count(*) filter (where change.kind = 'event' and change.change = 'new') as events_new,
    count(*) filter (where change.kind = 'event' and change.change = 'changed') as events_changed,
    count(*) filter (where change.kind = 'event' and change.change = 'gone') as events_gone,
    count(*) filter (where change.kind = 'story') as stories,
    count(*) filter (where change.kind = 'article') as articles
from latest
left join news.rebuild_changes as change on latest.id = change.rebuild_id
group by latest.id, latest.starts_at, latest.finished_at
order by latest.starts_at;
