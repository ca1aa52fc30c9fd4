-- Keeps the furniture of publishers.
insert into news.templates (publisher, paragraph, learned_at)
select
    publisher,
    paragraph,
    learned_at
from json_populate_recordset(null::news.templates, %(rows)s)
on conflict do nothing;
