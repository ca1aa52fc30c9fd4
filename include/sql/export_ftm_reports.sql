-- One row per act that counts and article that reports it.
select
    mention.id,
    mention.event_id,
    mention.article_id,
    mention.salience,
    array(select sentence.value ->> 'text' from jsonb_array_elements(mention.evidence) as sentence (value)) as evidence
from sanctions.event_mentions as mention
inner join sanctions.events as event on mention.event_id = event.id
where mention.is_current and not event.is_withdrawn and event.review_status <> 'rejected'
order by mention.id;
