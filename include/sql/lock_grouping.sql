-- Held to the end of the transaction: two groupings at once would each miss the other's articles.
select pg_advisory_xact_lock(hashtext('desk: group stories'));
