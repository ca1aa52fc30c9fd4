-- Says of each feed which older one it repeats: the same final address, or three quarters of the same entries.
with live as (
    select
        id,
        final_url,
        entries_sketch,
        row_number() over (order by added_at, id) as age
    from news.feeds
    where is_enabled and state = 'ok'
),

hashes as (
    select
        live.id,
        live.age,
        cardinality(live.entries_sketch) as size,
        unnest(live.entries_sketch) as entry_hash
    from live
    where cardinality(live.entries_sketch) >= 5
),

pairs as (
    select
        later.id,
        older.id as older_id,
        older.age
    from live as later
    inner join live as older on later.final_url = older.final_url and later.age > older.age
    where later.final_url <> ''
    union all
    select
        later.id,
        older.id as older_id,
        older.age
    from hashes as later
    inner join hashes as older on later.entry_hash = older.entry_hash and later.age > older.age
    group by later.id, older.id, older.age
    having count(*) >= 0.75 * greatest(max(later.size), max(older.size))
),

found as (
    select distinct on (id)
        id,
        older_id
    from pairs
    order by id, age
)

update news.feeds as feed
set duplicate_of = found.older_id
from news.feeds as same
left join found on same.id = found.id
where feed.id = same.id and feed.duplicate_of is distinct from found.older_id;
