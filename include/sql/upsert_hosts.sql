-- Keeps what was learned of hosts.
insert into news.hosts (host, robots, robots_status, robots_until, waits_asked, wait_until)
select
    host,
    robots,
    robots_status,
    robots_until,
    waits_asked,
    wait_until
from json_populate_recordset(null::news.hosts, %(rows)s)
order by host
on conflict (host) do update set
    robots = excluded.robots,
    robots_status = excluded.robots_status,
    robots_until = excluded.robots_until,
    waits_asked = excluded.waits_asked,
    wait_until = excluded.wait_until;
