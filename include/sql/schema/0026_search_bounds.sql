-- Searches give between none and 1000 rows whatever is asked for, mark what was found by characters that are no markup (a
-- text is a stranger's), and find names with or without their accents.
-- noqa: disable=RF03,PRS,AL05
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
        limit greatest(least(max_rows, 1000), 0)
    )

    select
        best.id as article_id,
        best.rank,
        ts_headline('english', left(best.text, 200000), wanted, 'StartSel=«, StopSel=»') as headline,
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
comment on function mart.search_articles is 'Current articles that have these words in headline or text, best first, with the place found between « and » and the acts they report: plain text, with whatever markup the article had. Of more than 200 matches the 200 fetched last are ranked';

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
            wanted,
            'StartSel=«, StopSel=»'
        ) as headline,
        newest.event_type,
        newest.modality,
        newest.publisher,
        newest.title,
        newest.published_at,
        newest.url
    from newest
    order by newest.rank desc, newest.published_at desc, newest.mention_id asc
    limit greatest(least(max_rows, 1000), 0);
end
$$;
comment on function mart.search_evidence is 'Reports of acts whose supporting sentences have these words, best first, with the place found between « and »: "coal ban", or minus and quotes as in a search engine. Plain text, with whatever markup the sentences had. Of more than 500 matches the newest 500 are ranked';

-- Not by the extension unaccent, which not every server has.
create function sanctions.plain_name(name text) returns text
language sql immutable strict parallel safe
return translate(
    normalize(regexp_replace(normalize(name, nfd), '[\u0300-\u036f]', '', 'g'), nfc), 'ıłŁøØđĐ', 'ilLoOdD'
);
comment on function sanctions.plain_name is 'A name without its accents: Erdogan for Erdoğan';
alter table sanctions.party_names
add column plain_name text not null generated always as (sanctions.plain_name(name)) stored;
comment on column sanctions.party_names.plain_name is 'The name without its accents, as searches compare it';
drop index sanctions.party_names_by_likeness;
create index party_names_by_likeness on sanctions.party_names using gin (plain_name public.gin_trgm_ops);

create or replace function mart.search_parties(wanted text, max_rows integer default 20)
returns table (
    party text, kind text, code text, likeness real, roles text[], acts bigint, event_ids uuid[]
)
language sql stable
begin atomic
with alike as (
    select
        known.name,
        -- The name as a whole, or as a part of a longer one, which is the lesser likeness.
        greatest(
            public.similarity(known.plain_name, sanctions.plain_name(wanted)),
            0.9 * public.word_similarity(sanctions.plain_name(wanted), known.plain_name)
        )::real as likeness
    from sanctions.party_names as known
    where
        known.plain_name operator(public.%) sanctions.plain_name(wanted) -- noqa: LT01
        or sanctions.plain_name(wanted) operator(public.<%) known.plain_name -- noqa: LT01
    order by likeness desc, known.name asc
    limit 10 * greatest(least(max_rows, 1000), 0) -- of some no act stands, and others have several kinds
)

select
    party.name as party,
    party.kind,
    party.code,
    alike.likeness,
    array_agg(distinct party.role) as roles,
    count(distinct party.event_id) as acts,
    array_agg(distinct party.event_id) as event_ids
from alike
inner join sanctions.event_parties as party on alike.name = party.name
inner join sanctions.event_versions as event on party.event_id = event.event_id
where event.valid_to is null and not event.is_withdrawn
group by alike.likeness, party.name, party.kind, party.code
order by alike.likeness desc, acts desc, party asc
limit greatest(least(max_rows, 1000), 0);
end;
comment on function mart.search_parties is 'Parties of acts whose name is like this one, misspelt, without accents or in part, the likest first, with their acts that stand';
