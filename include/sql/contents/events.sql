-- The acts with parties and measures, whenever they were seen.
select
    to_jsonb(event) - '{first_seen_at, last_seen_at}'::text[]
    || jsonb_build_object(
        'parties',
        array(
            select to_jsonb(party) from sanctions.event_parties as party
            where party.event_id = event.id
            order by to_jsonb(party)
        ),
        'measures',
        array(
            select to_jsonb(measure) from sanctions.event_measures as measure
            where measure.event_id = event.id
            order by to_jsonb(measure)
        )
    ) as content
from sanctions.events as event
order by event.id;
