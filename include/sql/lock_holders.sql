-- Who else holds locks on tables of ours: those who write, or, as they stop a migration, those who read too.
select distinct session.usename || ', process ' || session.pid as holder
from pg_locks as held
inner join pg_stat_activity as session on held.pid = session.pid
inner join pg_class as class on held.relation = class.oid
where
    held.granted
    and held.pid <> pg_backend_pid()
    and (%(readers)s or held.mode <> 'AccessShareLock')
    and session.datname = current_database()
    and class.relkind <> 'i'
    and class.relnamespace::regnamespace::text in ('news', 'sanctions', 'mart')
order by holder;
