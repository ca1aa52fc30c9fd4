-- Pages that cleaning at this version has not seen, with what the feed says of them. Pages of one address are in one
-- shard and in the order they were fetched, so that versions of an article follow each other.
select
    page.id::text as id,
    page.entry_id::text as entry_id,
    page.url,
    feed.publisher,
    page.fetched_at,
    page.content_type,
    page.body_sha256,
    page.warc_file,
    page.warc_offset,
    page.warc_length,
    feed.id::text as feed_id,
    entry.title as entry_title,
    entry.byline as entry_byline,
    entry.published_at as entry_published_at
from news.pages as page
inner join news.entries as entry on page.entry_id = entry.id
inner join news.feeds as feed on entry.feed_id = feed.id
left join news.outcomes as done
    on page.id = done.item_id and done.stage = 'clean' and done.version = %(version)s -- noqa: RF02
where
    done.item_id is null
    and mod(uuid_hash(page.entry_id)::bigint + 2147483648, %(shards)s) = %(shard)s -- noqa: RF02
order by page.fetched_at, page.id
limit %(batch_size)s;
