-- Who was first with stories of the first week of June 2026 that others took up, how many hours before the next, and how far did they go?
select
    first_publisher,
    count(*) as stories,
    round(avg(hours_to_second_publisher)::numeric, 1) as hours_ahead,
    round(avg(publishers), 1) as publishers,
    max(publishers) as most_publishers
from mart.story_spread
where publishers > 1 and last_seen_at >= '2026-06-01' and last_seen_at < '2026-06-08'
group by first_publisher
order by stories desc, first_publisher asc;
