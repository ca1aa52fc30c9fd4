-- Keeps what a day says before it is done again.
insert into news.rebuild_snapshots (rebuild_id, kind, item_id, label, fingerprint)
select
    %(rebuild_id)s, -- noqa: AL03
    day.kind,
    day.item_id,
    day.label,
    day.fingerprint
from news.state_of_day(%(start)s, %(until)s) as day;
