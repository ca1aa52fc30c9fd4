-- What these articles were once read to say and are not any more: other versions' mentions, and vanished ones.
update sanctions.event_mentions as mention
set is_current = false
where
    mention.article_id = any(%(article_ids)s::uuid[])
    and mention.is_current
    and mention.id <> all(%(mention_ids)s::uuid[]);
