-- Open alerts and those that ended within two days; none when somebody else is telling just now.
select
    id,
    kind,
    subject,
    detail,
    opened_at,
    closed_at,
    told_to,
    end_told_to
from news.alerts
where
    (closed_at is null or closed_at > %(now)s::timestamptz - interval '2 days')
    and (select pg_try_advisory_xact_lock(hashtext('desk: tell alerts')))
order by opened_at, id;
