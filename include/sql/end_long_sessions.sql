-- Ends the analyst's sessions whose transaction is older: their own bounds they may unset. On a server where the pipeline
-- is no member of desk_analyst it sees no age, and ends none.
select pg_terminate_backend(session.pid) as ended
from pg_stat_activity as session
where
    session.usename = 'desk_analyst'
    and session.datname = current_database()
    and session.xact_start < now() - make_interval(mins => %(minutes)s);
