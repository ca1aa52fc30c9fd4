-- Which sanctions were imposed on North Korea, newest first, and how widely was each reported?
select
    act_on,
    imposers,
    event_type,
    instrument,
    measures,
    report_count,
    story_count,
    confidence
from mart.events
where
    target_codes @> array['KP']
    and event_class = 'IMPOSE'
    and modality = 'asserted'
    and not is_withdrawn
order by act_on desc nulls last, report_count desc;
