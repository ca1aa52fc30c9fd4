-- Requests, postings and texts in partitions by time, so that what is old goes by dropping a table. Times are UTC.
-- noqa: disable=RF03,PRS

create function news.period_of(parted text, moment timestamptz) returns tstzrange
language plpgsql stable set search_path = ''
as $$
declare
    unit text := case
        when parted in ('fetches', 'article_texts') then 'month'
        when parted = 'sketches' then 'year' -- a look-up of a shingle asks every partition
    end;
    first timestamptz := date_trunc(unit, moment, 'UTC');
begin
    if unit is null or moment is null or not isfinite(moment) then
        raise invalid_parameter_value using message = format('No partition of %L holds %L.', parted, moment);
    end if;
    return tstzrange(first, date_trunc(unit, first + case unit when 'month' then interval '40 days' else '370 days' end, 'UTC'));
end
$$;
comment on function news.period_of is 'The time that a partition of a table spans: a month, of sketches a year';

create function news.partition_name(parted text, period tstzrange) returns text
language sql stable set search_path = ''
begin atomic
select parted || to_char(lower(period) at time zone 'UTC', case parted when 'sketches' then '_YYYY' else '_YYYY_MM' end);
end;
comment on function news.partition_name is 'How the partition of a table for a period is called';

create function news.partitions() returns table (parted text, period tstzrange)
language sql stable set search_path = ''
begin atomic
select
    parent.relname::text as parted,
    tstzrange(
        substring(bounds.said from $$FROM \('([^']+)'\)$$)::timestamptz,
        substring(bounds.said from $$TO \('([^']+)'\)$$)::timestamptz
    ) as period
from pg_catalog.pg_inherits as link
inner join pg_catalog.pg_class as parent on link.inhparent = parent.oid and parent.relkind = 'p'
inner join pg_catalog.pg_class as child on link.inhrelid = child.oid
cross join lateral pg_get_expr(child.relpartbound, child.oid) as bounds (said)
where parent.relnamespace = 'news'::regnamespace and bounds.said <> 'DEFAULT';
end;
comment on function news.partitions is 'One row per partition of a table in news, without those for what fits into no other';

-- The loader, who may create and drop nothing, calls these two and drop_texts as their owner: they touch the partitions
-- of three tables and nothing else. They wait five seconds for a lock, as everybody else waits behind them.
create function news.make_partition(parted text, moment timestamptz) returns boolean
language plpgsql security definer set search_path = '' set lock_timeout = '5s'
as $$
declare
    period tstzrange := news.period_of(parted, moment);
    made text := news.partition_name(parted, period);
    key text := case parted when 'fetches' then 'fetched_at' else 'seen_at' end;
begin
    if to_regclass(format('news.%I', made)) is not null then
        return false;
    end if;
    execute format('create table news.%I (like news.%I including all excluding identity)', made, parted);
    execute format('comment on table news.%I is %L', made, format('Rows of news.%s from %s on', parted, lower(period)));
    execute format('revoke all on news.%I from desk_loader', made); -- who goes through the table
    execute format('lock table news.%I in access exclusive mode', parted || '_default');
    execute format(
        'with moved as (delete from news.%I where %I >= $1 and %I < $2 returning *) insert into news.%I select * from moved',
        parted || '_default', key, key, made
    ) using lower(period), upper(period);
    execute format(
        'alter table news.%I attach partition news.%I for values from (%L) to (%L)',
        parted, made, lower(period), upper(period)
    );
    return true;
end
$$;
comment on function news.make_partition is 'Makes the partition of fetches, sketches or article_texts that holds a moment, with the rows of the time that came before it did; false when it is there';

create function news.drop_partition(parted text, moment timestamptz) returns boolean
language plpgsql security definer set search_path = '' set lock_timeout = '5s'
as $$
declare
    period tstzrange := news.period_of(parted, moment);
    dropped text := news.partition_name(parted, period);
begin
    if parted = 'article_texts' or upper(period) > now() - interval '30 days' then
        raise insufficient_privilege using message = format('%s is not dropped: drop_texts drops texts, and 30 days stay.', dropped);
    end if;
    if to_regclass(format('news.%I', dropped)) is null then
        return false;
    end if;
    execute format('drop table news.%I', dropped);
    return true;
