from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from include.records import Relation, StoryMember, hash_id
from include.stages import stories_postings
from include.stages.stories import Groupable, Match, MemoryPostings, group_articles, sketch
from include.stages.stories_changes import story_changes
from include.stages.stories_postings import POSTINGS_READ
from include.stages.stories_text import blank_template, find_templates, paragraph_hash, story_text

START = datetime(2024, 5, 2, tzinfo=UTC)
COAST = """
harbour council lighthouse ferry lorry bridge autumn repair crown vote mayor shop road terminal museum winter
storm pilot engine signal border customs guard fleet cargo tariff quota licence permit inspector court judge
appeal fine market farmer wheat barley price export import minister cabinet speech letter treaty island fisher
trawler net
"""
VOCABULARY = COAST.split()


def report(seed: int, sentences: int = 14) -> list[str]:
    """Sentences of an invented report: the same seed tells the same story."""
    dice = random.Random(seed)
    words = [*VOCABULARY[::2], *(f"{word}{seed}" for word in VOCABULARY)]  # its own names among common words
    return [f"The {' '.join(dice.choices(words, k=16))} case." for _ in range(sentences)]


def article(name: str, sentences: Sequence[str], hour: int = 0, **fields: str) -> Groupable:
    return Groupable(
        id=name,
        source=fields.get("source", "Harbour Post"),
        url=fields.get("url", ""),
        title=fields.get("title", sentences[0][:60]),
        text="\n\n".join(sentences),
        seen_at=START + timedelta(hours=hour),
    )


def spun(sentences: Sequence[str], seed: int) -> list[str]:
    dice = random.Random(seed)
    return [" ".join(dice.choice(VOCABULARY) if dice.random() < 0.1 else w for w in s.split()) for s in sentences]


def newsroom() -> list[Groupable]:
    """Three stories with copies of each kind, and an unrelated article."""
    articles = [article("alone", report(99), 5)]
    for seed in (1, 2, 3):
        told = report(seed)
        articles += [
            article(f"{seed}-first", told, 0),
            article(f"{seed}-copy", told, 1, source="Bay Star"),
            article(f"{seed}-cut", [*told[:6], "Read more"], 2, source="Coast News"),
            article(f"{seed}-spun", spun(told, seed), 3, source="Hill Times"),
            article(f"{seed}-updated", [*told, *report(seed + 10, 5)], 4, source="Bay Star"),
        ]
    return articles


def stories(members: Sequence[StoryMember]) -> set[frozenset[str]]:
    found: dict[str, set[str]] = {}
    for member in members:
        found.setdefault(member.story_id, set()).add(member.article_id)
    return {frozenset(ids) for ids in found.values()}


def in_batches(batches: Sequence[Sequence[Groupable]]) -> dict[str, StoryMember]:
    """The last word on each article after one run for each batch."""
    postings = MemoryPostings({})
    rows: dict[str, StoryMember] = {}
    for batch in batches:
        rows |= {member.article_id: member for member in group_articles(batch, postings=postings)}
    return rows


def test_copies_share_a_story_and_strangers_dont() -> None:
    kinds = ("first", "copy", "cut", "spun", "updated")
    expected = {frozenset(f"{seed}-{kind}" for kind in kinds) for seed in (1, 2, 3)} | {frozenset({"alone"})}
    assert stories(group_articles(newsroom(), postings=MemoryPostings({}))) == expected


def test_story_id_is_the_hash_of_its_first_member() -> None:
    rows = in_batches([newsroom()])
    assert rows["2-spun"].story_id == hash_id("2-first")


def test_hourly_runs_give_the_rows_of_one_run() -> None:
    articles = newsroom()
    hourly = [[a for a in articles if a.seen_at == START + timedelta(hours=hour)] for hour in range(6)]
    assert in_batches(hourly) == in_batches([articles])


@pytest.mark.parametrize("seed", range(5))
def test_order_and_batches_of_arrival_dont_matter(seed: int) -> None:
    articles = newsroom()
    random.Random(seed).shuffle(articles)
    cut = random.Random(seed).randrange(1, len(articles))
    one_by_one = [[a] for a in articles]
    assert in_batches([articles[:cut], articles[cut:]]) == in_batches([newsroom()])
    assert in_batches(one_by_one) == in_batches([newsroom()])


