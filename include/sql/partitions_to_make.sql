-- The periods without a partition that need one: this and the next ones, and those of rows that fit nowhere.
with wanted as (
    select
        ahead.parted,
        %(now)s::timestamptz + nr * interval '1 month' as moment
    from unnest(array['fetches', 'sketches', 'article_texts']) as ahead (parted)
    cross join generate_series(0, %(months_ahead)s) as nr
    union
    select distinct
        'fetches' as parted,
        date_trunc('month', fetched_at, 'UTC') as moment
    from news.fetches_default
    union
    select distinct
        'sketches' as parted,
        date_trunc('month', seen_at, 'UTC') as moment
    from news.sketches_default
    union
    select distinct
        'article_texts' as parted,
        date_trunc('month', seen_at, 'UTC') as moment
    from news.article_texts_default
)

select
    parted,
    lower(news.period_of(parted, moment)) as starts_at
from wanted
where isfinite(moment)
except
select
    parted,
    lower(period) as starts_at
from news.partitions()
order by parted, starts_at;
