-- Who condemned whose sanctions, and in which words, in the hundred newest condemnations?
with condemnations as (
    select
        event_id,
        act_on,
        actors,
        imposer_codes,
        target_codes
    from mart.events
    where event_class = 'CONDEMN' and not is_withdrawn
    order by act_on desc nulls last, event_id asc
    limit 100
)

select
    event.act_on,
    event.actors,
    event.imposer_codes,
    event.target_codes,
    evidence.publisher,
    evidence.sentence
from condemnations as event
inner join mart.event_evidence as evidence on event.event_id = evidence.event_id
order by event.act_on, event.event_id, evidence.mention_id, evidence.sentence_number;
