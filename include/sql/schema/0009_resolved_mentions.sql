-- What resolving knew of each mention when it last did, so that a run resolves again only what something new touches.
create table sanctions.resolved_mentions (
    mention_id uuid primary key, -- no reference: the row of a mention that is gone says which block to resolve again
    fingerprint bigint not null,
    block_id uuid not null,
    keys integer[] not null
);
create index resolved_mentions_by_block on sanctions.resolved_mentions (block_id);
create index resolved_mentions_by_key on sanctions.resolved_mentions using gin (keys) with (fastupdate = off);
comment on table sanctions.resolved_mentions is 'One row per mention that was resolved; safe to empty, the next run resolves everything';
comment on column sanctions.resolved_mentions.mention_id is 'The mention';
comment on column sanctions.resolved_mentions.fingerprint is 'Hash of all that resolving read of it, its article, its story and the decisions on it';
comment on column sanctions.resolved_mentions.block_id is 'Smallest id among the mentions that chains of alike pairs connect it with: no act reaches across blocks';
comment on column sanctions.resolved_mentions.keys is 'Hashes of what it is found by as a candidate: parties with time, names, numbers, story';
