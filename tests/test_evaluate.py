"""The scorers: what matches, and the same figures as the gold labels' own scorer."""

from __future__ import annotations

import json
import random
import runpy
import sys

import pytest

from include.evaluate.__main__ import main, measure_events
from include.evaluate.acts import Act, Resolved, act_from, links_from, resolved_from, score_acts
from include.evaluate.events import score_events
from include.evaluate.labels import label_from, labels_from, read_labels, read_rows
from include.evaluate.matching import best_matching, same_measure, same_party, same_text
from include.evaluate.stories import score_stories
from include.records import EventClass, Measure, MeasureType, Party

US = {"name": "United States", "code": "US"}
EU = {"name": "European Union", "code": "EU"}
BELARUS = {"name": "Belarus", "kind": "country", "code": "BY"}
LIBYA = {"name": "Libya", "kind": "country", "code": "LY"}


def event(**fields):
    row = {"event_type": "imposed", "modality": "asserted", "salience": "main", "imposers": [US], "targets": [BELARUS]}
    return row | fields


def scores(gold, predicted, background=()):
    rows = labels_from({"events": gold, "background": list(background)}), labels_from({"events": predicted})
    return score_events({"d": rows[0]}, {"d": rows[1]}).scores


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        (Party(name="UN", kind="", code="UN"), Party(name="Security Council", kind="", code="UNSC"), True),
        (Party(name="Russia", kind="country", code="RU"), Party(name="Russia", kind="country", code="BY"), False),
        (Party(name="Ivan Sidorov", kind="person", code="RU"), Party(name="Sidorov", kind="person"), True),
        (Party(name="The Group", kind="organisation"), Party(name="Acme", kind="organisation"), False),
    ],
)
def test_parties(a, b, same):
    assert same_party(a, b) is same


def test_trade_measures_go_by_flow_and_others_by_type():
    out = Measure(type=MeasureType.EXPORT_BAN, flow="from_target")
    assert same_measure(out, Measure(type=MeasureType.IMPORT_BAN, flow="from_target"))
    assert same_measure(out, Measure(type=MeasureType.TRADE_RESTRICTION))
    assert not same_measure(out, Measure(type=MeasureType.EXPORT_BAN, flow="to_target"))
    assert not same_measure(Measure(type=MeasureType.FINE), Measure(type=MeasureType.OTHER))


def test_a_sentence_is_the_same_when_nearly_all_of_the_shorter_one_is_in_the_other():
    assert same_text("Minsk: five banks were named on Friday", "Five banks were named on Friday")
    assert not same_text("Five banks were named", "Two ships were seized")
    assert not same_text("", "")


def test_the_largest_matching_wins_and_then_the_closest():
    both = label_from(event(targets=[BELARUS, LIBYA]))
    one, other = label_from(event(targets=[BELARUS])), label_from(event(targets=[LIBYA]))
    assert best_matching([both, one], [one, other]) == ((0, 1), (1, 0))
    assert best_matching([one], [both, one]) == ((0, 0),)


def test_classes_must_agree_and_types_are_a_field():
    found = scores([event()], [event(event_type="expanded")])
    assert (found["events"].f1, found["type"].f1) == (1.0, 0.0)
    assert scores([event()], [event(event_type="lifted")])["events"].f1 == 0.0


def test_a_background_act_counts_neither_way():
    lifted = event(event_type="lifted")
    found = scores([event()], [event(), lifted], background=[lifted])
    assert (found["events"].precision, found["documents"].f1) == (1.0, 1.0)
    assert scores([event()], [event(), lifted])["events"].precision == 0.5


def test_only_a_stated_date_is_scored():
    assert scores([event()], [event(event_date="2031-01-01")])["date"].true == 0
    assert scores([event(event_date="2031-01")], [event(event_date="2031-01-09")])["date"].f1 == 1.0


def resolved(row, *documents, **fields):
    given = {"event_class": EventClass.IMPOSE, "imposers": (), "targets": (), "date": ""} | fields
    return Resolved(id=row, documents=frozenset(documents), **given)


def test_acts_are_covered_spread_and_mixed():
    acts = [Act(id=name, event_class=EventClass.IMPOSE) for name in ("x", "y")]
    links = [("a", "x"), ("b", "x"), ("c", "x"), ("a", "y"), ("d", "y")]
    report = score_acts(acts, links, [resolved("1", "a", "b"), resolved("2", "c")])
    assert (report.coverage.hits, report.coverage.true) == (4, 5)
    assert report.spread == {"x": 2, "y": 1}
    assert report.mixed == {"1": ("x", "y")}
    assert (report.pairs.hits, report.pairs.found, report.pairs.true) == (1, 3, 4)


