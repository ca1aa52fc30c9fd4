-- What a rebuild made, changed or took away, events first.
select
    kind,
    item_id::text as item_id,
    change,
    label
from news.rebuild_changes
where rebuild_id = %(rebuild_id)s
order by
    array_position(array['event', 'story', 'article'], kind),
    array_position(array['new', 'changed', 'gone'], change),
    label
limit %(max_rows)s;
