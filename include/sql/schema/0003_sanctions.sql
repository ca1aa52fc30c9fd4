-- What was read out of the articles.
create table sanctions.events (
    id uuid primary key,
    event_type text not null,
    event_class text not null,
    modality text not null,
    instrument text,
    event_date text,
    effective_date text,
    confidence real not null check (confidence between 0 and 1),
    review_status text not null check (review_status in ('accepted', 'pending', 'rejected')),
    article_count integer not null,
    story_count integer not null,
    first_seen_at timestamptz not null,
    last_seen_at timestamptz not null,
    first_published_on date,
    first_publisher text not null,
    is_withdrawn boolean not null default false,
    extract_version text not null,
    resolve_version text not null
);
comment on table sanctions.events is 'One row per real-world act, however often it was reported';
comment on column sanctions.events.id is 'Hash of the mention that founded it';
comment on column sanctions.events.event_type is 'threatened, proposed, imposed, expanded, extended, eased, lifted, implemented, enforced, violated or condemned';
comment on column sanctions.events.event_class is 'PLAN, IMPOSE, EXTEND, RELAX, ENFORCE, VIOLATE or CONDEMN';
comment on column sanctions.events.modality is 'asserted, planned, possible or rejected';
comment on column sanctions.events.instrument is 'Legal instrument, one spelling per instrument';
comment on column sanctions.events.event_date is 'Day of the act: YYYY-MM-DD, or YYYY-MM or YYYY when the text says no more';
comment on column sanctions.events.effective_date is 'Day it takes effect, when the text says so';
comment on column sanctions.events.confidence is 'Probability that the row is right, 0 to 1';
comment on column sanctions.events.review_status is 'accepted, pending (doubtful, not yet looked at by a person) or rejected';
comment on column sanctions.events.article_count is 'Articles that report it';
comment on column sanctions.events.story_count is 'Independent stories that report it';
comment on column sanctions.events.first_seen_at is 'When the first of them was fetched';
comment on column sanctions.events.last_seen_at is 'When the last of them was fetched';
comment on column sanctions.events.first_published_on is 'Earliest publication day among them';
comment on column sanctions.events.first_publisher is 'Who reported it first';
comment on column sanctions.events.is_withdrawn is 'True when no article reports it any more: its reports were corrected, or read anew';
comment on column sanctions.events.extract_version is 'Version of the extractors behind it';
comment on column sanctions.events.resolve_version is 'Version of the resolver that made it';

create table sanctions.event_parties (
    event_id uuid not null references sanctions.events (id) on delete cascade,
    role text not null check (role in ('imposer', 'target', 'actor')),
    position smallint not null,
    name text not null,
    kind text not null,
    code text,
    part text,
    primary key (event_id, role, position)
);
create index event_parties_by_code on sanctions.event_parties (code, role);
comment on table sanctions.event_parties is 'One row per party of an act';
comment on column sanctions.event_parties.event_id is 'The act';
comment on column sanctions.event_parties.role is 'imposer, target or actor (who condemns, violates or calls for it)';
comment on column sanctions.event_parties.position is 'Order among the parties of that role';
comment on column sanctions.event_parties.name is 'Canonical name, or as written when the catalog does not know it';
comment on column sanctions.event_parties.kind is 'country, organisation, person, vessel or sector';
comment on column sanctions.event_parties.code is 'ISO 3166-1 alpha-2, or EU, UN, UNSC ...; seat, flag or nationality of who is not a state';
comment on column sanctions.event_parties.part is 'What an actor does';

create table sanctions.event_measures (
    event_id uuid not null references sanctions.events (id) on delete cascade,
    position smallint not null,
    measure_type text not null,
    flow text check (flow in ('from_target', 'to_target')),
    objects text[] not null,
    primary key (event_id, position)
);
create index event_measures_by_type on sanctions.event_measures (measure_type);
comment on table sanctions.event_measures is 'One row per measure of an act';
comment on column sanctions.event_measures.event_id is 'The act';
comment on column sanctions.event_measures.position is 'Order among its measures';
comment on column sanctions.event_measures.measure_type is 'Type as in the catalog of measures';
comment on column sanctions.event_measures.flow is 'Trade measures: from_target (it may not sell) or to_target (it may not be supplied)';
comment on column sanctions.event_measures.objects is 'What is hit: goods, persons, sectors';

create table sanctions.event_mentions (
    id uuid primary key,
    article_id uuid not null references news.articles (id),
    extract_version text not null,
    position smallint not null,
    event_id uuid references sanctions.events (id),
    event_type text not null,
    modality text not null,
    salience text not null,
    instrument text,
    event_date text,
    effective_date text,
    imposers jsonb not null,
    targets jsonb not null,
    actors jsonb not null,
    measures jsonb not null,
    evidence jsonb not null,
    confidence real not null check (confidence between 0 and 1),
    is_current boolean not null,
    unique (article_id, extract_version, position)
);
create index event_mentions_by_event on sanctions.event_mentions (event_id);
comment on table sanctions.event_mentions is 'One row per act that an article reports, as one version of the extractors read it';
comment on column sanctions.event_mentions.id is 'Hash of article, version and position';
comment on column sanctions.event_mentions.article_id is 'The article version that reports it';
comment on column sanctions.event_mentions.extract_version is 'Version of the extractors';
comment on column sanctions.event_mentions.position is 'Order among the mentions of the article';
comment on column sanctions.event_mentions.event_id is 'The act it is a report of, null until resolved';
comment on column sanctions.event_mentions.event_type is 'As in sanctions.events';
comment on column sanctions.event_mentions.modality is 'As in sanctions.events';
comment on column sanctions.event_mentions.salience is 'main or secondary';
comment on column sanctions.event_mentions.instrument is 'As in sanctions.events';
comment on column sanctions.event_mentions.event_date is 'As in sanctions.events';
comment on column sanctions.event_mentions.effective_date is 'As in sanctions.events';
comment on column sanctions.event_mentions.imposers is 'Array of {name, kind, code}';
comment on column sanctions.event_mentions.targets is 'Array of {name, kind, code}';
comment on column sanctions.event_mentions.actors is 'Array of {name, kind, code, role}';
comment on column sanctions.event_mentions.measures is 'Array of {type, objects, flow}';
comment on column sanctions.event_mentions.evidence is 'Array of {text, start, end}: sentences, with their character offsets in the article''s text';
comment on column sanctions.event_mentions.confidence is 'Probability that it is right, 0 to 1';
comment on column sanctions.event_mentions.is_current is 'False when the article or the extractors have a newer version';