end
$$;
comment on function news.drop_partition is 'Drops the partition of fetches or sketches that holds a moment more than 30 days ago; false when there is none';

-- Requests: every page and feed that was asked for.
-- The table of before becomes the default partition, as marts hang on it; out of that its rows move to their months. The
-- marts are to be made anew, or they would read it alone.
alter table news.fetches rename to fetches_default;
alter table news.fetches_default alter column id drop identity;
alter table news.fetches_default drop constraint fetches_pkey;
alter table news.fetches_default add primary key (id, fetched_at);
alter index news.fetches_by_item rename to fetches_default_by_item;
alter index news.fetches_by_time rename to fetches_default_by_time;
delete from public.desk_marts;
create table news.fetches (
    like news.fetches_default including defaults including constraints including comments,
    primary key (id, fetched_at)
) partition by range (fetched_at);
alter table news.fetches alter column id add generated always as identity;
create index fetches_by_item on news.fetches (item_id, fetched_at desc);
create index fetches_by_time on news.fetches using brin (fetched_at);
alter table news.fetches attach partition news.fetches_default default;
comment on table news.fetches is 'One row per request made, good or bad; partitioned by month, kept for DESK_FETCHES_DAYS';
comment on table news.fetches_default is 'Rows of news.fetches of months without a partition';

-- Postings.
alter table news.sketches rename to sketches_before;
alter table news.sketches_before drop constraint sketches_pkey;
create table news.sketches (
    like news.sketches_before including comments,
    primary key (shingle, seen_at, article_id)
) partition by range (seen_at);
create table news.sketches_default (like news.sketches including all excluding identity);
alter table news.sketches attach partition news.sketches_default default;
comment on table news.sketches is 'One row per sampled shingle of a grouped article: by these near-duplicates find each other; partitioned by year, kept for DESK_SKETCHES_DAYS';
comment on table news.sketches_default is 'Rows of news.sketches of years without a partition';

-- Texts. An article keeps its id and its row for ever, and every look-up by id is one; what is large lies beside it. No
-- reference to news.articles, which every drop would have to lock: both rows are written in one transaction, and
-- articles are never deleted.
create table news.article_texts (
    article_id uuid not null,
    seen_at timestamptz not null,
    title text not null,
    text text not null,
    primary key (article_id, seen_at)
) partition by range (seen_at);
comment on table news.article_texts is 'One row per article whose text is kept; partitioned by month. DESK_TEXTS_DAYS may drop texts that support no act, which then lie in the archive';
comment on column news.article_texts.article_id is 'The article';
comment on column news.article_texts.seen_at is 'When its page was fetched, as known when the text was kept; articles.text_at';
comment on column news.article_texts.title is 'Headline of the article, which is searched together with the text';
comment on column news.article_texts.text is 'Paragraphs parted by blank lines';
create table news.article_texts_default (like news.article_texts including all);
alter table news.article_texts attach partition news.article_texts_default default;
comment on table news.article_texts_default is 'Rows of news.article_texts of months without a partition';

create table news.text_archives (
    file text primary key,
    month timestamptz not null,
    texts integer not null,
    dropped_at timestamptz not null
);
create index text_archives_by_month on news.text_archives (month);
comment on table news.text_archives is 'One row per Parquet file of texts that retention took out of the warehouse';
comment on column news.text_archives.file is 'The file, relative to the archive''s root';
comment on column news.text_archives.month is 'First moment of the month of articles.text_at';
comment on column news.text_archives.texts is 'Texts in it that the warehouse dropped';
comment on column news.text_archives.dropped_at is 'When';

alter table news.articles add column text_at timestamptz;
update news.articles set text_at = seen_at;
alter table news.articles alter column text_at set not null;
comment on column news.articles.text_at is 'With the id the key of its text in news.article_texts: seen_at as first known, which later may move earlier';

