-- Names files, sitemaps or lists to read; those that are known keep how far they got.
insert into news.rebuild_sources (rebuild_id, source, name, updated_at)
select
    rebuild_id,
    source,
    name,
    updated_at
from json_populate_recordset(null::news.rebuild_sources, %(rows)s)
on conflict (rebuild_id, source, name) do nothing;
