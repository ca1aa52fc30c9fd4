-- Which acts name Tornado Cash, however it is spelt?
select
    found.party,
    found.likeness,
    event.act_on,
    event.imposer_codes,
    event.event_type,
    event.instrument
from mart.search_parties('Tornado Csh', 3) as found
inner join mart.events as event on event.event_id = any(found.event_ids)
order by found.likeness desc, event.act_on asc, event.event_id asc
limit 500;