-- Partitions for what is there, this period and the next three; then the rows.
select news.make_partition(wanted.parted, wanted.moment)
from (
    select distinct
        'fetches' as parted,
        date_trunc('month', fetched_at, 'UTC') as moment
    from news.fetches_default
    where isfinite(fetched_at)
    union
    select distinct
        'sketches' as parted,
        date_trunc('year', seen_at, 'UTC') as moment
    from news.sketches_before
    where isfinite(seen_at)
    union
    select distinct
        'article_texts' as parted,
        date_trunc('month', text_at, 'UTC') as moment
    from news.articles
    where isfinite(text_at)
    union
    select
        parted,
        now() + ahead * interval '1 month' as moment
    from unnest(array['fetches', 'sketches', 'article_texts']) as parted
    cross join generate_series(0, 3) as ahead
) as wanted;

select setval(pg_get_serial_sequence('news.fetches', 'id'), (select coalesce(max(id), 0) + 1 from news.fetches), false);
insert into news.sketches select * from news.sketches_before order by shingle, seen_at;
drop table news.sketches_before;
insert into news.article_texts (article_id, seen_at, title, text)
select
    id,
    text_at,
    title,
    text
from news.articles;
-- After the rows: an index of words is made ten times faster at once than row by row. Cut where a text's words could pass
-- what a tsvector holds (1 MB), which would refuse the text.
create index article_texts_by_words on news.article_texts
using gin (to_tsvector('english', title || ' ' || left(text, 200000)));

-- What reads the column.
create or replace function news.state_of_day(day_start timestamptz, day_end timestamptz)
returns table (kind text, item_id uuid, label text, fingerprint uuid)
language sql stable
begin atomic
with articles as (
    select
        article.id,
        article.url_id,
        article.url,
        article.title,
        article.publisher,
        article.byline,
        article.published_at,
        article.language
    from news.articles as article
    where
        article.is_current
        and article.page_id in (select news.pages_of_day(day_start, day_end))
),

stories as (
    select distinct member.story_id
    from news.story_members as member
    inner join articles on member.article_id = articles.id
),

events as (
    select distinct mention.event_id
    from sanctions.event_mentions as mention
    inner join articles on mention.article_id = articles.id
    where mention.is_current and mention.event_id is not null
),

parties as (
    select
        party.event_id,
        string_agg(party.name, ', ' order by party.position) filter (where party.role = 'imposer') as imposers,
        string_agg(party.name, ', ' order by party.position) filter (where party.role = 'target') as targets,
        jsonb_agg(to_jsonb(party) order by party.role, party.position) as details
    from sanctions.event_parties as party
    inner join events on party.event_id = events.event_id
    group by party.event_id
),

measures as (
    select
        measure.event_id,
        jsonb_agg(to_jsonb(measure) order by measure.position) as details
    from sanctions.event_measures as measure
    inner join events on measure.event_id = events.event_id
    group by measure.event_id
)

select
    'article' as kind,
    article.url_id as item_id,
    article.url || ' ' || article.title as label,
    md5(row(article.id, article.publisher, article.byline, article.published_at, article.language)::text)::uuid
    as fingerprint
from articles as article
union all
select
    'story' as kind,
    story.id as item_id,
    story.title as label,
    md5(row(story.canonical_article_id, array_agg(member.article_id order by member.article_id))::text)::uuid
    as fingerprint
from stories
inner join news.stories as story on stories.story_id = story.id
inner join news.story_members as member on story.id = member.story_id
group by story.id
union all
select
    'event' as kind,
    event.id as item_id,
    concat_ws(' ', event.event_type, parties.imposers, '->', parties.targets, event.event_date) as label,
    md5(
        row(
            event.event_type, event.modality, event.instrument, event.event_date, event.effective_date,
            event.article_count, parties.details, measures.details
        )::text
    )::uuid as fingerprint
from events
inner join sanctions.events as event on events.event_id = event.id
left join parties on event.id = parties.event_id
left join measures on event.id = measures.event_id
where not event.is_withdrawn;
end;

create or replace function mart.search_articles(query text, max_rows integer default 50)
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
        body.title,
        body.text,
        article.published_at,
        article.url,
        article.seen_at
    from news.article_texts as body
    inner join news.articles as article on body.article_id = article.id and body.seen_at = article.text_at
    where
        article.is_current
        and to_tsvector('english', body.title || ' ' || left(body.text, 200000))
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

