-- Held to the end of the transaction: two groupings at once would each miss the other's articles. And the latest bearers
-- of a shingle are to be read off the ends of the partitions' indexes: the planner, who expects a handful, would rather
-- sort all of them, and a piece of furniture has as many as there are articles.
select
    pg_advisory_xact_lock(hashtext('desk: group stories')),
    set_config('enable_sort', 'off', true);
