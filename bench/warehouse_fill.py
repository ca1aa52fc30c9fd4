"""Fills a warehouse with invented news: by the server, of any size, the same every time, in the shapes of real news.

Few outlets publish most, few states impose and are hit most, a story is told once or by dozens, an act is reported by one
article or by hundreds, and a text's words are as unlike each other as those of a newspaper.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import psycopg2

from include.edges.warehouse import statement
from include.pipeline.resolve_events import VERSION as RESOLVED_AS
from include.stages.clean import CLEAN_VERSION
from include.stages.events import EXTRACT_VERSION
from include.stages.resolve import RESOLVE_VERSION
from include.stages.stories import GROUP_VERSION

SPAN = timedelta(days=3 * 365)
STATES = (
    "RU IR KP CN SY BY VE CU MM AF ZW SD SS LY YE IQ LB SO ML CF CD NI BI ER TR UA BA RS HT GN GE MD TD NE BF ET SA PK"
    " TM UZ AZ AM KZ KG TJ VN LA KH PH ID IN BD LK NP MV AE QA BH KW OM JO EG TN DZ MA MR SN GM LR SL CI GH TG BJ NG CM"
).split()
IMPOSERS = (
    "US EU GB UNSC CA JP AU CH UA NZ NO KR RU CN TR FR DE SG TW IL IN PL LT LV EE CZ SE DK FI NL BE AT IE IS SA AE QA"
).split()
GOODS = ("seafood coal oil gas gold diamonds timber arms drones chips alumina steel iron ships aircraft software caviar vodka"
         " grain fertiliser lead zinc nickel copper uranium optics engines pumps turbines yachts").split()  # fmt: skip
ACTS = (
    "imposed imposed imposed expanded extended eased lifted implemented enforced violated condemned proposed threatened"
)
SYLLABLES = "ba ce di fo gu ha le mi no pu ra se ti vo wa xi ya ze kor lan mer nis por tal ven".split()
MEASURES = "asset_freeze travel_ban export_ban import_ban arms_embargo financial_restriction".split()
COMMON = (
    "the of to and in a for on that is said by with was at from it as be has will its are have an not which after over"
    " government minister sanctions would their been new officials state president against company bank trade foreign"
    " police court parliament market energy security council union economy doping cycling vessel network account"
).split()


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much to invent."""

    articles: int = 2_000_000
    mentions: int = 5_000_000
    events: int = 300_000

    def values(self) -> dict[str, object]:
        """What the statements below are told."""
        feeds = max(10, min(2000, self.articles // 100))
        until = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        return {
            "articles": self.articles, "mentions": self.mentions, "events": self.events, "feeds": feeds,
            "outlets": max(5, feeds // 3), "start": until - SPAN, "span": SPAN, "clean": CLEAN_VERSION,
            "group": GROUP_VERSION, "extract": EXTRACT_VERSION, "resolve": RESOLVE_VERSION,
            "per_article": -(-2 * self.mentions // self.articles), "states": STATES, "imposers": IMPOSERS,
            "goods": GOODS, "acts": ACTS.split(), "measures": MEASURES, "resolved": RESOLVED_AS,
        }  # fmt: skip


def vocabulary(dice: random.Random) -> list[str]:
    """Words from the most frequent to the rarest."""
    made = {"".join(dice.choices(SYLLABLES, k=dice.choice((2, 3, 3, 4)))) for _ in range(60_000)}
    return [*COMMON, *GOODS, *sorted(made, key=lambda word: (len(word), word[::-1]))]


def lines(count: int, words: int, *, seed: int) -> Iterator[str]:
    """Sentences of so many words, the n-th word of the vocabulary as frequent as in a newspaper."""
    dice = random.Random(seed)
    known = vocabulary(random.Random(1))
    total, weights = 0.0, []
    for rank in range(len(known)):
        total += 1 / (rank + 8)
        weights.append(total)
    for _ in range(count):
        picked = dice.choices(known, cum_weights=weights, k=dice.randint(words * 2 // 3, words * 4 // 3))
        yield " ".join(picked).capitalize() + "."


FUNCTIONS = """
create function pg_temp.dice(n bigint, salt integer) returns double precision language sql immutable
return (hashint8extended(n, salt) & 1073741823) / 1073741824.0;
create function pg_temp.rank(n bigint, salt integer, most integer) returns integer language sql immutable
return floor(exp(pg_temp.dice(n, salt) * ln(most + 1)))::integer;
create function pg_temp.id(kind text, n bigint) returns uuid language sql immutable
return md5(kind || n)::uuid;
create function pg_temp.story(n bigint) returns uuid language sql immutable
return md5('story' || n / 64 || '-' || pg_temp.rank(n, 7, 64))::uuid;
create function pg_temp.seen(n bigint, start timestamptz, span interval, articles bigint) returns timestamptz
language sql immutable return start + span * (n::double precision / articles);
"""
NUMBERS = """
create temporary table numbers as
select
    n,
    pg_temp.rank(n, 1, %(outlets)s) as outlet,
    pg_temp.seen(least(n, %(articles)s), %(start)s, %(span)s, %(articles)s) as seen_at,
    'https://outlet-' || pg_temp.rank(n, 1, %(outlets)s) || '.example/news/' || n || '-' || replace(lower(title.text), ' ', '-') as url,
    title.text as title
from generate_series(1, %(articles)s::bigint * 11 / 10) as n
inner join title on title.i = hashint8extended(n, 2) & 16383
"""
PARTITIONS = """
select news.make_partition(parted, %(start)s::timestamptz + month * interval '1 month')
from unnest(array['fetches', 'sketches', 'article_texts']) as parted
cross join generate_series(0, extract(days from %(span)s)::integer / 30 + 1) as month
"""
FEEDS = """
insert into news.feeds (id, url, title, publisher, country, language, feed_group, kind, state, reason, failures,
    polled_at, succeeded_at, next_poll_at)
select pg_temp.id('feed', f), 'https://outlet-' || 1 + f %% %(outlets)s || '.example/feed/' || f, 'Feed ' || f,
    'Outlet ' || 1 + f %% %(outlets)s, 'GB', 'en', 'news', 'newsroom', case when f %% 20 = 0 then 'failing' else 'ok' end,
    case when f %% 20 = 0 then 'timed_out' else '' end, (f %% 20 = 0)::integer * 3, now(), now(),
    now() + interval '15 minutes'
from generate_series(0, %(feeds)s - 1) as f
"""
ENTRIES = """
insert into news.entries (id, feed_id, url, guid, title, summary, byline, published_at, first_seen_at, article_url)
select
    pg_temp.id('entry', n),
    pg_temp.id('feed', outlet - 1 + %(outlets)s * (n %% greatest(1, %(feeds)s / %(outlets)s))), url,
    case when n %% 3 > 0 then url else '' end, title, summary.text, 'By Somebody',
    seen_at - pg_temp.dice(n, 3) * interval '6 hours', seen_at, url
from numbers
inner join sentence as summary on summary.i = hashint8extended(n, 4) & 16383
"""
PAGES = """
insert into news.pages (id, entry_id, url, fetched_at, status, content_type, body_sha256, body_bytes, warc_file,
    warc_offset, warc_length)
select pg_temp.id('page', n), pg_temp.id('entry', n + (n %% 33 = 0)::integer), url, seen_at, 200, 'text/html',
    encode(sha256(int8send(n)), 'hex'), 60000, 'news-' || to_char(seen_at, 'YYYYMMDD') || '.warc.gz', n * 15000, 15000
from numbers
where n <= %(articles)s * 21 / 20
"""
FETCHES = (
    """
insert into news.fetches (kind, item_id, url, fetched_at, status, reason, body_bytes, seconds, warc_file, warc_offset,
    warc_length)
select 'page', pg_temp.id('page', n), url, seen_at, 200, '', 60000, 0.4,
    'news-' || to_char(seen_at, 'YYYYMMDD') || '.warc.gz', n * 15000, 15000
from numbers
""",
    """
insert into news.fetches (kind, item_id, url, fetched_at, status, reason, body_bytes, seconds)
select 'feed', pg_temp.id('feed', n %% %(feeds)s), 'https://outlet-' || outlet || '.example/feed/' || n %% %(feeds)s,
    seen_at, 200, case when n %% 20 = 0 then 'timed_out' else '' end, 20000, 0.2
from numbers
""",
)
ARTICLES = (
    """
insert into news.articles (id, url_id, page_id, url, publisher, title, byline, published_at, published_source, language,
    word_count, seen_at, text_at, is_current, clean_version, section, wire)
select
    pg_temp.id('article', n), pg_temp.id('url', n + (n %% 33 = 0)::integer), pg_temp.id('page', n), url,
    'Outlet ' || outlet, title, 'By Somebody', seen_at - pg_temp.dice(n, 3) * interval '6 hours', 'feed', 'en',
    480, seen_at, seen_at, n %% 33 > 0, %(clean)s, 'World', case when n %% 9 = 0 then 'Wire' else '' end
from numbers
where n <= %(articles)s
""",
    """
insert into news.article_texts (article_id, seen_at, title, text)
select
    pg_temp.id('article', n), seen_at, title,
    concat_ws(
        E'\\n\\n', one.text, two.text, three.text, four.text, five.text,
        left(sha256(int8send(n))::text, 12) || ' ' || hashint8extended(n, 5) %% 1000000
    )
from numbers
inner join paragraph as one on one.i = hashint8extended(n, 11) & 16383
inner join paragraph as two on two.i = hashint8extended(n, 12) & 16383
inner join paragraph as three on three.i = hashint8extended(n, 13) & 16383
inner join paragraph as four on four.i = hashint8extended(n, 14) & 16383
inner join paragraph as five on five.i = hashint8extended(n, 15) & 16383
where n <= %(articles)s
""",
)
STORIES = (
    """
create temporary table told as
select
    pg_temp.story(n) as story_id, n, outlet, seen_at, title,
    n = min(n) over (partition by pg_temp.story(n)) as is_first
from numbers where n <= %(articles)s
""",
    """
insert into news.stories (id, canonical_article_id, title, article_count, publisher_count, first_seen_at, last_seen_at,
    group_version, canonical_reason)
select story_id, pg_temp.id('article', min(n)), (array_agg(title))[1], count(*), count(distinct outlet), min(seen_at),
    max(seen_at), %(group)s, 'first_seen'
from told group by story_id
""",
    """
insert into news.story_members (article_id, story_id, relation, score, group_version)
select pg_temp.id('article', n), story_id, case when is_first then 'canonical' else
    (array['copy', 'copy', 'truncated', 'updated', 'excerpt', 'rewrite'])[1 + n %% 6] end, 0.8, %(group)s
from told
""",
    """
insert into news.story_matches (later_article_id, earlier_article_id, score)
select pg_temp.id('article', n), pg_temp.id('article', n - 1 - n %% 40), 0.7 from told where not is_first and n > 50
""",
    """
insert into news.digest_parts select pg_temp.id('article', n), pg_temp.id('article', n - 1 - n %% 40) from told
where n %% 200 = 0 and n > 50
""",
    """
insert into news.story_changes (changed_at, kind, from_story_id, into_story_id, article_count, group_version)
select seen_at, 'merged', pg_temp.id('story', n), story_id, 1, %(group)s from told where n %% 100 = 0
""",
    """
insert into news.sketches (shingle, seen_at, article_id)
select hashint8extended(n, 100 + k), seen_at, pg_temp.id('article', n)
from told cross join generate_series(1, 50) as k
where n > %(articles)s * 0.96
""",
    """
insert into news.templates (publisher, paragraph, learned_at)
select 'Outlet ' || o, hashint8extended(o, k), %(start)s
from generate_series(1, %(outlets)s) as o cross join generate_series(1, 20) as k
""",
    """
insert into news.learned_publishers (publisher, learned_at)
select 'Outlet ' || o, %(start)s from generate_series(1, %(outlets)s) as o
""",
    """
insert into news.hosts (host) select 'outlet-' || o || '.example' from generate_series(1, %(outlets)s) as o
""",
)
OUTCOMES = (
    """
insert into news.outcomes (stage, item_id, version, is_rejected, reason, done_at)
select 'clean', pg_temp.id('page', n), %(clean)s, n > %(articles)s,
    case when n <= %(articles)s then '' when n %% 2 = 0 then 'too_short' else 'no_body' end, seen_at
from numbers where n <= %(articles)s * 21 / 20
""",
    """
insert into news.outcomes (stage, item_id, version, is_rejected, done_at)
select 'group', pg_temp.id('article', n), %(group)s, false, seen_at from numbers where n <= %(articles)s
""",
    """
insert into news.outcomes (stage, item_id, version, is_rejected, reason, done_at)
select 'extract', pg_temp.id('article', n), %(extract)s, n %% 2 = 1,
    case when n %% 2 = 1 then 'no_sanctions_term' else '' end, seen_at
from numbers where n <= %(articles)s
""",
)
ACTS_MADE = (
    """
create temporary table act as
select
    e,
    (%(acts)s::text[])[1 + (hashint8extended(e, 21) & 65535) %% cardinality(%(acts)s::text[])] as event_type,
    (%(imposers)s::text[])[pg_temp.rank(e, 22, cardinality(%(imposers)s::text[]))] as imposer,
    (%(states)s::text[])[pg_temp.rank(e, 23, cardinality(%(states)s::text[]))] as target,
    case
        when e %% 10 > 4 then null
        when pg_temp.dice(e, 24) < 0.02 then 'Entity List'
        when pg_temp.dice(e, 24) < 0.021 then 'UN Security Council Resolution 2371 (2017)'
        when pg_temp.dice(e, 24) < 0.5 then 'Executive Order ' || pg_temp.rank(e, 25, 20000)
        else 'Council Regulation (EU) No ' || pg_temp.rank(e, 25, 20000)
    end as instrument,
    initcap(title.text) as named,
    e %% 10 = 3 as is_disputed
from generate_series(1, %(events)s) as e
inner join title on title.i = hashint8extended(e, 26) & 16383
""",
    """
alter table act
add column other_type text,
add column event_class text;
update act set
    event_class = class.event_class,
    other_type = class.other_type
from (values
    ('imposed', 'IMPOSE', 'expanded'), ('expanded', 'IMPOSE', 'imposed'), ('extended', 'EXTEND', 'extended'),
    ('eased', 'RELAX', 'lifted'), ('lifted', 'RELAX', 'eased'), ('implemented', 'ENFORCE', 'enforced'),
    ('enforced', 'ENFORCE', 'implemented'), ('violated', 'VIOLATE', 'violated'),
    ('condemned', 'CONDEMN', 'condemned'), ('proposed', 'PLAN', 'threatened'), ('threatened', 'PLAN', 'proposed')
) as class (event_type, event_class, other_type)
where act.event_type = class.event_type;
analyze act
""",
    # Each hundred acts are reported by the articles of their days, the first of them by a sixth.
    """
create temporary table report as
with placed as (
    select
        m,
        2 * ((m - 1) / %(per_article)s) + 2 as a,
        (m - 1) %% %(per_article)s as position
    from generate_series(1, %(mentions)s::bigint) as m
)

select
    m, a, position,
    least(%(events)s, (a - 1) * %(events)s / %(articles)s / 100 * 100 + pg_temp.rank(m, 27, 100)) as e
from placed where a <= %(articles)s
""",
    """
analyze report
""",
    """
create temporary table known as
select
    e, count(distinct a) as articles, count(distinct pg_temp.story(a)) as stories, min(a) as first, max(a) as last
from report where a %% 33 > 0 group by e
""",
    """
insert into sanctions.events (id, event_type, event_class, modality, instrument, event_date, confidence, review_status,
    article_count, story_count, first_seen_at, last_seen_at, first_published_on, first_publisher, is_withdrawn,
    extract_version, resolve_version)
select
    pg_temp.id('act', act.e), event_type, event_class,
    case when event_class = 'PLAN' then 'planned' when act.e %% 50 = 7 then 'possible' else 'asserted' end, instrument,
    case when act.e %% 10 < 7 then to_char(
        pg_temp.seen(known.first, %(start)s, %(span)s, %(articles)s)
        - floor(exp(pg_temp.dice(act.e, 28) * 6)) * interval '1 day', 'YYYY-MM-DD'
    ) end,
    0.5 + 0.49 * pg_temp.dice(act.e, 29) - (act.e %% 20 = 9)::integer * 0.4,
    case when act.e %% 20 = 9 and pg_temp.dice(act.e, 29) < 0.8 then 'pending' else 'accepted' end,
    coalesce(known.articles, 0), coalesce(known.stories, 0),
    coalesce(pg_temp.seen(known.first, %(start)s, %(span)s, %(articles)s), %(start)s),
    coalesce(pg_temp.seen(known.last, %(start)s, %(span)s, %(articles)s), %(start)s),
    pg_temp.seen(known.first, %(start)s, %(span)s, %(articles)s)::date,
    'Outlet ' || pg_temp.rank(coalesce(known.first, 1), 1, %(outlets)s), known.e is null, %(extract)s, %(resolve)s
from act
left join known on act.e = known.e
""",
    """
update sanctions.events as plan
set followed_by = pg_temp.id('act', act.e + 20)
from act where act.event_class = 'PLAN' and act.e %% 3 = 0 and act.e + 20 <= %(events)s
and plan.id = pg_temp.id('act', act.e)
""",
    """
insert into sanctions.event_parties (event_id, role, position, name, kind, code)
select pg_temp.id('act', e), 'imposer', 0, 'State of ' || imposer, 'country', imposer from act
union all
select pg_temp.id('act', e), 'target', 0, 'Land of ' || target, 'country', target from act
union all
select pg_temp.id('act', e), 'target', k, case when e %% 5000 = 1 then 'Tornado Cash' else named || ' ' || k end,
    'organisation', target
from act cross join generate_series(1, 3) as k where e %% 3 = 1 and k <= 1 + e %% 3
union all
select pg_temp.id('act', e), 'imposer', 1, 'State of ' || i, 'country', i
from (select e, imposer, (%(imposers)s::text[])[pg_temp.rank(e, 31, 30)] as i from act where e %% 4 = 0) as ally
where i <> imposer
union all
select pg_temp.id('act', e), 'actor', 0, 'Ministry of ' || target, 'organisation', target
from act where event_class in ('CONDEMN', 'VIOLATE')
""",
    "insert into sanctions.party_names (name) select distinct name from sanctions.event_parties",
    """
insert into sanctions.event_measures (event_id, position, measure_type, flow, objects)
select
    pg_temp.id('act', e), k, (%(measures)s::text[])[1 + (e + k) %% cardinality(%(measures)s::text[])],
    case (e + k) %% cardinality(%(measures)s::text[]) when 2 then 'to_target' when 3 then 'from_target' end,
    array[
        (%(goods)s::text[])[pg_temp.rank(e, 32 + k, cardinality(%(goods)s::text[]))],
        pg_temp.rank(e, 34 + k, 60) || ' companies'
    ]
from act cross join generate_series(0, 1) as k
where k <= e %% 2 and event_class <> 'CONDEMN'
""",
)
MENTIONS = """
insert into sanctions.event_mentions (id, article_id, extract_version, position, event_id, event_type, modality, salience,
    instrument, event_date, imposers, targets, actors, measures, evidence, confidence, is_current)
select
    pg_temp.id('mention', report.m), pg_temp.id('article', report.a), %(extract)s, report.position,
    pg_temp.id('act', report.e),
    case when act.is_disputed and report.m %% 5 = 0 then act.other_type else act.event_type end,
    'asserted', case when report.position = 0 then 'main' else 'secondary' end,
    case when report.m %% 2 = 0 then act.instrument end,
    case when report.m %% 2 = 0 then to_char(%(start)s::timestamptz + %(span)s * (report.a::double precision
        / %(articles)s), 'YYYY-MM-DD') end,
    jsonb_build_array(jsonb_build_object(
        'name', 'State of ' || act.imposer, 'kind', 'country', 'code', act.imposer, 'role', null)),
    jsonb_build_array(jsonb_build_object(
        'name', 'Land of ' || act.target, 'kind', 'country', 'code', act.target, 'role', null)),
    '[]',
    jsonb_build_array(jsonb_build_object(
        'type', (%(measures)s::text[])[1 + act.e %% 6], 'flow', null, 'objects', jsonb_build_array('two firms'))),
    jsonb_build_array(jsonb_build_object(
        'text', sentence.text, 'start', 100, 'end', 100 + length(sentence.text))),
    0.3 + 0.69 * pg_temp.dice(report.m, 41), report.a %% 33 > 0
from report
inner join act on report.e = act.e
inner join sentence on sentence.i = hashint8extended(report.m, 42) & 16383
"""
READ = (
    """
insert into sanctions.copies_read (article_id, canonical_article_id, is_inherited)
select pg_temp.id('article', told.n), story.canonical_article_id, true
from told inner join news.stories as story on told.story_id = story.id
where told.n %% 10 = 2 and not told.is_first
""",
    """
insert into news.rebuilds (starts_at, ends_at, plan, started_at, finished_at)
select %(start)s + d * interval '1 day', %(start)s + (d + 1) * interval '1 day', '{}', now(), now()
from generate_series(0, 364) as d
""",
    """
insert into news.rebuild_sources (rebuild_id, source, name, is_done, updated_at)
select id, 'archive', '', true, now() from news.rebuilds
""",
    """
insert into news.rebuild_entries (rebuild_id, entry_id)
select 1 + n %% 365, pg_temp.id('entry', n) from numbers where n %% 20 = 0
""",
    """
insert into news.rebuild_snapshots (rebuild_id, kind, item_id, label, fingerprint)
select 1 + n %% 365, 'article', pg_temp.id('url', n), url, pg_temp.id('url', n) from numbers where n %% 20 = 0
""",
    """
insert into news.rebuild_changes (rebuild_id, kind, item_id, change, label)
select 1 + n %% 365, 'article', pg_temp.id('url', n), 'new', url from numbers where n %% 100 = 0
""",
    """
insert into news.text_archives (file, month, texts, dropped_at) values ('texts/2020-01.parquet', '2020-01-01Z', 1000, now())
""",
    """
insert into news.feed_actions (feed_id, action, acted_at, acted_by)
select pg_temp.id('feed', f), 'pause', now(), 'somebody' from generate_series(0, %(feeds)s - 1, 20) as f
""",
    """
insert into news.day_counts (
    day, polls, entries, fetches, pages, pages_of_day, articles, stories, articles_read, mentions, events, rejected,
    rejected_by_reason, counted_at
)
select day, polls, entries, fetches, pages, pages, articles, stories, articles_read, mentions, events, rejected,
    rejected_by_reason, now()
from news.present_days where day < (now() at time zone 'UTC')::date
""",
    """
insert into news.recent_counts (day, counted_at, counts) values (current_date, now() - interval '1 day', '{}')
""",
    """
insert into news.alerts (kind, subject, detail, opened_at, closed_at)
select 'volume', 'Outlet ' || o, 'less than usual', now() - o * interval '1 day', now() - (o - 1) * interval '1 day'
from generate_series(1, 300) as o
""",
    """
insert into sanctions.questions (id, event_id, run_id, asked_at, expires_at, mention_ids, closed_at, closed_by, outcome)
select
    pg_temp.id('question', q), pg_temp.id('act', q), 'scheduled', now() - interval '2 days', now() - interval '1 day', '{}',
    now() - interval '1 day', 'somebody', 'right'
from generate_series(1, 200) as q
""",
    """
insert into sanctions.decisions (id, kind, decided_at, decided_by)
select pg_temp.id('decision', d), 'accept', now(), 'somebody' from generate_series(1, 500) as d
""",
    """
insert into sanctions.decision_reports (decision_id, side, article_id, event_class, start_offset, end_offset)
select pg_temp.id('decision', d), 'left', pg_temp.id('article', 2 * d), 'IMPOSE', 100, 200
from generate_series(1, 500) as d
""",
)
# As resolving leaves them: with it, the next run finds that nothing is new.
RESOLVED = """
insert into sanctions.resolved_mentions (mention_id, fingerprint, block_id, keys)
select
    id::uuid, fingerprint, event_id::uuid,
    array[
        hashtext(event_id) & 2147483646, hashtext(id) & 65535, hashtext(id || 'a') & 1048575,
        hashtext(id || 'b') & 1048575, hashtext(event_id || 'c') & 1048575, hashtext(id || 'd') & 16777215
    ]
from ({touched}) as touched
"""
LOOKED_AT = """
insert into sanctions.last_whole_resolving (version, done_at) values (%(resolved)s, now());
delete from sanctions.changed_articles;
insert into sanctions.changed_articles (article_id) select pg_temp.id('article', a) from generate_series(1, 50) as a
"""
HISTORY = (
    """
create temporary table restated as
select event_id from sanctions.event_versions where hashtext(event_id::text) %% 10 = 0
""",
    """
update sanctions.event_versions as state
set version = 2, change = 'changed', valid_from = valid_from + interval '2 days'
from restated where state.event_id = restated.event_id
""",
    """
insert into sanctions.event_versions
select
    (jsonb_populate_record(
        state,
        jsonb_build_object(
            'version', 1, 'change', 'new', 'valid_from', state.valid_from - interval '2 days',
            'valid_to', state.valid_from, 'report_count', greatest(1, state.report_count - 1)
        )
    )).*
from sanctions.event_versions as state
inner join restated on state.event_id = restated.event_id
""",
)
SECONDARY = """
select
    index.indexrelid::regclass::text as name,
    replace(pg_get_indexdef(index.indexrelid), ' ON ONLY ', ' ON ') as definition
from pg_index as index
inner join pg_class as class on index.indexrelid = class.oid
inner join pg_class as relation on index.indrelid = relation.oid
where
    relation.relnamespace::regnamespace::text in ('news', 'sanctions')
    and relation.relkind in ('r', 'p')
    and not relation.relispartition
    and not exists (select from pg_constraint as key where key.conindid = index.indexrelid)
order by 1
"""


def fill(dsn: str, size: Size, *, say: Callable[[str], None] = print) -> None:
    """Fills an empty warehouse; `dsn` is a superuser's, since checks of references are left out."""
    connection = psycopg2.connect(dsn)
    connection.autocommit = True
    values = size.values()
    try:
        with connection.cursor() as cursor:
            for setting in ("session_replication_role = replica", "synchronous_commit = off", "work_mem = '512MB'",
                            "maintenance_work_mem = '2GB'", "max_parallel_maintenance_workers = 2", "jit = off",
                            "temp_buffers = '512MB'"):  # fmt: skip
                cursor.execute(f"set {setting}")
            cursor.execute(FUNCTIONS)
            for name, count, words, seed in (("title", 16384, 8, 1), ("sentence", 16384, 24, 2),
                                             ("paragraph", 16384, 96, 3)):  # fmt: skip
                cursor.execute(f"create temporary table {name} (i bigint primary key, text text)")
                made = list(lines(count, words, seed=seed))
                cursor.execute(f"insert into {name} select * from unnest(%s, %s)", (list(range(count)), made))
                cursor.execute(f"analyze {name}")
            cursor.execute(SECONDARY)
            indexes = cursor.fetchall()
            for name, _ in indexes:
                cursor.execute(f"drop index {name}")
            steps = {"partitions": (PARTITIONS,), "numbers": (NUMBERS, "analyze numbers"), "entries": (FEEDS, ENTRIES), "pages": (PAGES,),
                     "fetches": FETCHES, "articles": ARTICLES, "stories": STORIES, "outcomes": OUTCOMES,
                     "acts": ACTS_MADE, "mentions": (MENTIONS,), "the rest": READ}  # fmt: skip
            for name, queries in steps.items():
                with told(say, name):
                    for query in queries:
                        cursor.execute(query, values)
            with told(say, "vacuum"):
                cursor.execute("vacuum (analyze)")
            for name, definition in indexes:
                with told(say, name):
                    cursor.execute(definition)
            with told(say, "resolved mentions"):
                touched = statement("touched_mentions").rstrip(";\n").replace("%(version)s", "%(resolved)s")
                touched = touched.replace("%(article_ids)s", "null")
                cursor.execute("drop index sanctions.resolved_mentions_by_key")
                cursor.execute(RESOLVED.format(touched=touched), values)
                cursor.execute(dict(indexes)["sanctions.resolved_mentions_by_key"])
                cursor.execute(LOOKED_AT, values)
            with told(say, "versions"):
                open_versions(cursor)
                for query in HISTORY:
                    cursor.execute(query, values)
            with told(say, "vacuum"):
                cursor.execute("vacuum (analyze)")
    finally:
        connection.close()


def open_versions(cursor: psycopg2.extensions.cursor) -> None:
    """The first version of each act, by the pipeline's statement, as of when it was first reported."""
    cursor.execute("select id::text, first_seen_at from sanctions.events order by first_seen_at, id")
    acts = cursor.fetchall()
    for start in range(0, len(acts), 1000):
        batch = acts[start : start + 1000]
        cursor.execute(statement("open_event_versions"), {"ids": [act for act, _ in batch], "now": batch[-1][1]})


class told:  # noqa: N801 - reads as a verb
    """Says how long the block took."""

    def __init__(self, say: Callable[[str], None], name: str) -> None:
        self.say, self.name = say, name

    def __enter__(self) -> None:
        self.start = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self.say(f"{self.name}: {time.perf_counter() - self.start:.1f} s")
