-- What differs between the day before its rebuild and now.
insert into news.rebuild_changes (rebuild_id, kind, item_id, change, label)
with before as (
    select
        kind,
        item_id,
        label,
        fingerprint
    from news.rebuild_snapshots
    where rebuild_id = %(rebuild_id)s
)

select
    %(rebuild_id)s, -- noqa: AL03
    coalesce(after.kind, before.kind) as kind,
    coalesce(after.item_id, before.item_id) as item_id,
    case when before.item_id is null then 'new' when after.item_id is null then 'gone' else 'changed' end as change,
    coalesce(after.label, before.label) as label
from news.state_of_day(%(start)s, %(until)s) as after
full join before on after.kind = before.kind and after.item_id = before.item_id
where after.fingerprint is distinct from before.fingerprint
on conflict (rebuild_id, kind, item_id) do nothing;
