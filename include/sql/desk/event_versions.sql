-- What was known of an act, the newest state on top.
select
    version,
    valid_from,
    change,
    changed
from mart.event_history
where event_id = %(event_id)s
order by version desc
limit %(max_rows)s;
