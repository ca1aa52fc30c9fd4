-- Held to the end of the transaction: two resolutions at once would each see half of the other's events.
select pg_advisory_xact_lock(hashtext('desk: resolve events'));
