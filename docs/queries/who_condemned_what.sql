-- Who condemned whose sanctions, and in which words?
select
    event.act_on,
    event.actors,
    event.imposer_codes,
    event.target_codes,
    evidence.publisher,
    evidence.sentence
from mart.events as event
inner join mart.event_evidence as evidence on event.event_id = evidence.event_id
where event.event_class = 'CONDEMN' and not event.is_withdrawn
order by event.act_on, event.event_id, evidence.mention_id, evidence.sentence_number;