@pytest.mark.parametrize("seed", range(6))
def test_order_of_arrival_doesnt_matter_where_few_bearers_are_read(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A late article pushes others out of what later ones read, and those look again."""
    monkeypatch.setattr(stories_postings, "POSTINGS_READ", 2)
    told = report(1, 30)
    articles = [article(f"a{hour:02}", told[hour : hour + 12], hour) for hour in range(16)]
    shuffled = random.Random(seed).sample(articles, len(articles))
    assert in_batches([[each] for each in shuffled]) == in_batches([articles])


def test_furniture_makes_only_the_next_bearers_look_again() -> None:
    line = "Nobody covers the coast as we do so tell your friends about it"
    articles = [article(f"a{hour:03}", [*report(hour, 3), line], hour) for hour in range(POSTINGS_READ + 20)]
    postings = MemoryPostings({})
    postings.add(articles)
    later = {each.id for each in postings.later([articles[5]])}
    assert later == {each.id for each in articles[6 : 6 + POSTINGS_READ]}


def test_doing_it_again_changes_nothing() -> None:
    postings = MemoryPostings({})
    first = group_articles(newsroom(), postings=postings)
    assert group_articles(newsroom(), postings=postings) == first


def test_late_first_report_takes_over_the_story() -> None:
    told = report(1)
    late, rest = article("late", told, 0), [article("b", told, 5), article("c", told, 6)]
    rows = in_batches([rest, [late]])
    assert {member.story_id for member in rows.values()} == {hash_id("late")}
    assert rows["b"].canonical_id == "late"


def test_same_url_is_a_new_version_whatever_it_says() -> None:
    old = article("old", report(1), 0, url="https://harbour.example/live")
    new = article("new", report(2), 3, url="https://harbour.example/live")
    assert stories(group_articles([old, new], postings=MemoryPostings({}))) == {frozenset({"old", "new"})}


def test_update_chain_stays_one_story() -> None:
    told = report(1, 40)
    chain = [article(str(n), told[n * 5 : n * 5 + 15], n) for n in range(5)]
    assert len(stories(group_articles(chain, postings=MemoryPostings({})))) == 1


def test_page_of_many_reports_joins_none_and_doesnt_chain_them() -> None:
    several = [sentence for seed in range(1, 7) for sentence in report(seed)[:3]]
    articles = [article(f"{seed}", report(seed), 0) for seed in range(1, 7)]
    digest = article("digest", several, 1, title="The day in brief")
    members = group_articles([*articles, digest], postings=MemoryPostings({}))
    assert len(stories(members)) == 7
    assert {member.article_id for member in members if member.relation is Relation.DIGEST} == {"digest"}


def test_relations_to_the_canonical_member() -> None:
    rows = in_batches([newsroom()])
    relations = {name: member.relation for name, member in rows.items() if name.startswith("1-")}
    canonical = next(name for name, relation in relations.items() if relation is Relation.CANONICAL)
    assert all(rows[name].canonical_id == canonical for name in relations)
    assert relations["1-cut"] is Relation.TRUNCATED
    assert rows["alone"].relation is Relation.CANONICAL


def test_agency_copy_on_its_own_page_is_canonical() -> None:
    told = report(1)
    told[0] = "PORT (Reuters) - " + told[0]
    early = article("early", told, 0, source="Bay Star")
    agency = article("agency", told, 1, source="reuters.example")
    rows = in_batches([[early, agency]])
    assert rows["early"].canonical_id == "agency"
    assert rows["early"].relation is Relation.COPY


@pytest.mark.parametrize("text", ["", "One.", "\n\n", "one two three four"])
def test_short_texts_are_grouped_too(text: str) -> None:
    (member,) = group_articles([article("a", [text], title="x")], postings=MemoryPostings({}))
    assert member.story_id == hash_id("a")


def test_sketch_fits_a_postgresql_integer_and_is_dense_in_the_lead() -> None:
    told = report(1, 60)
    whole, lead = sketch("\n".join(told)), sketch("\n".join(told[:4]))
    assert all(0 <= shingle < 2**31 for shingle in whole)
    assert list(whole) == sorted(set(whole))
    assert len(lead) > len(whole) / 3  # of 60 sentences, the first four


def test_furniture_captions_and_templates_are_not_compared() -> None:
    told = report(1, 4)
    promise = "Nobody covers the coast as we do, so tell your friends about it."
    text = "\n".join(["Share this article", *told, "A boat. (Photo by A. Man / Getty Images)", promise])
    assert story_text(text) == "\n".join([*told, promise])
    assert story_text(text, frozenset({paragraph_hash(promise)})) == "\n".join(told)


def test_template_is_what_stands_on_otherwise_different_pages() -> None:
    pages = [("Post", "\n".join([*report(seed, 5), "Offer 12 of the day"])) for seed in range(3)]
    copies = [("Star", "\n".join(report(7, 5))) for _ in range(3)]
    assert find_templates([*pages, *copies]) == {"Post": frozenset({paragraph_hash("Offer 99 of the day")})}


def test_blanked_template_leaves_all_else_in_its_place() -> None:
    told, promise = report(1, 2), "Offer 12 of the day"
    text = "\n\n".join([told[0], promise, told[1]])
    blank = blank_template(text, frozenset({paragraph_hash("Offer 7 of the day")}))
    assert "Offer" not in blank
    assert (len(blank), blank.index(told[1])) == (len(text), text.index(told[1]))


def test_later_report_is_not_tied_to_another_by_a_digest() -> None:
    """The digest quotes both; what comes after it matches it, and each still stands in its own story."""
    first, second = report(1), report(2)
    digest = article("digest", [*first[:5], *report(50)[:3], *second[:5]], 2)
    late = [article("late-1", first[:5], 3), article("late-2", second[:5], 4)]
    rows = in_batches([[article("one", first, 0), article("two", second, 1), digest, *late]])
    assert rows["digest"].relation is Relation.DIGEST
    assert set(rows["digest"].parts) == {"one", "two"}
    assert rows["late-1"].story_id == rows["one"].story_id != rows["two"].story_id == rows["late-2"].story_id


def test_round_up_by_its_headline_joins_no_report() -> None:
    told = report(1)
    copies = [article("first", told, 0), article("brief", told[:8], 1, title="World news in brief")]
    assert len(stories(group_articles(copies, postings=MemoryPostings({})))) == 2


@pytest.mark.parametrize(
    ("clock", "expected"),
    [
        ((9, 30), ("copy", "first_published")),
        ((0, 0), ("first", "first_seen")),  # only the day is told
        ((23, 0), ("first", "first_seen")),
    ],
)
def test_earliest_published_of_like_texts_is_canonical(clock: tuple[int, int], expected: tuple[str, str]) -> None:
    told = report(1)
    first = replace(article("first", told, 20), published_at=START + timedelta(hours=12))
    copy = replace(article("copy", told, 21), published_at=START + timedelta(hours=clock[0], minutes=clock[1]))
    [canonical] = [member for member in group_articles([first, copy], postings=MemoryPostings({})) if member.reason]
    assert (canonical.article_id, canonical.reason) == expected


def test_of_like_texts_seen_at_once_the_agency_s_is_canonical() -> None:
    told = report(1)
    copies = [article(name, told, source=name) for name in ("Bay Star", "Coast News", "Reuters", "Hill Times")]
    assert {m.canonical_id for m in group_articles(copies, postings=MemoryPostings({}))} == {"Reuters"}


def test_changes_of_stories_name_the_match_that_ties() -> None:
    match = Match(later_id="c", earlier_id="b", score=0.98)
    merged = story_changes({"a": "S", "b": "T"}, {"a": "S", "b": "S", "c": "S"}, [match])
    assert [(change.kind, change.article_ids, change.match) for change in merged] == [("merged", ("b",), match)]
    split = story_changes({"a": "S", "b": "S"}, {"a": "S", "b": "T"}, [])
    assert [(change.kind, change.into_story_id) for change in split] == [("split", "T")]
    renamed = story_changes({"a": "S", "c": "S"}, {"a": "R", "c": "R"}, [])
    assert [change.kind for change in renamed] == ["renamed"]
    assert story_changes({"a": "S"}, {"a": "S", "b": "S"}, [match]) == ()
