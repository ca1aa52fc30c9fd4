-- Ends a rebuild; nobody needs the day as it was any more.
with dropped as (
    delete from news.rebuild_snapshots
    where rebuild_id = %(rebuild_id)s
)

update news.rebuilds
set finished_at = %(now)s
where id = %(rebuild_id)s and finished_at is null;
