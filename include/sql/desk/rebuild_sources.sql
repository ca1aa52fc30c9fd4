-- What a rebuild read, and what each of it brought; what could not be read first.
select
    source,
    name,
    is_done,
    found,
    entries_new,
    pages_new,
    reason,
    detail
from news.rebuild_sources
where rebuild_id = %(rebuild_id)s
order by reason = '', source, name
limit %(max_rows)s;
