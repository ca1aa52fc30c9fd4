-- Keeps what feeds announced: an article once, its wording as its first feed last announced it. Says which are new. The
-- same identifier of the same feed, with the same date and site, is the same article at a new address.
with given as (
    select distinct on (row.id)
        row.*
    from json_populate_recordset(null::news.entries, %(rows)s) as row
    order by row.id, row.feed_id
),

moved as (
    select
        given.id,
        (array_agg(entry.id))[1] as known_id
    from given
    inner join news.entries as entry
        on
            given.feed_id = entry.feed_id
            and given.guid = entry.guid
            and given.published_at = entry.published_at
            and split_part(given.url, '/', 3) = split_part(entry.url, '/', 3)
    where
        given.guid <> ''
        and not exists (
            select from news.entries as same
            where same.id = given.id
        )
    group by given.id
    having count(*) = 1
)

insert into news.entries as kept (id, feed_id, url, guid, title, summary, byline, published_at, first_seen_at)
select distinct on (coalesce(moved.known_id, given.id))
    coalesce(moved.known_id, given.id) as id,
    given.feed_id,
    given.url,
    given.guid,
    given.title,
    given.summary,
    given.byline,
    given.published_at,
    given.first_seen_at
from given
left join moved on given.id = moved.id
order by coalesce(moved.known_id, given.id), moved.known_id nulls last
on conflict (id) do update
    set
        url = excluded.url,
        guid = excluded.guid,
        title = excluded.title,
        summary = excluded.summary,
        byline = excluded.byline,
        published_at = excluded.published_at,
        is_brought = false,
        retitled_at = case
            when kept.title not in ('', excluded.title) then excluded.first_seen_at else kept.retitled_at
        end
    where
    kept.feed_id = excluded.feed_id
    and (kept.url, kept.guid, kept.title, kept.summary, kept.byline, kept.published_at, kept.is_brought)
    is distinct from
    (excluded.url, excluded.guid, excluded.title, excluded.summary, excluded.byline, excluded.published_at, false)
returning xmax = 0 as is_new;
