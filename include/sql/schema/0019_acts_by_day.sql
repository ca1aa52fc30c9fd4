-- The order in which the desk's pages list acts: newest act first, without a day last.
create index event_versions_newest_acts on sanctions.event_versions (
    (coalesce(act_on, '-infinity'::date)) desc, event_id desc
)
where valid_to is null;
