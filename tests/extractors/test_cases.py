"""Golden cases: an article (NAME.txt) beside what is in it (NAME.json); an extractor without a case fails."""

import json
from datetime import date
from pathlib import Path

import pytest

from include.extractors import EXTRACTORS, FINISHERS
from include.extractors.mention_json import mention_to_json
from include.records import Document
from include.stages.events import extract_events

CASES = sorted((Path(__file__).parent / "cases").glob("*.json"))


def read_case(path):
    title, published, text = path.with_suffix(".txt").read_text(encoding="utf-8").split("\n", 2)
    day = date.fromisoformat(published) if published else None
    return Document(doc_id=path.stem, title=title, text=text.strip(), published_on=day)


def shown(event):
    """An event as the answers write it: codes, `type` or `type flow` of measures."""
    return {
        **{k: event[k] for k in ("event_type", "modality", "salience", "instrument", "event_date")},
        **{
            side: [
                p["code"] if p.get("kind") in (None, "country") or side != "targets" else p["name"] for p in event[side]
            ]
            for side in ("imposers", "targets", "actors")
        },
        "measures": sorted(f"{m['type']} {m.get('flow', '')}".strip() for m in event["measures"]),
        "objects": sorted(o for m in event["measures"] for o in m["objects"]),
        "evidence": [e.split()[0] for e in event["evidence"]],
    }


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
def test_case(path, nlp, catalog):
    document = read_case(path)
    (mentions,) = extract_events([document], nlp=nlp, catalog=catalog)
    expected = json.loads(path.read_text(encoding="utf-8"))["events"]
    found = [shown(mention_to_json(m)) for m in mentions]
    assert len(found) == len(expected), found
    for event, answer in zip(found, expected, strict=True):
        assert {key: event[key] for key in answer} == answer


def test_every_extractor_has_a_case():
    covered = {name for path in CASES for name in json.loads(path.read_text(encoding="utf-8"))["extractors"]}
    assert {find.__name__ for find in (*EXTRACTORS, *FINISHERS)} <= covered


def test_every_article_has_its_answer():
    folder = Path(__file__).parent / "cases"
    assert {p.stem for p in folder.glob("*.txt")} == {p.stem for p in CASES}
