-- Which sanctions were eased or lifted, when, by whom and under which instrument?
select
    act_on,
    imposer_codes,
    target_codes,
    event_type,
    instrument,
    report_count,
    confidence
from mart.events
where event_class = 'RELAX' and modality = 'asserted' and not is_withdrawn
order by act_on, event_id;
