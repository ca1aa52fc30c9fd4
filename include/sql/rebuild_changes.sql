-- What a rebuild made, changed or took away.
select
    kind,
    change,
    label
from news.rebuild_changes
where rebuild_id = %(rebuild_id)s
order by
    array_position(array['event', 'story', 'article'], kind),
    array_position(array['new', 'changed', 'gone'], change),
    label;
