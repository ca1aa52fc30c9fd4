-- What happened to Russia month by month, and by whom?
select
    month,
    plans,
    impositions,
    extensions,
    relaxations,
    enforcements,
    condemnations,
    reports,
    imposer_codes
from mart.timeline
where target_code = 'RU'
order by month;
