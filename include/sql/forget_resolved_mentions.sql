-- Forgets mentions that count no longer.
delete from sanctions.resolved_mentions
where mention_id = any(%(ids)s::uuid[]);
