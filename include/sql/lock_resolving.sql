-- Held to the end of the transaction: two resolutions at once would each see half of the other's events.
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
        pg_advisory_xact_lock(hashtext('desk: resolve events')) as lock
    from patient
)

select set_config('lock_timeout', wait, true) as wait
from locked;
