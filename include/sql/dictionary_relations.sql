-- One row per table and view of ours, with its columns in their order; partitions are their table's.
select
    space.nspname as schema,
    space.nspname || '.' || relation.relname as name,
    relation.relname as short_name,
    relation.relkind in ('r', 'p') as is_table,
    obj_description(relation.oid, 'pg_class') as comment,
    (
        select
            json_agg(
                json_build_object(
                    'name', part.attname,
                    'type', format_type(part.atttypid, part.atttypmod),
                    'is_nullable', not part.attnotnull,
                    'comment', col_description(relation.oid, part.attnum),
                    'is_key', exists (
                        select from pg_constraint as key
                        where
                            key.conrelid = relation.oid and key.contype = 'p' and part.attnum = any(key.conkey)
                    ),
                    'is_link', exists (
                        select from pg_constraint as link
                        where
                            link.conrelid = relation.oid and link.contype = 'f' and part.attnum = any(link.conkey)
                    )
                )
                order by part.attnum
            )
        from pg_attribute as part
        where part.attrelid = relation.oid and part.attnum > 0 and not part.attisdropped
    ) as columns
from pg_class as relation
inner join pg_namespace as space on relation.relnamespace = space.oid
where
    space.nspname in ('mart', 'sanctions', 'news')
    and relation.relkind in ('r', 'p', 'v', 'm')
    and not relation.relispartition
order by array_position(array['mart', 'sanctions', 'news'], space.nspname::text), relation.relname;
