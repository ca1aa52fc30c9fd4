-- Keeps versions of articles: the same address, headline and text is one row, which belongs to the first page that had it.
-- The text lies where it was first put, even if an earlier page turns up.
insert into news.articles as kept (
    id, url_id, page_id, url, publisher, title, byline, published_at, published_source, language, word_count, seen_at,
    text_at, is_current, clean_version, published_offset_minutes, modified_at, section, wire, wire_source, form,
    is_truncated
)
select distinct on (id)
    id,
    url_id,
    page_id,
    url,
    publisher,
    title,
    byline,
    published_at,
    published_source,
    language,
    word_count,
    seen_at,
    seen_at as text_at,
    false as is_current,
    clean_version,
    published_offset_minutes,
    modified_at,
    section,
    wire,
    wire_source,
    form,
    is_truncated
from json_populate_recordset(null::news.articles, %(rows)s)
order by id, seen_at
on conflict (id) do update set
    page_id = case when excluded.seen_at < kept.seen_at then excluded.page_id else kept.page_id end,
    seen_at = least(excluded.seen_at, kept.seen_at),
    publisher = excluded.publisher,
    byline = excluded.byline,
    published_at = excluded.published_at,
    published_source = excluded.published_source,
    language = excluded.language,
    clean_version = excluded.clean_version,
    published_offset_minutes = excluded.published_offset_minutes,
    modified_at = excluded.modified_at,
    section = excluded.section,
    wire = excluded.wire,
    wire_source = excluded.wire_source,
    form = excluded.form,
    is_truncated = excluded.is_truncated
where
excluded.seen_at < kept.seen_at
or (
    kept.publisher, kept.byline, kept.published_at, kept.published_source, kept.language, kept.clean_version,
    kept.published_offset_minutes, kept.modified_at, kept.section, kept.wire, kept.wire_source, kept.form,
    kept.is_truncated
) is distinct from (
    excluded.publisher, excluded.byline, excluded.published_at, excluded.published_source, excluded.language,
    excluded.clean_version, excluded.published_offset_minutes, excluded.modified_at, excluded.section, excluded.wire,
    excluded.wire_source, excluded.form, excluded.is_truncated
);
