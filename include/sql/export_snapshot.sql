-- The name by which another session sees what this transaction sees, and what server and schema that is.
select
    pg_export_snapshot() as snapshot,
    current_setting('server_version_num')::integer / 10000 as server_major,
    array(
        select migration.name
        from public.desk_migrations as migration
        order by migration.name
    ) as migrations;
