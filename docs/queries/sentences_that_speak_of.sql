-- Which sentences speak of seafood, and of which acts are they evidence?
select
    found.rank,
    found.headline,
    found.publisher,
    event.act_on,
    event.imposer_codes,
    event.target_codes,
    event.event_type,
    found.url
from mart.search_evidence('seafood') as found
inner join mart.events as event on found.event_id = event.event_id
order by found.rank desc, event.act_on asc, found.mention_id asc;
