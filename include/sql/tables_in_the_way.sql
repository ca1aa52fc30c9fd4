-- What of a desk is in a database already, and what server that is.
select
    current_setting('server_version_num')::integer / 10000 as server_major,
    current_database() as name,
    array(
        select spaces.nspname || '.' || tables.relname
        from pg_class as tables
        inner join pg_namespace as spaces on tables.relnamespace = spaces.oid
        where
            tables.relkind in ('r', 'p', 'v', 'm')
            and (
                spaces.nspname in ('news', 'sanctions', 'mart')
                or (spaces.nspname = 'public' and starts_with(tables.relname, 'desk_'))
            )
        order by 1
    ) as found;
