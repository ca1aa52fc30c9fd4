-- Finding articles and reports by words apart from ranking them: the desk's pages need no rank and no headline, which cost
-- most of a search. What few have is looked for at once; only of the rest the newest are looked for from the newest back.
-- noqa: disable=RF03,PRS,AL05
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

-- An article has a few reports, which lie side by side: a sample takes them for many, and plans for many are slow for few.
alter table sanctions.event_mentions alter column article_id set (n_distinct = -0.3);

create function sanctions.mentions_with_words(wanted tsquery, enough integer) returns uuid[]
language plpgsql stable strict set search_path = ''
as $$
declare
    found uuid[];
    looked_through bigint := 15000; -- newest articles
begin
    -- The reports of a few articles are met with the word's before any sentence is fetched, which wants a plan for these
    -- very articles. How many it takes, the newest tell. Of very many, it is quicker to fetch all of the word's.
    while looked_through <= 40000 loop
        execute
            'select array('
            ' with matching as materialized ('
            '  select mention.id, mention.article_id from sanctions.event_mentions as mention'
            '  where mention.is_current and to_tsvector(''english'', mention.evidence) @@ $1'
            '   and mention.article_id = any($2))'
            ' select matching.id from matching'
            ' inner join news.articles as article on matching.article_id = article.id'
            ' order by article.seen_at desc, matching.id asc limit $3)'
        into found
        using
            wanted,
            array(
                select article.id from news.articles as article
                order by article.seen_at desc
                limit looked_through
            ),
            enough;
        if cardinality(found) >= enough then
            return found;
        end if;
        looked_through := looked_through * greatest(1.5, 1.3 * enough / greatest(cardinality(found), 1));
    end loop;
    return array(
        with matching as materialized (
            select mention.id, mention.article_id
            from sanctions.event_mentions as mention
            where mention.is_current and to_tsvector('english', mention.evidence) @@ wanted
        )

        select matching.id
        from matching
        inner join news.articles as article on matching.article_id = article.id
        order by article.seen_at desc, matching.id asc
        limit enough
    );
end
$$;
comment on function sanctions.mentions_with_words is 'The current reports whose supporting sentences match a text search query, those of the newest articles first, at most so many';

create or replace function mart.search_evidence(query text, max_rows integer default 50)
returns table (
    event_id uuid, mention_id uuid, rank real, headline text, event_type text, modality text, publisher text,
    title text, published_at timestamptz, url text
)
language plpgsql stable security definer set search_path = ''
as $$
#variable_conflict use_column
declare
    wanted tsquery := websearch_to_tsquery('english', query);
    found uuid[] := sanctions.mentions_with_words(wanted, 500);
begin
    return query
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
            coalesce(article.published_at, article.seen_at) as published_at,
            ts_rank(to_tsvector('english', mention.evidence), wanted) as rank
        from sanctions.event_mentions as mention
        inner join news.articles as article on mention.article_id = article.id
        where mention.id = any(found)
    )

    select
        newest.event_id,
        newest.mention_id,
        newest.rank,
        ts_headline(
            'english',
            (
                select string_agg(sentence.value ->> 'text', ' ' order by sentence.nr)
                from jsonb_array_elements(newest.evidence) with ordinality as sentence (value, nr)
            ),
            wanted
        ) as headline,
        newest.event_type,
        newest.modality,
        newest.publisher,
        newest.title,
        newest.published_at,
        newest.url
    from newest
    order by newest.rank desc, newest.published_at desc, newest.mention_id asc
    limit max_rows;
end
$$;
