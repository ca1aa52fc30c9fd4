-- A page that was fetched, where its bytes lie, and the article that was read from it.
select
    page.id::text as page_id,
    page.url,
    page.fetched_at,
    page.status,
    page.content_type,
    page.body_sha256,
    page.body_bytes,
    page.warc_file,
    page.warc_offset,
    page.warc_length,
    (
        select article.id::text
        from news.articles as article
        where article.page_id = page.id
        order by article.is_current desc, article.id
        limit 1
    ) as article_id
from news.pages as page
where page.id = %(page_id)s;
