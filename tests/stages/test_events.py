"""The stage as a whole: order, rejections, bad input, and the figures it must not fall below."""

import json
import runpy
from datetime import date
from pathlib import Path

import pytest

from include.evaluate.events import score_events
from include.evaluate.labels import labels_from
from include.extractors.mention_json import mention_to_json
from include.extractors.reading import MOST_PARSED, prepare, sentences_to_parse
from include.local.newsstand.answers import documents, expected_events
from include.local.newsstand.stock import load_newsstand
from include.records import Document, Reason, Rejected, Stage
from include.stages.events import extract_events

SHARED = Path(__file__).parents[3] / "shared"
FLOORS = Path(__file__).with_name("extraction_floors.json")
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="labelled articles of others are kept beside the project")


def document(text, title="", doc_id="x", published=None):
    return Document(doc_id=doc_id, title=title, text=text, published_on=published)


def extract(docs, nlp, catalog):
    return list(extract_events(docs, nlp=nlp, catalog=catalog))


def test_one_result_a_document_in_order(nlp, catalog):
    docs = [
        document("The goats are on the hill.", doc_id="a"),
        document("Norway imposed sanctions on Belarus on Monday.", title="Norway sanctions Belarus", doc_id="b"),
        document("The word sanctions stands here.", doc_id="c"),
    ] * 20
    found = extract(docs, nlp, catalog)
    assert len(found) == len(docs)
    assert found[0] == Rejected(stage=Stage.EXTRACT, reason=Reason.NO_SANCTIONS_TERM, item_id="a")
    assert [m.doc_id for m in found[1]] == ["b"]
    assert found[2] == ()
    assert found[0:3] == found[57:60]


def test_evidence_stands_in_the_text(nlp, catalog):
    text = "MINSK --  The  European Union\nimposed sanctions on Belarus on Monday.\n\nMore later."
    ((mention,),) = extract([document(text, title="EU imposes sanctions on Belarus")], nlp, catalog)
    for evidence in mention.evidence:
        assert " ".join(text[evidence.start : evidence.end].split()) == evidence.text


