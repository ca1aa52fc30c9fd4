-- Open alerts, those that ended within two days, which explain others, and those whose end a channel does not know; of
-- the last no older ones than thirty days, as a channel that was taken away is never told. None when somebody else is
-- telling just now.
select
    id,
    kind,
    subject,
    detail,
    run_id,
    opened_at,
    closed_at,
    told_to,
    told_at,
    end_told_to
from news.alerts
where
    (
        closed_at is null
        or closed_at > %(now)s::timestamptz - interval '2 days'
        or (closed_at > %(now)s::timestamptz - interval '30 days' and not told_to <@ end_told_to)
    )
    and (select pg_try_advisory_xact_lock(hashtext('desk: tell alerts')))
order by opened_at, id;
