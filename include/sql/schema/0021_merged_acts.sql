-- An act that went into another leads there: people and programs that know its id find what became of it.
alter table sanctions.events
add column merged_into uuid references sanctions.events (id) check (merged_into is null or is_withdrawn);
create index events_by_merged_into on sanctions.events (merged_into) where merged_into is not null;
comment on column sanctions.events.merged_into is 'The act that most of its reports went to when it was withdrawn; null when it stands or when they are gone';
