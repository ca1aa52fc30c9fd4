-- Writes events; rows that are there already and alike are left alone.
insert into sanctions.events as kept (
    id, event_type, event_class, modality, instrument, event_date, effective_date, confidence, review_status,
    article_count, story_count, first_seen_at, last_seen_at, first_published_on, first_publisher, is_withdrawn,
    extract_version, resolve_version, verdict_id
)
select
    id,
    event_type,
    event_class,
    modality,
    instrument,
    event_date,
    effective_date,
    confidence,
    review_status,
    article_count,
    story_count,
    first_seen_at,
    last_seen_at,
    first_published_on,
    first_publisher,
    false as is_withdrawn,
    extract_version,
    resolve_version,
    verdict_id
from json_populate_recordset(null::sanctions.events, %(rows)s)
on conflict (id) do update set
    event_type = excluded.event_type,
    event_class = excluded.event_class,
    modality = excluded.modality,
    instrument = excluded.instrument,
    event_date = excluded.event_date,
    effective_date = excluded.effective_date,
    confidence = excluded.confidence,
    review_status = excluded.review_status,
    article_count = excluded.article_count,
    story_count = excluded.story_count,
    first_seen_at = excluded.first_seen_at,
    last_seen_at = excluded.last_seen_at,
    first_published_on = excluded.first_published_on,
    first_publisher = excluded.first_publisher,
    is_withdrawn = false,
    merged_into = null,
    extract_version = excluded.extract_version,
    resolve_version = excluded.resolve_version,
    verdict_id = excluded.verdict_id
-- noqa: disable=LT02
where
    row(
        kept.event_type, kept.event_class, kept.modality, kept.instrument, kept.event_date, kept.effective_date,
        kept.confidence, kept.review_status, kept.article_count, kept.story_count, kept.first_seen_at,
        kept.last_seen_at, kept.first_published_on, kept.first_publisher, kept.is_withdrawn, kept.extract_version,
        kept.resolve_version, kept.verdict_id
    ) is distinct from row(
        excluded.event_type, excluded.event_class, excluded.modality, excluded.instrument, excluded.event_date,
        excluded.effective_date, excluded.confidence, excluded.review_status, excluded.article_count,
        excluded.story_count, excluded.first_seen_at, excluded.last_seen_at, excluded.first_published_on,
        excluded.first_publisher, false, excluded.extract_version, excluded.resolve_version, excluded.verdict_id
    );
