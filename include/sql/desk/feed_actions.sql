-- What operators did to a feed, the last first.
select
    action,
    acted_at,
    acted_by,
    note
from news.feed_actions
where feed_id = %(feed_id)s
order by id desc
limit %(max_rows)s;
