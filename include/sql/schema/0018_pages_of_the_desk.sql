-- What the desk's pages look for first: the newest acts, those of a day, those that wait for a person.
create index event_versions_by_first_seen on sanctions.event_versions (first_seen_at desc, event_id)
where valid_to is null;
create index event_versions_to_review on sanctions.event_versions (confidence, event_id)
where valid_to is null and review_status = 'pending' and not is_withdrawn;
create index events_by_first_seen on sanctions.events (first_seen_at);
create index entries_by_first_seen on news.entries (first_seen_at);
create index stories_by_first_seen on news.stories (first_seen_at);
create index outcomes_rejected_by_time on news.outcomes (done_at) where is_rejected;
