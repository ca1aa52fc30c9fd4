-- Says after which article each copy was read; rows that are there already and alike are left alone.
insert into sanctions.copies_read as kept (article_id, canonical_article_id, is_inherited)
select
    article_id,
    canonical_article_id,
    is_inherited
from json_populate_recordset(null::sanctions.copies_read, %(rows)s)
on conflict (article_id) do update set
    canonical_article_id = excluded.canonical_article_id,
    is_inherited = excluded.is_inherited
-- noqa: disable=LT02
where
    row(kept.canonical_article_id, kept.is_inherited)
    is distinct from row(excluded.canonical_article_id, excluded.is_inherited);
