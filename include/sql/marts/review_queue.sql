-- One row per act that waits for a person.
create or replace view mart.review_queue as
select
    event.event_id,
    event.confidence,
    event.act_on,
    event.imposers,
    event.event_type,
    event.modality,
    event.targets,
    event.instrument,
    event.report_count,
    best.sentence,
    article.publisher,
    article.url
from mart.events as event
left join lateral (
    select
        mention.article_id,
        mention.evidence -> 0 ->> 'text' as sentence
    from sanctions.event_mentions as mention
    where mention.event_id = event.event_id and mention.is_current and mention.evidence <> '[]'
    order by mention.confidence desc, mention.id asc
    limit 1
) as best on true
left join news.articles as article on best.article_id = article.id
where event.review_status = 'pending' and not event.is_withdrawn
order by event.confidence, event.event_id;
comment on view mart.review_queue is 'One row per doubtful act that no person has decided on yet, most doubtful first';
comment on column mart.review_queue.event_id is 'The act, as in mart.events';
comment on column mart.review_queue.confidence is 'Probability that the row is right, 0 to 1';
comment on column mart.review_queue.act_on is 'First day of what the reports state, else the first day of publication, as in mart.events';
comment on column mart.review_queue.imposers is 'Names of who imposes';
comment on column mart.review_queue.event_type is 'What kind of act';
comment on column mart.review_queue.modality is 'asserted, planned, possible or rejected';
comment on column mart.review_queue.targets is 'Names of who is hit';
comment on column mart.review_queue.instrument is 'Legal instrument';
comment on column mart.review_queue.report_count is 'Articles that report it';
comment on column mart.review_queue.sentence is 'The first sentence of its best report';
comment on column mart.review_queue.publisher is 'Who published that report';
comment on column mart.review_queue.url is 'Its address';
