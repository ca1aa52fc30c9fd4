-- Writes mentions; rows that are there already and alike are left alone.
insert into sanctions.event_mentions as kept (
    id, article_id, extract_version, position, event_type, modality, salience, instrument, event_date, effective_date,
    imposers, targets, actors, measures, evidence, confidence, is_current
)
select
    id,
    article_id,
    extract_version,
    position,
    event_type,
    modality,
    salience,
    instrument,
    event_date,
    effective_date,
    imposers,
    targets,
    actors,
    measures,
    evidence,
    confidence,
    true as is_current
from json_populate_recordset(null::sanctions.event_mentions, %(rows)s)
on conflict (id) do update set
    event_type = excluded.event_type,
    modality = excluded.modality,
    salience = excluded.salience,
    instrument = excluded.instrument,
    event_date = excluded.event_date,
    effective_date = excluded.effective_date,
    imposers = excluded.imposers,
    targets = excluded.targets,
    actors = excluded.actors,
    measures = excluded.measures,
    evidence = excluded.evidence,
    confidence = excluded.confidence,
    is_current = true
-- noqa: disable=LT02
where
    row(
        kept.event_type, kept.modality, kept.salience, kept.instrument, kept.event_date, kept.effective_date,
        kept.imposers, kept.targets, kept.actors, kept.measures, kept.evidence, kept.confidence, kept.is_current
    ) is distinct from row(
        excluded.event_type, excluded.modality, excluded.salience, excluded.instrument, excluded.event_date,
        excluded.effective_date, excluded.imposers, excluded.targets, excluded.actors, excluded.measures,
        excluded.evidence, excluded.confidence, true
    );
