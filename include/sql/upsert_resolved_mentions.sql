-- Notes what was known of mentions when they were resolved.
insert into sanctions.resolved_mentions (mention_id, fingerprint, block_id, keys)
select
    mention_id,
    fingerprint,
    block_id,
    keys
from json_populate_recordset(null::sanctions.resolved_mentions, %(rows)s)
on conflict (mention_id) do update set
    fingerprint = excluded.fingerprint,
    block_id = excluded.block_id,
    keys = excluded.keys;
