-- Which acts were corrected or withdrawn after we had them, when, and what did we think before?
select
    valid_from as since,
    change,
    event_id,
    version,
    imposer_codes,
    target_codes,
    changed
from mart.event_history
where change <> 'new'
order by valid_from desc, event_id asc, version asc
limit 1000;
