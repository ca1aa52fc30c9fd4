-- Forgets the changes that were looked at; those made since stay.
delete from sanctions.changed_articles
where change = any(%(changes)s::bigint[]);
