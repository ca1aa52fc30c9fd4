-- Keeps the furniture of publishers.
insert into news.templates (publisher, paragraph, learned_at, holds_from)
select
    publisher,
    paragraph,
    learned_at,
    holds_from
from json_populate_recordset(null::news.templates, %(rows)s)
on conflict do nothing;
