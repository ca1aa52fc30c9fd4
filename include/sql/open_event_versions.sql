-- Opens a version for each of these acts that has none open: it is new, or its last one was closed.
insert into sanctions.event_versions (
    event_id, version, valid_from, change, event_date, event_type, event_class, modality, instrument, effective_date, confidence, review_status, is_withdrawn, followed_by, report_count, story_count, first_published_on, first_publisher, first_seen_at, last_seen_at, extract_version, resolve_version, act_on, imposers, imposer_codes, targets, target_codes, actors, measures, flows, objects, publishers, act_on_precision, merged_into, best_mention_id, url
)
select
    present.event_id,
    coalesce(last.version, 0) + 1 as version,
    greatest(%(now)s, last.valid_to) as valid_from,
    case
        when present.merged_into is not null then 'merged'
        when present.is_withdrawn then 'withdrawn'
        when last.version is null then 'new'
        when last.is_withdrawn then 'returned'
        else 'changed'
    end as change,
    present.event_date,
    present.event_type,
    present.event_class,
    present.modality,
    present.instrument,
    present.effective_date,
    present.confidence,
    present.review_status,
    present.is_withdrawn,
    present.followed_by,
    present.report_count,
    present.story_count,
    present.first_published_on,
    present.first_publisher,
    present.first_seen_at,
    present.last_seen_at,
    present.extract_version,
    present.resolve_version,
    present.act_on,
    present.imposers,
    present.imposer_codes,
    present.targets,
    present.target_codes,
    present.actors,
    present.measures,
    present.flows,
    present.objects,
    present.publishers,
    present.act_on_precision,
    present.merged_into,
    present.best_mention_id,
    present.url
from sanctions.present_events as present
left join lateral (
    select
        kept.version,
        kept.valid_to,
        kept.is_withdrawn
    from sanctions.event_versions as kept
    where kept.event_id = present.event_id
    order by kept.version desc
    limit 1
) as last on true
where
    present.event_id = any(%(ids)s::uuid[])
    and not exists (
        select
        from sanctions.event_versions as opened
        where opened.event_id = present.event_id and opened.valid_to is null
    );
