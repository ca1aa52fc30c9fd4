-- One row per act and state that its row had.
create or replace view mart.event_history as
select
    state.event_id,
    state.version,
    state.valid_from,
    state.valid_to,
    state.change,
    state.event_date,
    state.event_type,
    state.event_class,
    state.modality,
    state.instrument,
    state.effective_date,
    state.confidence,
    state.review_status,
    state.is_withdrawn,
    state.followed_by,
    state.report_count,
    state.story_count,
    state.first_published_on,
    state.first_publisher,
    state.first_seen_at,
    state.last_seen_at,
    state.extract_version,
    state.resolve_version,
    state.act_on,
    state.imposers,
    state.imposer_codes,
    state.targets,
    state.target_codes,
    state.actors,
    state.measures,
    state.flows,
    state.objects,
    state.publishers,
    coalesce((
        select jsonb_object_agg(now.key, jsonb_build_array(was.value, now.value))
        from jsonb_each(to_jsonb(state)) as now (key, value)
        inner join jsonb_each(to_jsonb(before)) as was (key, value) on now.key = was.key
        where
            now.value <> was.value
            and now.key not in ('version', 'valid_from', 'valid_to', 'change')
    ), '{}') as changed,
    state.act_on_precision,
    state.merged_into,
    state.best_mention_id,
    state.url
from sanctions.event_versions as state
left join sanctions.event_versions as before
    on
        state.event_id = before.event_id
        and state.version = before.version + 1;
comment on view mart.event_history is 'One row per act and state that its row had: corrections and withdrawals, and what was thought before';
comment on column mart.event_history.event_id is 'The act';
comment on column mart.event_history.version is 'Number among the states of the act, from 1';
comment on column mart.event_history.valid_from is 'When the desk came to know it so; of acts older than this table, when the table was made';
comment on column mart.event_history.valid_to is 'When it came to know better; null while it holds';
comment on column mart.event_history.change is 'What made this state: new, changed, merged (its reports went to the act merged_into), withdrawn (no article reports it any more) or returned (reported again)';
comment on column mart.event_history.event_date is 'Day of the act as the reports state it: YYYY-MM-DD, YYYY-MM or YYYY; null when none does';
comment on column mart.event_history.event_type is 'threatened, proposed, imposed, expanded, extended, eased, lifted, implemented, enforced, violated or condemned';
comment on column mart.event_history.event_class is 'PLAN, IMPOSE, EXTEND, RELAX, ENFORCE, VIOLATE or CONDEMN';
comment on column mart.event_history.modality is 'asserted, planned, possible or rejected';
comment on column mart.event_history.instrument is 'Legal instrument';
comment on column mart.event_history.effective_date is 'Day it takes effect, when a report says so';
comment on column mart.event_history.confidence is 'Probability that the row is right, 0 to 1';
comment on column mart.event_history.review_status is 'accepted, pending (doubtful, not yet looked at by a person) or rejected';
comment on column mart.event_history.is_withdrawn is 'True when no article reports it any more';
comment on column mart.event_history.followed_by is 'For a plan: the act that carried it out; null when none has yet';
comment on column mart.event_history.report_count is 'Articles that report it';
comment on column mart.event_history.story_count is 'Independent stories that report it: copies of one report count once';
comment on column mart.event_history.first_published_on is 'Earliest day of publication among its reports';
comment on column mart.event_history.first_publisher is 'Who reported it first';
comment on column mart.event_history.first_seen_at is 'When the first report was fetched';
comment on column mart.event_history.last_seen_at is 'When the last report was fetched';
comment on column mart.event_history.extract_version is 'Version of the extractors behind it';
comment on column mart.event_history.resolve_version is 'Version of the resolver that made it';
comment on column mart.event_history.act_on is 'Day to sort and filter by: the first day of what the reports state (a day, month or year), else the first day of publication; act_on_precision says which';
comment on column mart.event_history.act_on_precision is 'What act_on is the first day of: day, month or year as stated; report where no report states one; null without act_on';
comment on column mart.event_history.imposers is 'Names of who imposes';
comment on column mart.event_history.imposer_codes is 'Their codes: ISO 3166-1 alpha-2, or EU, UN, UNSC ...';
comment on column mart.event_history.targets is 'Names of who is hit: the country addressed, and the persons, organisations and vessels named';
comment on column mart.event_history.target_codes is 'Codes of the countries hit, and of the nationality, seat or flag of those named';
comment on column mart.event_history.actors is 'Who condemns, violates or calls for it';
comment on column mart.event_history.measures is 'Types of its measures';
comment on column mart.event_history.flows is 'Beside each measure: from_target, to_target, or null when it is no trade measure';
comment on column mart.event_history.objects is 'Goods, groups and sectors hit by any of its measures';
comment on column mart.event_history.publishers is 'Who reports it';
comment on column mart.event_history.changed is 'What differs from the state before, column by column: {"event_type": ["imposed", "expanded"]}; empty for the first';
comment on column mart.event_history.merged_into is 'The act that most of its reports went to when it was withdrawn; null when it stands or when they are gone';
comment on column mart.event_history.best_mention_id is 'Its most confident report, as in mart.event_evidence_history, which has the sentences and the place in the archive; null when it had none, or before this was kept';
comment on column mart.event_history.url is 'Address of that report''s article';
