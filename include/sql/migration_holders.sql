-- Who is migrating this database.
select session.usename || ', process ' || session.pid as holder
from pg_locks as held
inner join pg_stat_activity as session on held.pid = session.pid
inner join pg_database as db on held.database = db.oid
where
    held.locktype = 'advisory'
    and held.granted
    and db.datname = current_database()
    and held.classid = 0
    and held.objid = %(lock)s
    and held.objsubid = 1;
