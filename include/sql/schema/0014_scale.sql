-- Days of what is counted by day, so that a day, a week or a month of the funnel reads no more than that. Requests are the
-- most, and come in the order of their days, for which the smallest kind of index is enough.
create index entries_by_day on news.entries (((first_seen_at at time zone 'UTC')::date));
create index fetches_by_day on news.fetches using brin (((fetched_at at time zone 'UTC')::date));
create index pages_by_day on news.pages (((fetched_at at time zone 'UTC')::date));
create index articles_by_day on news.articles (((seen_at at time zone 'UTC')::date));
create index stories_by_day on news.stories (((first_seen_at at time zone 'UTC')::date));
create index outcomes_rejected_by_day on news.outcomes (((done_at at time zone 'UTC')::date)) where is_rejected;
create index events_by_day on sanctions.events (((first_seen_at at time zone 'UTC')::date));

-- noqa: disable=RF03
-- The five hundred newest are those fetched last, as in the search of articles: a word of many sentences is looked for from
-- the newest article back, where the times that publishers state would have all of its sentences fetched and sorted.
create or replace function mart.search_evidence(query text, max_rows integer default 50)
returns table (
    event_id uuid, mention_id uuid, rank real, headline text, event_type text, modality text, publisher text,
    title text, published_at timestamptz, url text
)
language sql stable security definer set search_path = ''
begin atomic
with newest as (
    select
        mention.event_id,
        mention.id as mention_id,
        mention.evidence,
        mention.event_type,
        mention.modality,
        article.publisher,
        article.title,
        article.url,
        article.seen_at,
        coalesce(article.published_at, article.seen_at) as published_at
    from sanctions.event_mentions as mention
    inner join news.articles as article on mention.article_id = article.id
    where
        mention.is_current
        and to_tsvector('english', mention.evidence) @@ websearch_to_tsquery('english', query)
    order by article.seen_at desc, mention.id asc
    limit 500
)

select
    newest.event_id,
    newest.mention_id,
    ts_rank(to_tsvector('english', newest.evidence), websearch_to_tsquery('english', query)) as rank,
    ts_headline(
        'english',
        (
            select string_agg(sentence.value ->> 'text', ' ' order by sentence.nr)
            from jsonb_array_elements(newest.evidence) with ordinality as sentence (value, nr)
        ),
        websearch_to_tsquery('english', query)
    ) as headline,
    newest.event_type,
    newest.modality,
    newest.publisher,
    newest.title,
    newest.published_at,
    newest.url
from newest
order by rank desc, newest.published_at desc, newest.mention_id asc
limit max_rows;
end;
