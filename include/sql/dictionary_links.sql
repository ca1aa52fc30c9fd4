-- One row per reference of a table of ours to another; is_only when there is at most one row for each row referred to.
select
    target.relname as to_table,
    source.relname as from_table,
    string_agg(part.attname, ', ' order by part.attnum) as by,
    bool_or(not part.attnotnull) as is_optional,
    (
        select count(*) > 0
        from pg_index as unique_key
        where
            unique_key.indrelid = source.oid
            and unique_key.indisunique
            and unique_key.indpred is null
            and unique_key.indkey::int2[] <@ link.conkey
    ) as is_only
from pg_constraint as link
inner join pg_class as source on link.conrelid = source.oid
inner join pg_class as target on link.confrelid = target.oid
inner join pg_attribute as part on source.oid = part.attrelid and part.attnum = any(link.conkey)
where
    link.contype = 'f'
    and source.relnamespace in ('sanctions'::regnamespace, 'news'::regnamespace)
    and not source.relispartition
    and not target.relispartition
group by target.relname, source.relname, source.oid, link.oid, link.conkey
order by target.relname, source.relname, by;
