-- Notes the blocks that unchanged mentions are in now.
update sanctions.resolved_mentions as resolved
set block_id = moved.block_id
from json_to_recordset(%(rows)s) as moved (mention_id uuid, block_id uuid)
where resolved.mention_id = moved.mention_id;
