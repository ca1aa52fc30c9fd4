update news.alerts
set
    told_to = case when closed_at is null and not %(channel)s = any(told_to) then told_to || %(channel)s::text else told_to end,
    told_at = case when closed_at is null then told_at || jsonb_build_object(%(channel)s, %(now)s::timestamptz) else told_at end,
    end_told_to = case when closed_at is null then end_told_to else end_told_to || %(channel)s::text end
where id = any(%(ids)s);
