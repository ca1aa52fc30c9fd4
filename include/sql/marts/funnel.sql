-- One row per UTC day.
create or replace view mart.funnel as
select
    day,
    polls::bigint,
    entries::bigint,
    fetches::bigint,
    pages::bigint,
    articles::bigint,
    stories::bigint,
    articles_read::bigint,
    mentions::bigint,
    events::bigint,
    rejected::bigint,
    rejected_by_reason
from news.day_counts
where day < news.first_day_to_count()
union all
select
    day,
    polls,
    entries,
    fetches,
    pages,
    articles,
    stories,
    articles_read,
    mentions,
    events,
    rejected,
    rejected_by_reason
from news.present_days
where day >= news.first_day_to_count();
comment on view mart.funnel is 'One row per UTC day: how much came in, and how much of it was left after each step; days before yesterday as they were last counted, in the night or when done again';
comment on column mart.funnel.day is 'The UTC day';
comment on column mart.funnel.polls is 'Times that a feed was asked';
comment on column mart.funnel.entries is 'New addresses that feeds announced';
comment on column mart.funnel.fetches is 'Requests for pages';
comment on column mart.funnel.pages is 'New page bodies that were archived';
comment on column mart.funnel.articles is 'Article versions cleaned out of the pages of this day';
comment on column mart.funnel.stories is 'Stories first seen on this day';
comment on column mart.funnel.articles_read is 'Articles of this day that passed the term filter and were read for events';
comment on column mart.funnel.mentions is 'Reports of acts in articles of this day';
comment on column mart.funnel.events is 'Acts first seen on this day';
comment on column mart.funnel.rejected is 'Items that a step could not use or had no use for';
comment on column mart.funnel.rejected_by_reason is 'The same by step and reason';
