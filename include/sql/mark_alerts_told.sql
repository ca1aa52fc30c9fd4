update news.alerts
set
    told_to = case when closed_at is null then told_to || %(channel)s::text else told_to end,
    end_told_to = case when closed_at is null then end_told_to else end_told_to || %(channel)s::text end
where id = any(%(ids)s);
