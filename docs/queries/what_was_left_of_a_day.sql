-- How much was left of the announcements of each day of June 2026 after each step, and what was dropped most?
select
    funnel.day,
    funnel.entries,
    funnel.pages,
    funnel.articles,
    funnel.stories,
    funnel.articles_read,
    funnel.mentions,
    funnel.events,
    dropped.reason as most_dropped_for,
    dropped.items
from mart.funnel as funnel
left join lateral (
    select
        each.key as reason,
        each.value::bigint as items
    from jsonb_each_text(funnel.rejected_by_reason) as each (key, value)
    order by items desc, reason asc
    limit 1
) as dropped on true
where funnel.day between '2026-06-01' and '2026-06-30' and funnel.pages > 0
order by funnel.day;
