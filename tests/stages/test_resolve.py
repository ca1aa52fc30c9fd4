"""One event per act: what is put together, what is kept apart, and that order never matters."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date

import pytest

from include.records import (
    EventMention,
    EventType,
    Evidence,
    Measure,
    MeasureType,
    Modality,
    Party,
    Salience,
    hash_id,
)
from include.stages.resolve import resolve_blocks, resolve_mentions
from include.stages.resolve_rulings import Ruling, settle
from include.stages.resolve_sequence import follow_ups

UN = Party(name="United Nations", kind="organisation", code="UN")
UNSC = Party(name="United Nations Security Council", kind="organisation", code="UNSC")
US = Party(name="United States", kind="country", code="US")
EU = Party(name="European Union", kind="organisation", code="EU")
KP = Party(name="North Korea", kind="country", code="KP")
RU = Party(name="Russia", kind="country", code="RU")
CN = Party(name="China", kind="country", code="CN")


def report(doc_id: str, sentence: str = "The measures were announced.", **fields) -> EventMention:
    """A report of a US act on Russia, unless the fields say otherwise."""
    given = {
        "id": hash_id(doc_id, sentence),
        "doc_id": doc_id,
        "event_type": EventType.IMPOSED,
        "modality": Modality.ASSERTED,
        "salience": Salience.MAIN,
        "imposers": (US,),
        "targets": (RU,),
        "actors": (),
        "instrument": None,
        "measures": (),
        "event_date": None,
        "effective_date": None,
        "evidence": (Evidence(text=sentence, start=0, end=len(sentence)),),
        "confidence": 0.8,
        "published_on": date(2021, 3, 2),
    }
    return EventMention(**{**given, **fields})


def acts(*mentions: EventMention, stories=None) -> set[frozenset[str]]:
    """The articles of each act."""
    doc_of = {mention.id: mention.doc_id for mention in mentions}
    events = resolve_mentions(mentions, stories=stories or {})
    return {frozenset(doc_of[mention_id] for mention_id in event.mention_ids) for event in events}


def only(*mentions: EventMention, stories=None):
    events = resolve_mentions(mentions, stories=stories or {})
    assert len(events) == 1
    return events[0]


def test_nothing_comes_of_nothing():
    assert resolve_mentions((), stories={}) == ()


def test_reports_of_one_day_by_the_same_parties_are_one_act():
    assert acts(report("a"), report("b", published_on=date(2021, 3, 3))) == {frozenset("ab")}


def test_reports_at_the_ends_of_time_are_two_acts():
    ends = (date.min, date(2026, 3, 4), date.max)
    order = {"instrument": "Executive Order 13999"}  # a number in common makes them worth comparing
    assert len(acts(*(report(str(day), published_on=day, **order) for day in ends))) == len(ends)
    stated = (report(str(day), event_date=day.isoformat(), published_on=day, **order) for day in ends)
    assert len(acts(*stated)) == len(ends)


def test_the_council_and_its_organisation_are_one_imposer():
    event = only(report("a", imposers=(UN,), targets=(KP,)), report("b", imposers=(UNSC,), targets=(KP,)))
    assert event.imposers == (UNSC,)


def test_a_state_and_a_part_of_it_may_be_the_same_target():
    hong_kong = Party(name="Hong Kong", kind="country", code="HK")
    assert acts(report("a", targets=(hong_kong,)), report("b", targets=(CN,))) == {frozenset("ab")}
    assert len(acts(report("a", targets=(hong_kong,)), report("b", targets=(RU,)))) == 2


@pytest.mark.parametrize(
    "other",
    [
        {"published_on": date(2021, 3, 30)},
        {"event_date": "2021-02-09"},
        {"imposers": (EU,)},
        {"targets": (CN,)},
        {"event_type": EventType.LIFTED},
        {"event_type": EventType.THREATENED, "modality": Modality.POSSIBLE},
        {"instrument": "Executive Order 13999"},
    ],
)
def test_another_time_party_class_or_number_is_another_act(other):
    first = report("a", event_date="2021-03-02", instrument="Executive Order 13111")
    assert len(acts(first, report("b", **other))) == 2


def test_rounds_weeks_apart_stay_apart_although_reports_in_between_are_many():
    days = [date(2021, 3, 2), date(2021, 3, 3), date(2021, 4, 13), date(2021, 4, 14)]
    found = acts(*(report(f"doc{n}", published_on=day) for n, day in enumerate(days)))
    assert found == {frozenset({"doc0", "doc1"}), frozenset({"doc2", "doc3"})}


def test_two_acts_that_one_article_tells_apart_are_two():
    two = report("a", "Banks were listed."), report("a", "A ban on steel was announced.")
    assert len(resolve_mentions(two, stories={})) == 2


def test_a_later_report_of_the_same_numbered_instrument_joins_its_act():
    name = "UN Security Council Resolution 9071 (2031)"
    un = {"imposers": (UNSC,), "targets": (KP,), "instrument": name}
    early = report("a", published_on=date(2031, 5, 1), **un)
    late = report("b", published_on=date(2031, 5, 9), **un)
    assert acts(early, late) == {frozenset("ab")}


def test_a_sold_on_asset_is_found_by_its_name():
    fleet = Party(name="Northern Timber Fleet", kind="organisation", code="RU")
    named = report("a", targets=(fleet,))
    assert acts(named, report("b", targets=(RU, fleet))) == {frozenset("ab")}


def test_copies_of_a_story_report_one_act_even_undated():
    pair = report("a", published_on=None), report("b", published_on=None)
    assert acts(*pair, stories={"a": "s", "b": "s"}) == {frozenset("ab")}


def test_undated_reports_of_different_stories_need_more_than_the_same_parties():
    pair = report("a", "Four banks in the port were listed.", published_on=None)
    other = report("b", "The glass trade was hit hard by it.", published_on=None)
    assert len(acts(pair, other)) == 2


def test_a_fuller_report_enriches_and_a_shorter_one_blanks_nothing():
    tycoon = Party(name="Ivan Petrovich Sidorov", kind="person", code="RU")
    coal = Measure(type=MeasureType.EXPORT_BAN, objects=("coal",), flow="from_target")
    ore = Measure(type=MeasureType.EXPORT_BAN, objects=("Coal", "iron ore"), flow="from_target")
    vague = Measure(type=MeasureType.OTHER)
    event = only(
        report("a", measures=(vague,)),
        report(
            "b",
            published_on=date(2021, 3, 3),
            targets=(RU, tycoon),
            measures=(coal,),
            instrument="Executive Order 13999",
            event_date="2021-03-02",
            effective_date="2021-04-01",
        ),
        report("c", published_on=date(2021, 3, 4), measures=(ore,), targets=(RU, replace(tycoon, name="Sidorov"))),
    )
    assert event.targets == (RU, tycoon)
    assert event.measures == (replace(coal, objects=("coal", "iron ore")),)
    assert (event.instrument, event.event_date, event.effective_date) == (
        "Executive Order 13999",
        "2021-03-02",
        "2021-04-01",
    )


def test_an_organisation_named_short_and_in_full_is_one_target():
    named = [
        (Party(name="Russia", kind="country", code="RU"), Party(name=name, kind=kind, code="RU"))
        for name, kind in (
            ("Almaz", "person"),  # so read in one report
            ("Almaz Optics", "organisation"),
            ("Almaz", "organisation"),
            ("Northern Almaz", "organisation"),
        )
    ]
    event = only(*(report(f"d{n}", targets=targets) for n, targets in enumerate(named)))
    assert {party.name for party in event.targets} == {"Russia", "Almaz Optics", "Northern Almaz"}


def test_one_misreading_among_many_reports_is_outvoted_but_a_lone_name_is_not():
    coal = Measure(type=MeasureType.EXPORT_BAN, objects=("coal",), flow="from_target")
    ship = Party(name="Sea Otter", kind="vessel", code="RU")
    many = [report(f"doc{n}", measures=(coal,)) for n in range(12)]
    odd = report("odd", targets=(RU, CN, ship), measures=(coal, Measure(type=MeasureType.ARMS_EMBARGO)))
    event = only(*many, odd)
    assert event.targets == (RU, ship)
    assert event.measures == (coal,)


def test_a_plan_that_a_later_report_says_is_done_is_done():
    plans = [report(doc, modality=Modality.PLANNED) for doc in "abc"]
    done = report("d", published_on=date(2021, 3, 4))
    assert only(*plans, done).modality is Modality.ASSERTED
    assert only(*plans, replace(done, published_on=date(2021, 3, 2))).modality is Modality.PLANNED


def test_other_stories_raise_confidence_and_copies_do_not():
    pair = report("a"), report("b")
    assert only(*pair).confidence > 0.8
    assert only(*pair, stories={"a": "s", "b": "s"}).confidence == 0.8


def test_contradictions_between_members_of_a_story_lower_confidence():
    story = {"a": "s", "b": "s"}
    dated = report("a", event_date="2021-03-01"), report("b", event_date="2021-03-01")
    other = dated[0], replace(dated[1], event_date="2021-03-02")
    refused = dated[0], replace(dated[1], modality=Modality.REJECTED)
    agreed = only(*dated, stories=story).confidence
    assert only(*other, stories=story).confidence == pytest.approx(0.75 * agreed)
    assert only(*refused, stories=story).confidence == pytest.approx(0.75 * agreed)


def test_spellings_of_one_instrument_are_one():
    names = "UN Security Council Resolution 9071 (2031)", "UN resolution 9071", "UN resolution 9071", "a decree"
    reports = [report(f"doc{n}", instrument=name) for n, name in enumerate(names)]
    assert only(*reports).instrument == "UN Security Council Resolution 9071 (2031)"


def many(seed: int) -> list[EventMention]:
    """Reports of random acts, some of them vague."""
    chance = random.Random(seed)
    parties = (US, EU, UNSC), (RU, KP, CN)
    return [
        report(
            f"doc{n}",
            f"Number {chance.randrange(6)} of the {chance.choice(['harbour', 'airline', 'bank', 'mine'])} list.",
            imposers=tuple(chance.sample(parties[0], chance.choice((1, 1, 2)))),
            targets=tuple(chance.sample(parties[1], chance.choice((1, 1, 2)))),
            event_type=chance.choice((EventType.IMPOSED, EventType.EXPANDED, EventType.LIFTED)),
            event_date=chance.choice((None, None, f"2021-03-{chance.randrange(1, 28):02}", "2021-03")),
            published_on=chance.choice((None, date(2021, 3, chance.randrange(1, 29)))),
            confidence=chance.randrange(1, 10) / 10,
        )
        for n in range(60)
    ]


@pytest.mark.parametrize("seed", range(8))
def test_the_order_of_mentions_never_matters(seed):
    mentions = many(seed)
    expected = resolve_mentions(mentions, stories={})
    for n in range(4):
        random.Random(n).shuffle(mentions)
        assert resolve_mentions(mentions, stories={}) == expected


@pytest.mark.parametrize("seed", range(4))
def test_every_mention_is_in_one_event_and_ids_are_unique(seed):
    mentions = many(seed)
    events = resolve_mentions(mentions, stories={})
    assert sorted(mention_id for event in events for mention_id in event.mention_ids) == sorted(
        mention.id for mention in mentions
    )
    assert len({event.id for event in events}) == len(events)


@pytest.mark.parametrize("seed", range(4))
def test_acts_that_have_nothing_to_do_with_each_other_do_not_move_each_other(seed):
    mentions = many(seed)
    far = [replace(m, id=hash_id("far", m.id), doc_id="far " + m.doc_id, targets=(US,)) for m in many(seed + 100)]
    alone = set(resolve_mentions(mentions, stories={}))
    assert alone <= set(resolve_mentions([*far, *mentions], stories={}))


@pytest.mark.parametrize("seed", range(4))
def test_each_block_alone_gives_the_events_that_all_give(seed):
    mentions = many(seed)
    whole = resolve_blocks(mentions, stories={})
    assert len(set(whole.block_of.values())) > 1
    alone = []
    for block in set(whole.block_of.values()):
        alone += resolve_mentions([m for m in mentions if whole.block_of[m.id] == block], stories={})
        assert block == min(mention_id for mention_id, each in whole.block_of.items() if each == block)
    assert sorted(alone, key=lambda event: event.id) == list(whole.events)


def test_mentions_that_are_bound_share_a_block_and_not_an_event():
    pair = report("a"), report("b", targets=(CN,))
    resolved = resolve_blocks(pair, stories={}, bound=[frozenset(each.id for each in pair)])
    assert len(set(resolved.block_of.values())) == 1
    assert len(resolved.events) == 2


def test_an_event_keeps_its_id_when_an_earlier_report_turns_up():
    late = report("b")
    known = {late.id: only(late).id}
    early = report("a", published_on=date(2021, 3, 1))
    events = resolve_mentions((early, late), stories={}, known=known)
    assert [event.id for event in events] == [known[late.id]]


def test_when_an_event_splits_the_greater_part_keeps_the_id():
    march = [report(doc) for doc in "ab"]
    may = report("c", published_on=date(2021, 5, 2))
    known = {mention.id: "11111111-0000-0000-0000-000000000000" for mention in (*march, may)}
    events = resolve_mentions((*march, may), stories={}, known=known)
    assert len({event.id for event in events}) == 2
    kept = next(event for event in events if event.id in known.values())
    assert set(kept.mention_ids) == {mention.id for mention in march}
    again = {mention_id: event.id for event in events for mention_id in event.mention_ids}
    assert resolve_mentions((*march, may), stories={}, known=again) == events


# People's decisions


def ruling(together: bool, left: str, right: str) -> Ruling:
    """A decision on the reports of these articles."""
    sides = (frozenset(report(doc).id for doc in docs) for docs in (left, right))
    return Ruling(together=together, left=next(sides), right=next(sides))


def ruled(mentions, *rulings) -> set[frozenset[str]]:
    doc_of = {mention.id: mention.doc_id for mention in mentions}
    events = resolve_mentions(mentions, stories={}, rulings=rulings)
    return {frozenset(doc_of[mention_id] for mention_id in event.mention_ids) for event in events}


def test_what_people_split_stays_apart_and_what_they_merge_is_one():
    march = [report(doc) for doc in "abc"]
    assert ruled(march, ruling(False, "ab", "c")) == {frozenset("ab"), frozenset("c")}
    may = report("d", published_on=date(2021, 5, 2))
    assert ruled([*march, may], ruling(True, "abc", "d")) == {frozenset("abcd")}
    assert ruled([*march, may], ruling(True, "d", "z")) == {frozenset("abc"), frozenset("d")}


def test_even_two_reports_of_one_article_can_be_merged():
    two = report("a", "Banks were listed."), report("a", "A ban on steel was announced.")
    merged = Ruling(together=True, left=frozenset({two[0].id}), right=frozenset({two[1].id}))
    assert len(resolve_mentions(two, stories={}, rulings=(merged,))) == 1


def test_the_last_ruling_on_a_pair_holds():
    march = [report(doc) for doc in "ab"]
    apart, together = ruling(False, "a", "b"), ruling(True, "a", "b")
    assert ruled(march, apart, together) == {frozenset("ab")}
    assert ruled(march, together, apart) == {frozenset("a"), frozenset("b")}


def test_being_apart_outweighs_a_chain():
    settled = settle([ruling(True, "a", "b"), ruling(True, "b", "c"), ruling(False, "a", "c")])
    a, b, c = (report(doc).id for doc in "abc")
    assert settled.apart == {frozenset({a, c})}
    assert settled.together == (frozenset({b, c}),)


@pytest.mark.parametrize("seed", range(4))
def test_rulings_hold_in_any_order_of_mentions(seed):
    mentions = many(seed)
    ids = [mention.id for mention in mentions]
    rulings = [
        Ruling(together=bool(n % 2), left=frozenset(ids[n : n + 2]), right=frozenset(ids[n + 20 : n + 22]))
        for n in range(0, 12, 3)
    ]
    expected = resolve_mentions(mentions, stories={}, rulings=rulings)
    random.Random(seed).shuffle(mentions)
    assert resolve_mentions(mentions, stories={}, rulings=rulings) == expected
    event_of = {mention_id: event.id for event in expected for mention_id in event.mention_ids}
    for each in rulings:
        for pair in each.pairs():
            assert (len({event_of[mention_id] for mention_id in pair}) == 1) is each.together


# Plans and what became of them


def followed(*mentions: EventMention) -> dict[str, str]:
    """The article of the deed by the article of the plan."""
    events = resolve_mentions(mentions, stories={})
    doc_of = {event.id: next(m.doc_id for m in mentions if m.id == event.mention_ids[0]) for event in events}
    days = {mention.id: mention.published_on for mention in mentions}
    links = follow_ups(events, {event.id: min(days[each] for each in event.mention_ids) for event in events})
    return {doc_of[plan]: doc_of[deed] for plan, deed in links.items()}


THREAT = {"event_type": EventType.THREATENED, "modality": Modality.POSSIBLE, "published_on": date(2021, 2, 1)}


def test_a_plan_is_followed_by_the_first_act_that_carries_it_out():
    later = report("later", published_on=date(2021, 6, 1))
    assert followed(report("plan", **THREAT), report("deed"), later) == {"plan": "deed"}


@pytest.mark.parametrize(
    "fields",
    [
        {"published_on": date(2021, 1, 20)},
        {"published_on": date(2022, 3, 1)},
        {"imposers": (EU,)},
        {"targets": (CN,)},
        {"modality": Modality.PLANNED},
        {"event_type": EventType.LIFTED},
    ],
)
def test_an_act_before_or_long_after_or_of_others_or_not_done_carries_out_nothing(fields):
    assert "plan" not in followed(report("plan", **THREAT), report("deed", **fields))


def test_planned_relief_is_followed_by_relief_and_a_refused_plan_by_nothing():
    lifting = {"event_type": EventType.LIFTED}
    planned = report("plan", **THREAT | lifting | {"modality": Modality.PLANNED})
    assert followed(planned, report("new"), report("end", **lifting)) == {"plan": "end"}
    assert followed(report("plan", **THREAT | {"modality": Modality.REJECTED}), report("deed")) == {}


def test_a_bill_is_followed_by_its_own_number_before_all_others():
    bill = {"instrument": "Bill 4321"}
    plan = report("plan", **THREAT | bill)
    other = report("other", instrument="Executive Order 13999", published_on=date(2021, 2, 10))
    sooner = report("sooner", published_on=date(2021, 2, 12), targets=(RU, CN))
    assert followed(plan, other, sooner, report("law", published_on=date(2021, 4, 20), **bill)) == {"plan": "law"}
