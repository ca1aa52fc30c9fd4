-- Held to the end of the transaction: two groupings at once would each miss the other's articles. And the latest bearers
-- of a shingle are to be read off the ends of the partitions' indexes: the planner, who expects a handful, would rather
-- sort all of them, and a piece of furniture has as many as there are articles.
with
-- Another task of ours may take longer than anybody else's session is waited for.
usual as materialized (select current_setting('lock_timeout') as wait),

patient as materialized (
    select
        wait,
        set_config('lock_timeout', '0', true) as no_end
    from usual
),

locked as materialized (
    select
        wait,
        pg_advisory_xact_lock(hashtext('desk: group stories')) as lock
    from patient
)

select
    set_config('lock_timeout', wait, true) as wait,
    set_config('enable_sort', 'off', true) as sort
from locked;
