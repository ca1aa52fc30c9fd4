-- What did we know of acts against North Korea at noon of 2 June 2026?
select
    act_on,
    imposer_codes,
    event_type,
    instrument,
    report_count,
    is_withdrawn,
    version
from mart.events_as_of('2026-06-02 12:00:00+00')
where target_codes @> array['KP']
order by act_on, event_id;
