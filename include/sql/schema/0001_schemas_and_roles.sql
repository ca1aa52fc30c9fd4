-- Two schemas for the pipeline, one for people; three roles, so that nobody writes by accident.
do $$
declare
    wanted text;
begin
    foreach wanted in array array['desk_loader', 'desk_analyst'] loop
        if not exists (select from pg_roles where rolname = wanted) then
            execute format('create role %I nologin', wanted);
        end if;
    end loop;
end
$$;

create schema news;
comment on schema news is 'What was collected: feeds, pages, articles, stories';
create schema sanctions;
comment on schema sanctions is 'What was read out of it: mentions, and one row per real-world act';
create schema mart;
comment on schema mart is 'Views that analysts read';

grant usage on schema news, sanctions to desk_loader;
grant usage on schema sanctions, mart to desk_analyst;

alter default privileges in schema news grant select, insert, update, delete on tables to desk_loader;
alter default privileges in schema news grant usage on sequences to desk_loader;
alter default privileges in schema sanctions grant select, insert, update, delete on tables to desk_loader;
alter default privileges in schema sanctions grant usage on sequences to desk_loader;
alter default privileges in schema sanctions grant select on tables to desk_analyst;
alter default privileges in schema mart grant select on tables to desk_analyst, desk_loader;
grant usage on schema mart to desk_loader;
