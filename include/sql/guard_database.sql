-- Rights that PostgreSQL gives to everybody in a database of its making, taken back; the pipeline keeps its locks.
do $$
declare
    each regprocedure;
begin
    execute format('revoke temporary on database %I from public', current_database());
    for each in
        select oid
        from pg_proc
        where
            pronamespace = 'pg_catalog'::regnamespace
            and (proname ~ '^(lo_|lowrite$|loread$|pg_logical_emit_message$)' or proname ~ '^pg_(try_)?advisory_')
    loop
        execute format('revoke execute on function %s from public', each);
        if each::text ~ 'advisory' then
            execute format('grant execute on function %s to desk_loader, desk_owner', each);
        end if;
    end loop;
end
$$;
