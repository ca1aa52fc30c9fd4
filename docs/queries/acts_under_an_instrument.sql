-- Which acts rest on the Entity List, against whom, and what do they forbid?
select
    act_on,
    imposer_codes,
    target_codes,
    event_type,
    instrument,
    measures,
    flows,
    report_count
from mart.events
where instrument ilike '%Entity List%' and not is_withdrawn
order by act_on, event_id;
