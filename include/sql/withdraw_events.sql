-- Withdraws the events that no current mention reports any more, and says which they are.
update sanctions.events as event
set
    is_withdrawn = true,
    followed_by = null
where
    not event.is_withdrawn
    and not exists (
        select
        from sanctions.event_mentions as mention
        where mention.event_id = event.id and mention.is_current
    )
returning event.id::text as id;
