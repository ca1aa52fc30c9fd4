-- What of a desk is in a database already, what server that is, and whether who asks may own a desk there.
select
    current_setting('server_version_num')::integer / 10000 as server_major,
    current_database() as name,
    current_user as role,
    (
        select roles.rolsuper
        from pg_roles as roles
        where roles.rolname = current_user
    ) as is_superuser,
    (
        select pg_get_userbyid(databases.datdba)
        from pg_database as databases
        where databases.datname = current_database()
    ) as owner,
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
