-- Every current mention has at least one sentence of evidence
-- hard
select count(*) as offending
from sanctions.event_mentions
where is_current and jsonb_array_length(evidence) = 0;