HOSTILE = {
    "empty": "",
    "blank": " \n\t\n ",
    "two megabytes": "The EU imposed sanctions on Russia on Monday. " * 45_000,
    "one long sentence": "sanctions on Iran and " * 5_000,
    "one long word": "sanctions" + "a" * 100_000,
    "capitals": "THE UNITED STATES IMPOSED SANCTIONS ON IRAN ON MONDAY, THE STATE DEPARTMENT SAID.",
    "no punctuation": "the us imposed sanctions on iran on monday the state department said " * 50,
    "mixed scripts": "США ввели санкции 制裁 سanctions sanctions العقوبات against İran ﬁnally 🚀 \u202e\u0000",
    "html": "<p>The <b>U.S.</b> imposed &lt;sanctions&gt; on&nbsp;Iran</p><script>var sanctions = 1;</script>",
    "regex food": "ban " + "of on " * 20_000 + "(((((" * 1_000 + "exports sanctions",
    "commas": "sanctions on " + "coal, " * 20_000,
    "quotes": '"sanctions' * 5_000,
    "capital letters with dots": "sanctions " + "A." * 50_000,
    "dates": "sanctions " + "Feb. 30 99 May 2000000 Monday " * 2_000,
    "lone surrogate": "sanctions on Iran \ud800 imposed by the US.",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_bad_input_is_survived(name, nlp, catalog):
    (found,) = extract([document(HOSTILE[name], title=HOSTILE[name][:300], published=date(2020, 1, 1))], nlp, catalog)
    assert isinstance(found, Rejected | tuple)


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_parsed_is_bounded(name, catalog):
    if name == "lone surrogate":
        pytest.skip("the stage mends it before it prepares")
    reading = prepare(document(HOSTILE[name]), catalog)
    chosen = sentences_to_parse(reading)
    assert len(chosen) <= MOST_PARSED + 1
    assert sum(len(s.text) for s in chosen) <= 80_000


def shared_documents():
    for line in (SHARED / "data/gold/docs_dev.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        day = date.fromisoformat(row["published"]) if row["published"] else None
        yield document(row["text"], row["title"], row["doc_id"], day)


@needs_shared
def test_the_seed_article_reads_as_labelled(nlp, catalog):
    seed = next(d for d in shared_documents() if d.doc_id == "seed")
    ((mention,),) = extract([seed], nlp, catalog)
    event = mention_to_json(mention)
    assert (event["event_type"], event["modality"], event["salience"]) == ("expanded", "asserted", "main")
    assert [p["code"] for p in event["imposers"]] == ["UNSC"]
    assert [p["code"] for p in event["targets"]] == ["KP"]
    assert event["instrument"] == "UN Security Council Resolution 2371 (2017)"
    assert {(m["type"], m.get("flow")) for m in event["measures"]} == {
        ("export_ban", "from_target"),
        ("labour_restriction", None),
        ("investment_ban", None),
    }
    goods = next(m["objects"] for m in event["measures"] if m["type"] == "export_ban")
    assert goods == ["coal", "iron ore", "seafood", "lead"]
    assert event["event_date"] is None


@needs_shared
def test_figures_do_not_fall(nlp, catalog):
    scorer = runpy.run_path(str(SHARED / "eval/score_events.py"))
    docs = list(shared_documents())
    found = {
        d.doc_id: {"events": [] if isinstance(r, Rejected) else [mention_to_json(m) for m in r]}
        for d, r in zip(docs, extract(docs, nlp, catalog), strict=True)
    }
    report, _ = scorer["score"](scorer["load"](SHARED / "data/gold/gold_dev.jsonl"), found)
    slots = report["slots_of_matched_events"]
    figures = {
        "event_f1": report["event_f1"]["f1"],
        "main_event_recall": report["main_event_recall"],
        "document_f1": report["document_f1"]["f1"],
        **{name: slots[name]["accuracy"] for name in ("type", "modality", "date", "instrument")},
        **{name: slots[name]["f1"] for name in ("imposers", "targets", "measures", "evidence")},
    }
    floors = json.loads(FLOORS.read_text(encoding="utf-8"))
    assert {name: figures[name] for name in floors if figures[name] < floors[name]} == {}


def test_figures_on_the_newsstand_do_not_fall(nlp, catalog):
    newsstand = load_newsstand()
    docs = [
        document(r["text"], r["title"], r["doc_id"], date.fromisoformat(r["published"])) for r in documents(newsstand)
    ]
    found = {
        d.doc_id: {"events": [] if isinstance(r, Rejected) else [mention_to_json(m) for m in r]}
        for d, r in zip(docs, extract(docs, nlp, catalog), strict=True)
    }
    gold = {row["doc_id"]: labels_from(row) for row in expected_events(newsstand)}
    scores = score_events(gold, {name: labels_from(row) for name, row in found.items()}).scores
    floors = {"events": 0.54, "main events": 0.5, "documents": 0.75}
    assert {name: scores[name].f1 for name in floors if (scores[name].f1 or 0) < floors[name]} == {}


def test_the_badly_kept_page_reads_as_labelled(nlp, catalog):
    newsstand = load_newsstand()
    row = next(r for r in documents(newsstand) if r["doc_id"].startswith("newsheap/un-security-council-poised"))
    day = date.fromisoformat(row["published"])
    ((mention,),) = extract([document(row["text"], row["title"], row["doc_id"], day)], nlp, catalog)
    event = mention_to_json(mention)
    assert (event["event_type"], event["modality"]) == ("expanded", "asserted")
    assert [p["code"] for p in (*event["imposers"], *event["targets"])] == ["UNSC", "KP"]
    assert event["instrument"] == "UN Security Council Resolution 2371 (2017)"
    assert {(m["type"], m.get("flow")) for m in event["measures"]} == {
        ("export_ban", "from_target"),
        ("labour_restriction", None),
        ("investment_ban", None),
    }
