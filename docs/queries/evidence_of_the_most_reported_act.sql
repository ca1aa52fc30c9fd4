-- Which sentences say that the most reported act happened, who published them, and where do the fetched bytes lie?
select
    evidence.published_at,
    evidence.publisher,
    evidence.sentence,
    evidence.url,
    evidence.warc_file,
    evidence.warc_offset,
    evidence.warc_length
from mart.event_evidence as evidence
where
    evidence.event_id = (
        select event.event_id
        from mart.events as event
        where not event.is_withdrawn
        order by event.report_count desc, event.first_seen_at asc, event.event_id asc
        limit 1
    )
order by evidence.published_at, evidence.mention_id, evidence.sentence_number;
