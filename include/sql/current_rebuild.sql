-- The rebuild of a day by a plan that is under way.
select id
from news.rebuilds
where starts_at = %(start)s and ends_at = %(until)s and plan = %(plan)s and finished_at is null;
