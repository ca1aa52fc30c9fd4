-- Sets back the defaults of the analyst's sessions, everywhere and database by database: they may change them.
do $$
declare
    each name;
begin
    alter role desk_analyst reset all;
    for each in
        select db.datname
        from pg_db_role_setting as kept
        inner join pg_database as db on kept.setdatabase = db.oid
        where kept.setrole = 'desk_analyst'::regrole
    loop
        execute format('alter role desk_analyst in database %I reset all', each);
    end loop;
    alter role desk_analyst set statement_timeout = '60s';
    alter role desk_analyst set default_transaction_read_only = on;
    alter role desk_analyst set idle_in_transaction_session_timeout = '10min';
    alter role desk_analyst set idle_session_timeout = '1h';
    -- These two they cannot change: neither connections nor disk of theirs may keep the pipeline from its work.
    alter role desk_analyst set temp_file_limit = '10GB';
    alter role desk_analyst connection limit 30;
    -- So that the pipeline may see and end their sessions, and nobody else's; it reads all that they do anyhow.
    grant desk_analyst to desk_loader;
end
$$;
