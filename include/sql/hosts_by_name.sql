-- What is remembered of hosts.
select
    host,
    robots,
    robots_status,
    robots_until,
    waits_asked,
    wait_until
from news.hosts
where host = any(%(hosts)s);
