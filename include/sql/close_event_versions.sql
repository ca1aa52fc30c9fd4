-- Closes the present version of each of these acts whose row has changed.
update sanctions.event_versions as state
set valid_to = greatest(%(now)s, state.valid_from + interval '1 microsecond') -- each can be seen
from sanctions.present_events as present
where
    state.event_id = any(%(ids)s::uuid[])
    and state.valid_to is null
    and state.event_id = present.event_id
    -- Column by column, those that need no other table first: an act that changed is mostly told by them.
    and row(
        state.report_count, state.story_count, state.last_seen_at, state.first_seen_at, state.confidence,
        state.review_status, state.is_withdrawn, state.followed_by, state.event_date, state.event_type,
        state.event_class, state.modality, state.instrument, state.effective_date, state.first_published_on,
        state.first_publisher, state.extract_version, state.resolve_version, state.act_on, state.imposers,
        state.imposer_codes, state.targets, state.target_codes, state.actors, state.measures, state.flows,
        state.objects, state.publishers, state.act_on_precision, state.merged_into, state.best_mention_id, state.url
    ) is distinct from row(
        present.report_count, present.story_count, present.last_seen_at, present.first_seen_at, present.confidence,
        present.review_status, present.is_withdrawn, present.followed_by, present.event_date, present.event_type,
        present.event_class, present.modality, present.instrument, present.effective_date, present.first_published_on,
        present.first_publisher, present.extract_version, present.resolve_version, present.act_on, present.imposers,
        present.imposer_codes, present.targets, present.target_codes, present.actors, present.measures, present.flows,
        present.objects, present.publishers, present.act_on_precision, present.merged_into, present.best_mention_id,
        present.url
    );
