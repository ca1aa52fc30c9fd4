-- Which feeds fail, or have brought nothing in the last week?
select
    publisher,
    url,
    state,
    reason,
    failures,
    succeeded_at,
    entries,
    last_entry_at
from mart.feed_health
where is_enabled and (state <> 'ok' or entries_last_week = 0)
order by failures desc, last_entry_at asc nulls first, url asc;