def test_pairs_of_stories():
    found = score_stories({"a": "s", "b": "s", "c": "t"}, {"a": "1", "b": "2", "c": "2"})
    assert (found.hits, found.found, found.true) == (0, 1, 1)


# Beside the scorers that the labels came with


@pytest.fixture(scope="module")
def usual(shared):
    sys.path.insert(0, str(shared / "eval"))
    yield {name: runpy.run_path(str(shared / "eval" / f"{name}.py")) for name in ("score_events", "score_acts")}
    sys.path.remove(str(shared / "eval"))


def distorted(gold: list[dict], seed: int) -> list[dict]:
    """Predictions that are right, wrong, missing and too many, in many ways."""
    chance = random.Random(seed)
    everything = [each for row in gold for each in row["events"] + row["background"]]

    def one(given):
        fields = ("event_type", "modality", "instrument", "event_date", "targets", "measures", "evidence")
        other = chance.choice(everything)
        return given | {name: other.get(name) for name in fields if chance.random() < 0.15}

    rows = []
    for row in gold:
        kept = [one(each) for each in row["events"] + row["background"] if chance.random() < 0.8]
        extra = [chance.choice(everything) for _ in range(chance.choice((0, 0, 1, 2)))]
        rows.append({"doc_id": row["doc_id"], "events": [*kept, *extra]})
    return rows


@pytest.mark.parametrize("seed", range(4))
def test_events_score_as_by_the_usual_scorer(shared, usual, seed, tmp_path):
    file = shared / "data" / "gold" / "gold_dev.jsonl"
    predicted = tmp_path / "predicted.jsonl"
    predicted.write_text("".join(json.dumps(row) + "\n" for row in distorted(read_rows(file), seed)))
    load, score = (usual["score_events"][name] for name in ("load", "score"))
    theirs, errors = score(load(file), load(predicted))
    report = measure_events(file, predicted=predicted)
    ours = report.scores
    assert ours["events"].f1 == pytest.approx(theirs["event_f1"]["f1"])
    assert ours["main events"].recall == pytest.approx(theirs["main_event_recall"])
    assert ours["documents"].f1 == pytest.approx(theirs["document_f1"]["f1"])
    for name, row in theirs["by_class"].items():
        assert (ours[f"events {name}"].precision, ours[f"events {name}"].recall) == (row["p"], row["r"])
    for name, row in theirs["slots_of_matched_events"].items():
        assert ours[name].f1 == pytest.approx(row.get("accuracy", row.get("f1"))), name
    assert len(report.missed) + len(report.spurious) == len(errors)


@pytest.mark.parametrize("seed", range(4))
def test_acts_score_as_by_the_usual_scorer(shared, usual, seed):
    folder, chance = shared / "data" / "acts", random.Random(seed)
    catalog, links = read_rows(folder / "catalog_dev.jsonl"), read_rows(folder / "links_dev.jsonl")
    rows = [
        {
            "event_id": f"{act['act_id']}-{part}",
            "event_type": act["event_type"],
            "imposers": [{"name": code, "code": code} for code in act["imposers"]],
            "targets": [{"name": code, "kind": "country", "code": code} for code in chance.choice(catalog)["targets"]],
            "event_date": act["date"],
            "mentions": [{"doc_id": row["doc_id"]} for row in links if chance.random() < 0.1]
            + [{"doc_id": row["doc_id"]} for row in links if act["act_id"] in {each["act_id"] for each in row["acts"]}],
        }
        for act in catalog
        for part in range(chance.choice((1, 1, 2)))
    ]
    theirs, spread, mixed = usual["score_acts"]["score"](catalog, links, rows)
    ours = score_acts(map(act_from, catalog), links_from(links), list(map(resolved_from, rows)))
    assert ours.coverage.f1 == pytest.approx(theirs["coverage"])
    assert ours.rows.found / ours.rows.true == pytest.approx(theirs["rows_per_covered_act"])
    assert (ours.pairs.precision, ours.pairs.recall) == (theirs["pair_precision"], theirs["pair_recall"])
    assert (dict(ours.spread), {row: list(acts) for row, acts in ours.mixed.items()}) == (spread, mixed)


def test_the_command_prints_the_table_and_on_request_the_errors(tmp_path, monkeypatch, capsys):
    gold, predicted = tmp_path / "gold_x.jsonl", tmp_path / "predicted.jsonl"
    gold.write_text(json.dumps({"doc_id": "d", "events": [event()]}) + "\n")
    predicted.write_text(json.dumps({"doc_id": "d", "events": [event(event_type="lifted")]}) + "\n")
    monkeypatch.setattr("sys.argv", ["evaluate", str(tmp_path), "--predicted", str(predicted), "--errors"])
    main()
    shown = capsys.readouterr().out
    assert "main events" in shown
    assert "missed   d" in shown
    assert "made up  d" in shown
    assert read_labels(gold).keys() == {"d"}
