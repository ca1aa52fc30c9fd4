-- What was counted of the days of a stretch.
select
    day,
    pages,
    pages_of_day,
    stories,
    events
from news.day_counts
where day between %(first)s and %(last)s;
