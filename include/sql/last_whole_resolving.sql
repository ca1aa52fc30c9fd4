-- Version and time of the last run that looked at all mentions; nothing when what it remembered is gone.
select
    version,
    done_at
from sanctions.last_whole_resolving
where exists (select from sanctions.resolved_mentions);
