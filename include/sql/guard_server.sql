-- Databases that are no warehouse are for their owners and superusers alone: an advisory lock there can halt Airflow.
do $$
declare
    each name;
begin
    for each in
        select datname
        from pg_database
        where datname in ('airflow', 'postgres', 'template1')
    loop
        execute format('revoke connect, temporary on database %I from public', each);
    end loop;
end
$$;
