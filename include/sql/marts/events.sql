-- One row per real-world act.
create or replace view mart.events as
select
    event.event_id,
    event.event_date,
    event.event_type,
    event.event_class,
    event.modality,
    event.instrument,
    event.effective_date,
    event.confidence,
    event.review_status,
    event.is_withdrawn,
    event.followed_by,
    event.report_count,
    event.story_count,
    event.first_published_on,
    event.first_publisher,
    event.first_seen_at,
    event.last_seen_at,
    event.extract_version,
    event.resolve_version,
    event.act_on,
    event.imposers,
    event.imposer_codes,
    event.targets,
    event.target_codes,
    event.actors,
    event.measures,
    event.flows,
    event.objects,
    event.publishers,
    event.version,
    event.valid_from as known_since,
    array(
        select plan.id
        from sanctions.events as plan
        where plan.followed_by = event.event_id
        order by plan.id
    ) as follows,
    event.act_on_precision,
    event.merged_into,
    event.best_mention_id,
    event.url
from sanctions.event_versions as event
where event.valid_to is null;
comment on view mart.events is 'One row per real-world act, however often it was reported';
comment on column mart.events.event_id is 'Key of the act; it stays the same when more reports come in';
comment on column mart.events.event_date is 'Day of the act as the reports state it: YYYY-MM-DD, YYYY-MM or YYYY; null when none does';
comment on column mart.events.event_type is 'threatened, proposed, imposed, expanded, extended, eased, lifted, implemented, enforced, violated or condemned';
comment on column mart.events.event_class is 'PLAN, IMPOSE, EXTEND, RELAX, ENFORCE, VIOLATE or CONDEMN';
comment on column mart.events.modality is 'asserted, planned, possible or rejected';
comment on column mart.events.imposers is 'Names of who imposes';
comment on column mart.events.imposer_codes is 'Their codes: ISO 3166-1 alpha-2, or EU, UN, UNSC ...';
comment on column mart.events.targets is 'Names of who is hit: the country addressed, and the persons, organisations and vessels named';
comment on column mart.events.target_codes is 'Codes of the countries hit, and of the nationality, seat or flag of those named';
comment on column mart.events.actors is 'Who condemns, violates or calls for it';
comment on column mart.events.instrument is 'Legal instrument';
comment on column mart.events.measures is 'Types of its measures';
comment on column mart.events.flows is 'Beside each measure: from_target, to_target, or null when it is no trade measure';
comment on column mart.events.objects is 'Goods, groups and sectors hit by any of its measures';
comment on column mart.events.effective_date is 'Day it takes effect, when a report says so';
comment on column mart.events.act_on is 'Day to sort and filter by: the first day of what the reports state (a day, month or year), else the first day of publication; act_on_precision says which';
comment on column mart.events.act_on_precision is 'What act_on is the first day of: day, month or year as stated; report where no report states one; null without act_on';
comment on column mart.events.confidence is 'Probability that the row is right, 0 to 1';
comment on column mart.events.review_status is 'accepted, pending (doubtful, not yet looked at by a person) or rejected';
comment on column mart.events.is_withdrawn is 'True when no article reports it any more';
comment on column mart.events.followed_by is 'For a plan: the act that carried it out; null when none has yet';
comment on column mart.events.report_count is 'Articles that report it';
comment on column mart.events.story_count is 'Independent stories that report it: copies of one report count once';
comment on column mart.events.publishers is 'Who reports it';
comment on column mart.events.first_published_on is 'Earliest day of publication among its reports';
comment on column mart.events.first_publisher is 'Who reported it first';
comment on column mart.events.first_seen_at is 'When the first report was fetched';
comment on column mart.events.last_seen_at is 'When the last report was fetched';
comment on column mart.events.extract_version is 'Version of the extractors behind it';
comment on column mart.events.resolve_version is 'Version of the resolver that made it';
comment on column mart.events.version is 'How many states its row has had, this one included; mart.event_history has them';
comment on column mart.events.known_since is 'Since when the row is as it is';
comment on column mart.events.follows is 'The plans (threatened, proposed) that this act carried out';
comment on column mart.events.merged_into is 'The act that most of its reports went to when it was withdrawn; null when it stands or when they are gone';
comment on column mart.events.best_mention_id is 'Its most confident report, as in mart.event_evidence_history, which has the sentences and the place in the archive; null when it had none, or before this was kept';
comment on column mart.events.url is 'Address of that report''s article';
