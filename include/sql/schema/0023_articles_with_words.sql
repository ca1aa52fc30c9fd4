-- Finding articles by words apart from ranking them: the desk's page of stories needs no rank and no headline, which cost
-- most of a search.
create function news.articles_with_words(wanted tsquery, enough integer) returns uuid[]
language plpgsql stable strict set search_path = ''
as $$
declare
    found uuid[] := '{}';
    stretch tstzrange; -- a partition's, or of what lies beside all partitions
begin
    for stretch in
        with periods as (select each.period from news.partitions() as each where each.parted = 'article_texts')

        select gap.period from unnest(
            tstzmultirange(tstzrange(null, null)) - coalesce((select range_agg(periods.period) from periods), '{}')
        ) as gap (period)
        union all
        select periods.period from periods
        order by 1 desc
    loop
        found := found || array(
            select article.id
            from news.article_texts as body
            inner join news.articles as article on body.article_id = article.id and body.seen_at = article.text_at
            where
                article.is_current
                and to_tsvector('english', body.title || ' ' || left(body.text, 200000)) @@ wanted
                and body.seen_at >= coalesce(lower(stretch), '-infinity')
                and body.seen_at < coalesce(upper(stretch), 'infinity')
            order by body.seen_at desc, article.id asc
            limit enough - cardinality(found)
        );
        exit when cardinality(found) >= enough;
    end loop;
    return found;
end
$$;
comment on function news.articles_with_words is 'The newest articles that match a text search query, newest first, at most so many';

create or replace function mart.search_articles(query text, max_rows integer default 50)
returns table (
    article_id uuid, rank real, headline text, publisher text, title text, published_at timestamptz, url text,
    event_ids uuid[]
)
language plpgsql stable security definer set search_path = ''
as $$
#variable_conflict use_column
declare
    wanted tsquery := websearch_to_tsquery('english', query);
    found uuid[] := news.articles_with_words(wanted, 200);
begin
    return query
    with ranked as (
        select
            article.id,
            article.publisher,
            body.title,
            body.text,
            article.published_at,
            article.url,
            article.seen_at,
            ts_rank(to_tsvector('english', body.title || ' ' || left(body.text, 200000)), wanted) as rank
        from news.articles as article
        inner join news.article_texts as body on article.id = body.article_id and article.text_at = body.seen_at
        where article.id = any(found)
    ),

    best as (
        select ranked.*
        from ranked
        order by ranked.rank desc, ranked.seen_at desc, ranked.id asc
        limit max_rows
    )

    select
        best.id as article_id,
        best.rank,
        ts_headline('english', left(best.text, 200000), wanted) as headline,
        best.publisher,
        best.title,
        best.published_at,
        best.url,
        array(
            select distinct mention.event_id
            from sanctions.event_mentions as mention
            where mention.article_id = best.id and mention.is_current and mention.event_id is not null
            order by mention.event_id
        ) as event_ids
    from best
    order by best.rank desc, best.seen_at desc, best.id asc;
end
$$;
