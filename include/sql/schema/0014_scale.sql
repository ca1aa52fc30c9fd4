-- Days of what is counted by day, so that a day, a week or a month of the funnel reads no more than that. Rows come in the
-- order of their days, for which the smallest kind of index is enough.
create index entries_by_day on news.entries using brin (((first_seen_at at time zone 'UTC')::date));
create index fetches_by_day on news.fetches using brin (((fetched_at at time zone 'UTC')::date));
create index pages_by_day on news.pages using brin (((fetched_at at time zone 'UTC')::date));
create index articles_by_day on news.articles using brin (((seen_at at time zone 'UTC')::date));
create index stories_by_day on news.stories (((first_seen_at at time zone 'UTC')::date));
create index outcomes_rejected_by_day on news.outcomes using brin (((done_at at time zone 'UTC')::date));
create index events_by_day on sanctions.events (((first_seen_at at time zone 'UTC')::date));
