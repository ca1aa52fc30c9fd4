-- How many pages are of a day.
select coalesce(sum(pages), 0)::bigint as pages_of_day
from news.pages_of_days(%(day)s, %(day)s);
