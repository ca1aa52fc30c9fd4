-- The address that an article goes by is the one that its first page gave it.
update news.entries as entry
set article_url = named.url
from (
    select distinct on (given.entry_id)
        given.entry_id,
        given.url
    from json_populate_recordset(null::news.pages, %(rows)s) as given
    order by given.entry_id, given.url
) as named
where entry.id = named.entry_id and entry.article_url = '';
