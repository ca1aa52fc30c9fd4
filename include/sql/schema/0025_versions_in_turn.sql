-- Whoever may write versions of acts may not rewrite them: one is closed once, and the next begins where the last ended.
create function sanctions.refuse_reopening() returns trigger
language plpgsql set search_path = ''
as $$
begin
    raise check_violation using
        message = format('Version %s of act %s is closed once, and then stays as it is', old.version, old.event_id);
end
$$;
comment on function sanctions.refuse_reopening is 'Refuses to open a version again, or to close it at another moment';
create trigger close_once before update of valid_to on sanctions.event_versions
for each row when (old.valid_to is not null or new.valid_to is null)
execute function sanctions.refuse_reopening();

create function sanctions.refuse_version_out_of_turn() returns trigger
language plpgsql set search_path = ''
as $$
declare
    last_version integer;
    ended_at timestamptz;
begin
    select state.version, state.valid_to into last_version, ended_at
    from sanctions.event_versions as state
    where state.event_id = new.event_id
    order by state.version desc
    limit 1;
    if new.version <> coalesce(last_version, 0) + 1
        or (last_version is not null and (ended_at is null or new.valid_from < ended_at))
    then
        raise check_violation using
            message = format('Version %s of act %s does not follow its last one', new.version, new.event_id);
    end if;
    return new;
end
$$;
comment on function sanctions.refuse_version_out_of_turn is 'Refuses versions that leave a gap, overlap, or come while another is open';
create trigger in_turn before insert on sanctions.event_versions
for each row execute function sanctions.refuse_version_out_of_turn();
