-- Addresses that a sitemap or list named for the day of a rebuild.
insert into news.rebuild_entries (rebuild_id, entry_id)
select distinct
    rebuild_id,
    entry_id
from json_populate_recordset(null::news.rebuild_entries, %(rows)s)
on conflict (rebuild_id, entry_id) do nothing;
