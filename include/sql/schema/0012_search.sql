-- Words of articles and of the sentences that support acts, and names of parties as they may be misspelt.
do $$
begin
    create extension if not exists pg_trgm schema public;
    if to_regoperator('public.%(text,text)') is null then
        raise undefined_object using
            message = 'it lies in another schema: "alter extension pg_trgm set schema public" moves it';
    end if;
exception
    when insufficient_privilege or undefined_file or feature_not_supported or undefined_object then
        raise exception using
            errcode = 'feature_not_supported',
            message = 'The search for names needs PostgreSQL''s extension pg_trgm in the schema public, and it could not be'
                || ' brought there by ' || current_user || ' (' || sqlerrm || '): have a superuser run'
                || ' "create extension pg_trgm schema public" in the warehouse, then start again.';
end
$$;

-- Cut where a text's words could pass what a tsvector holds (1 MB), which would refuse the article.
create index articles_by_words on news.articles
using gin (to_tsvector('english', title || ' ' || left(text, 200000))) where is_current;
create index event_mentions_by_words on sanctions.event_mentions
using gin (to_tsvector('english', evidence)) where is_current;
create index event_parties_by_name on sanctions.event_parties using gin (name public.gin_trgm_ops);

-- noqa: disable=RF03
-- As the owner, since analysts do not read news: they get what they would see in mart.event_evidence.
create function mart.search_evidence(query text, max_rows integer default 50)
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
        coalesce(article.published_at, article.seen_at) as published_at
    from sanctions.event_mentions as mention
    inner join news.articles as article on mention.article_id = article.id
    where
        mention.is_current
        and to_tsvector('english', mention.evidence) @@ websearch_to_tsquery('english', query)
    order by coalesce(article.published_at, article.seen_at) desc, mention.id asc
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
comment on function mart.search_evidence is 'Reports of acts whose supporting sentences have these words, best first, with the place found between <b> and </b>: "coal ban", or minus and quotes as in a search engine. Of more than 500 matches the newest 500 are ranked';

create function mart.search_articles(query text, max_rows integer default 50)
returns table (
    article_id uuid, rank real, headline text, publisher text, title text, published_at timestamptz, url text,
    event_ids uuid[]
)
language sql stable security definer set search_path = ''
begin atomic
with newest as (
    select
        article.id,
        article.publisher,
        article.title,
        article.text,
        article.published_at,
        article.url,
        article.seen_at
    from news.articles as article
    where
        article.is_current
        and to_tsvector('english', article.title || ' ' || left(article.text, 200000))
        @@ websearch_to_tsquery('english', query)
    order by article.seen_at desc, article.id asc
    limit 200
),

best as (
    select
        newest.*,
        ts_rank(
            to_tsvector('english', newest.title || ' ' || left(newest.text, 200000)),
            websearch_to_tsquery('english', query)
        ) as rank
    from newest
    order by rank desc, newest.seen_at desc, newest.id asc
    limit max_rows
)

select
    best.id as article_id,
    best.rank,
    ts_headline('english', left(best.text, 200000), websearch_to_tsquery('english', query)) as headline,
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
end;
comment on function mart.search_articles is 'Current articles that have these words in headline or text, best first, with the place found between <b> and </b> and the acts they report. Of more than 200 matches the 200 fetched last are ranked';

create function mart.search_parties(wanted text, max_rows integer default 20)
returns table (
    party text, kind text, code text, likeness real, roles text[], acts bigint, event_ids uuid[]
)
language sql stable
begin atomic
select
    party.name as party,
    party.kind,
    party.code,
    -- The name as a whole, or as a part of a longer one, which is the lesser likeness.
    greatest(public.similarity(party.name, wanted), 0.9 * public.word_similarity(wanted, party.name))::real
    as likeness,
    array_agg(distinct party.role) as roles,
    count(distinct party.event_id) as acts,
    array_agg(distinct party.event_id) as event_ids
from sanctions.event_parties as party
inner join sanctions.event_versions as event on party.event_id = event.event_id
where
    event.valid_to is null
    and not event.is_withdrawn
    and (
        party.name operator(public.%) wanted -- noqa: LT01
        or wanted operator(public.<%) party.name -- noqa: LT01
    )
group by party.name, party.kind, party.code
order by likeness desc, acts desc, party asc
limit max_rows;
end;
comment on function mart.search_parties is 'Parties of acts whose name is like this one, misspelt or in part, the likest first, with their acts that stand';