drop index news.articles_by_words;
alter table news.articles drop column text;
cluster news.articles using articles_by_time; -- written anew, or the dropped texts would stay on the disk
alter table news.articles set without cluster;
comment on table news.articles is 'One row per version of an article: an address, a headline and what is known of it; its text is in news.article_texts';

create view sanctions.supporting_articles as
select mention.article_id
from sanctions.event_mentions as mention
union
select story.canonical_article_id as article_id
from sanctions.event_mentions as mention
inner join news.story_members as member on mention.article_id = member.article_id
inner join news.stories as story on member.story_id = story.id
union
select copied.canonical_article_id as article_id
from sanctions.event_mentions as mention
inner join sanctions.copies_read as copied on mention.article_id = copied.article_id
union
select report.article_id
from sanctions.decision_reports as report;
comment on view sanctions.supporting_articles is 'One row per article that supports an act, by mentions of any version, as what a report derives from, or in a decision: its text is never dropped';
comment on column sanctions.supporting_articles.article_id is 'The article';

create function news.drop_texts(month timestamptz, ids uuid [], file text) returns integer
language plpgsql security definer set search_path = '' set lock_timeout = '5s'
as $$
declare
    period tstzrange := news.period_of('article_texts', month);
    old text := news.partition_name('article_texts', period);
    fresh text := old || '_kept';
    dropped uuid[];
    kept bigint;
begin
    if upper(period) > now() - interval '30 days' then
        raise insufficient_privilege using message = 'Texts of the last 30 days stay.';
    end if;
    lock table only news.article_texts in share row exclusive mode; -- readers go on
    dropped := array(
        select body.article_id
        from news.article_texts as body
        where
            body.seen_at >= lower(period) and body.seen_at < upper(period)
            and body.article_id = any(ids)
            and body.article_id not in (select supporting.article_id from sanctions.supporting_articles as supporting)
    );
    if cardinality(dropped) = 0 then
        return 0;
    end if;
    select count(*) - cardinality(dropped) into kept
    from news.article_texts as body
    where body.seen_at >= lower(period) and body.seen_at < upper(period);
    if kept > cardinality(dropped) then
        delete from news.article_texts as body
        where body.seen_at >= lower(period) and body.seen_at < upper(period) and body.article_id = any(dropped);
    else -- the few that stay move to a table of their own, which gives the space of the others back
        execute format('create table news.%I (like news.article_texts including all)', fresh);
        execute format('comment on table news.%I is %L', fresh, 'Rows of news.article_texts that stayed, from ' || lower(period) || ' on');
        execute format('revoke all on news.%I from desk_loader', fresh);
        execute format('insert into news.%I select * from news.%I where article_id <> all($1)', fresh, old) using dropped;
        execute format('alter table news.article_texts detach partition news.%I', old);
        execute format('drop table news.%I', old);
        execute format('alter table news.%I rename to %I', fresh, old);
        execute format(
            'alter table news.article_texts attach partition news.%I for values from (%L) to (%L)',
            old, lower(period), upper(period)
        );
    end if;
    insert into news.text_archives (file, month, texts, dropped_at)
    values (drop_texts.file, lower(period), cardinality(dropped), now());
    return cardinality(dropped);
end
$$;
comment on function news.drop_texts is 'How many of these articles'' texts of a month were dropped, which a file of the archive holds: those that support an act stay, and the last 30 days';

-- No text is lost but by drop_texts, which alone notes where they went.
revoke delete, truncate on news.article_texts from desk_loader;
revoke insert, update, delete on
news.fetches_default, news.sketches_default, news.article_texts_default, news.text_archives from desk_loader;
revoke execute on function
news.make_partition(text, timestamptz), news.drop_partition(text, timestamptz), news.drop_texts(timestamptz, uuid [], text)
from public;
grant execute on function
news.make_partition(text, timestamptz), news.drop_partition(text, timestamptz), news.drop_texts(timestamptz, uuid [], text)
to desk_loader;
