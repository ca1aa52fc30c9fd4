-- Keeps versions of articles: the same address, headline and text is one row, which belongs to the first page that had it.
insert into news.articles as kept (
    id, url_id, page_id, url, publisher, title, byline, published_at, published_source, language, text, word_count,
    seen_at, is_current, clean_version
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
    text,
    word_count,
    seen_at,
    false as is_current,
    clean_version
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
    clean_version = excluded.clean_version
where
excluded.seen_at < kept.seen_at
or (
    kept.publisher, kept.byline, kept.published_at, kept.published_source, kept.language, kept.clean_version
) is distinct from (
    excluded.publisher, excluded.byline, excluded.published_at, excluded.published_source, excluded.language,
    excluded.clean_version
);
