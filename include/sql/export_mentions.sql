-- One row per act and article that reports it, as the current extractors read it.
select
    mention_id,
    event_id,
    article_id,
    url,
    publisher,
    title,
    published_at,
    seen_at,
    story_id,
    event_type,
    modality,
    salience,
    instrument,
    event_date,
    effective_date,
    confidence,
    extract_version,
    imposers,
    targets,
    actors,
    measures,
    evidence
from mart.event_reports
order by mention_id;
