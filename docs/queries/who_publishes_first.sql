-- Who is first with stories that others take up, how many hours before the next, and how far do they go?
select
    first_publisher,
    count(*) as stories,
    round(avg(hours_to_second_publisher)::numeric, 1) as hours_ahead,
    round(avg(publishers), 1) as publishers,
    max(publishers) as most_publishers
from mart.story_spread
where publishers > 1
group by first_publisher
order by stories desc, first_publisher asc;
