-- Searching by name looks at each name once, however many acts have it: a state that is misspelt was compared with each of
-- its acts. Names are kept by whoever writes parties, in the same transaction.
create table sanctions.party_names (
    id uuid primary key generated always as (md5(name)::uuid) stored,
    name text not null
);
comment on table sanctions.party_names is 'One row per name that a party of an act has';
comment on column sanctions.party_names.id is 'MD5 of the name, since a name may be longer than what an index takes';
comment on column sanctions.party_names.name is 'The name';
insert into sanctions.party_names (name) select distinct name from sanctions.event_parties;
create index party_names_by_likeness on sanctions.party_names using gin (name public.gin_trgm_ops);
drop index sanctions.event_parties_by_name;
create index event_parties_by_name on sanctions.event_parties using hash (name);

create function sanctions.keep_new_names() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
    insert into sanctions.party_names (name)
    select distinct new_rows.name
    from new_rows
    order by new_rows.name
    on conflict do nothing;
    return null;
end
$$;
comment on function sanctions.keep_new_names is 'Keeps the names of inserted or changed parties';

create function sanctions.drop_lost_names() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
    delete from sanctions.party_names as known
    using old_rows
    where
        known.id = md5(old_rows.name)::uuid
        and not exists (select from sanctions.event_parties as party where party.name = known.name);
    return null;
end
$$;
comment on function sanctions.drop_lost_names is 'Drops the names of deleted or changed parties that no other has';

create trigger keep_new_names after insert on sanctions.event_parties
referencing new table as new_rows for each statement execute function sanctions.keep_new_names();
create trigger keep_changed_names after update on sanctions.event_parties
referencing new table as new_rows for each statement execute function sanctions.keep_new_names();
create trigger drop_changed_names after update on sanctions.event_parties
referencing old table as old_rows for each statement execute function sanctions.drop_lost_names();
create trigger drop_lost_names after delete on sanctions.event_parties
referencing old table as old_rows for each statement execute function sanctions.drop_lost_names();

-- noqa: disable=RF03
create or replace function mart.search_parties(wanted text, max_rows integer default 20)
returns table (
    party text, kind text, code text, likeness real, roles text[], acts bigint, event_ids uuid[]
)
language sql stable
begin atomic
with alike as (
    select
        known.name,
        -- The name as a whole, or as a part of a longer one, which is the lesser likeness.
        greatest(public.similarity(known.name, wanted), 0.9 * public.word_similarity(wanted, known.name))::real as likeness
    from sanctions.party_names as known
    where
        known.name operator(public.%) wanted -- noqa: LT01
        or wanted operator(public.<%) known.name -- noqa: LT01
    order by likeness desc, known.name asc
    limit 10 * max_rows -- of some no act stands, and others have several kinds
)

select
    party.name as party,
    party.kind,
    party.code,
    alike.likeness,
    array_agg(distinct party.role) as roles,
    count(distinct party.event_id) as acts,
    array_agg(distinct party.event_id) as event_ids
from alike
inner join sanctions.event_parties as party on alike.name = party.name
inner join sanctions.event_versions as event on party.event_id = event.event_id
where event.valid_to is null and not event.is_withdrawn
group by alike.likeness, party.name, party.kind, party.code
order by alike.likeness desc, acts desc, party asc
limit max_rows;
end;
