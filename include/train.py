"""Trains the small models of extraction from labelled articles; `python -m include.train --help`."""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import runpy
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from include.catalog import FOLDER, Catalog, load_catalog
from include.catalog.linear import LinearModel, dump_models
from include.edges.nlp import load_nlp
from include.extractors import EXTRACTORS
from include.extractors.drafts import Draft, build_drafts
from include.extractors.find_clues import find_clues
from include.extractors.judgement import features_of, keep_events
from include.extractors.mention_json import mention_to_json
from include.extractors.reading import Reading
from include.extractors.slot_evidence import evidence_candidates
from include.extractors.slot_parties import find_parties
from include.records import CLASS_OF, Document, EventClass
from include.stages.events import finish_event, mention_of, read_documents

FOLDS = 5
# Links are incomplete, and judgements of single sentences rougher than the gold labels.
LINKED, JUDGED = (0.2, 0.06), (0.5, 0.5)
UNLINKED = frozenset({EventClass.VIOLATE, EventClass.ENFORCE})  # hardly among the catalogued acts
DEMO = 0.5  # of the project's own pages, written to be hard
Row = tuple[dict[str, float], float, float]  # features, label, weight


@dataclass(frozen=True, slots=True)
class Labelled:
    """A document with its drafts before any slot but the parties is filled, and what people say of it."""

    reading: Reading
    drafts: tuple[Draft, ...]
    gold: dict[str, Any] | None  # a row of the gold file
    is_scored: bool = True  # False for documents that only train
    links: tuple[tuple[dict[str, Any], str], ...] = ()  # (event as in the gold file, news | background)
    weights: tuple[float, float] = LINKED  # of a draft that a link names, of any other

    @property
    def fold(self) -> int:
        """The fold of the document, by its id."""
        return int(hashlib.md5(self.reading.document.doc_id.encode(), usedforsecurity=False).hexdigest(), 16) % FOLDS


def read_rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a JSON Lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def document_of(row: dict[str, Any]) -> Document:
    """A row of a documents file as extraction reads it."""
    published = row.get("published")
    return Document(
        doc_id=row["doc_id"],
        title=row.get("title") or "",
        text=row.get("text") or "",
        published_on=date.fromisoformat(published[:10]) if published else None,
    )


def labelled(rows: Iterable[dict[str, Any]], catalog: Catalog, nlp: Any) -> Iterable[Labelled]:
    """The documents read, with drafts, without labels."""
    for reading in read_documents([document_of(r) for r in rows], nlp, catalog):
        drafts = build_drafts(reading, find_clues(reading, catalog))
        yield Labelled(reading, tuple(find_parties(d, reading, catalog) for d in drafts), None)


def fit(rows: Sequence[Row], l2: float = 3.0) -> LinearModel:
    """The ridge-penalised logistic regression of weighted rows, found by Newton's steps on standardised features."""
    names = sorted({name for features, _, _ in rows for name in features})
    x: NDArray[np.float64] = np.array([[f.get(n, 0.0) for n in names] for f, _, _ in rows])
    y, w = (np.array([row[k] for row in rows], dtype=np.float64) for k in (1, 2))
    mean, spread = x.mean(axis=0), x.std(axis=0) + 1e-6
    z = np.hstack([(x - mean) / spread, np.ones((len(x), 1))])
    beta, ridge = np.zeros(z.shape[1]), np.append(np.full(len(names), l2), 1e-9)
    for _ in range(30):
        p = 1 / (1 + np.exp(-z @ beta))
        gradient = z.T @ (w * (p - y)) + ridge * beta
        step = np.linalg.solve((z * (w * p * (1 - p))[:, None]).T @ z + np.diag(ridge), gradient)
        beta = beta - step
        if np.abs(step).max() < 1e-6:
            break
    raw = beta[:-1] / spread
    weights = {n: float(v) for n, v in zip(names, raw, strict=True)}
    weights["bias"] = weights.get("bias", 0.0) + float(beta[-1] - raw @ mean)
    return LinearModel(weights)


def as_json(doc: Labelled, drafts: Sequence[Draft]) -> list[dict[str, Any]]:
    """Drafts as the scorer reads them."""
    return [mention_to_json(mention_of(doc.reading.document, i, d)) for i, d in enumerate(drafts)]


def evidence_rows(docs: Sequence[Labelled], catalog: Catalog, scorer: dict[str, Any]) -> list[Row]:
    """One row a candidate sentence of every draft that is a gold event."""
    rows: list[Row] = []
    for doc in docs:
        if doc.gold is None:
            continue
        for i, j in scorer["best_matching"](doc.gold["events"], as_json(doc, doc.drafts)):
            shown = doc.gold["events"][i]["evidence"]
            for index, features in evidence_candidates(doc.drafts[j], doc.reading, catalog):
                text = doc.reading.sentences[index].text
                rows.append(
                    (features, float(any(scorer["same_text"](text, s) for s in shown)), 1.0 if doc.is_scored else DEMO)
                )
    return rows


def filled(doc: Labelled, catalog: Catalog) -> tuple[Draft, ...]:
    """The drafts of a document with every slot filled."""
    return tuple(reduce(lambda d, find: find(d, doc.reading, catalog), EXTRACTORS, draft) for draft in doc.drafts)


def event_rows(docs: Sequence[Labelled], catalog: Catalog, scorer: dict[str, Any]) -> list[Row]:
    """One row a draft: is it an event that the article reports? Links are incomplete, so they weigh less."""
    rows: list[Row] = []
    for doc in docs:
        drafts = filled(doc, catalog)
        written = as_json(doc, drafts)
        hits = {j for _, j in scorer["best_matching"](doc.gold["events"], written)} if doc.gold else set()
        for j, features in enumerate(features_of(drafts, doc.reading)):
            if doc.gold is not None:
                in_background = j not in hits and any(
                    scorer["matches"](b, written[j]) for b in doc.gold.get("background") or []
                )
                weight = 0.5 if in_background else 1.0
                rows.append((features, float(j in hits), weight if doc.is_scored else weight * DEMO))
            else:
                if doc.weights == LINKED and drafts[j].event_class in UNLINKED:
                    continue
                kinds = {kind for event, kind in doc.links if scorer["matches"](event, written[j])}
                rows.append((features, float("news" in kinds), doc.weights[not kinds]))
    return rows


def train(docs: Sequence[Labelled], catalog: Catalog, scorer: dict[str, Any], thresholds: dict[str, float]) -> Catalog:
    """The catalog with models trained on these documents: evidence first, the events' features rest on it."""
    evidence = replace(fit(evidence_rows(docs, catalog, scorer), l2=60.0), threshold=thresholds["evidence"])
    catalog = replace(catalog, models={**catalog.models, "evidence": evidence})
    events = replace(fit(event_rows(docs, catalog, scorer), l2=20.0), threshold=thresholds["events"])
    return replace(catalog, models={**catalog.models, "events": events})


def predict(docs: Iterable[Labelled], catalog: Catalog) -> dict[str, dict[str, Any]]:
    """What the models make of the gold documents."""
    return {
        d.reading.document.doc_id: {
            "events": as_json(
                d, [finish_event(k, d.reading, catalog) for k in keep_events(filled(d, catalog), d.reading, catalog)]
            )
        }
        for d in docs
        if d.gold is not None and d.is_scored
    }


def cross_validated(
    docs: Sequence[Labelled], catalog: Catalog, scorer: dict[str, Any], thresholds: dict[str, float]
) -> dict[str, dict[str, Any]]:
    """Predictions for every gold document by models that never saw it."""
    found: dict[str, dict[str, Any]] = {}
    for fold in range(FOLDS):
        trained = train([d for d in docs if d.fold != fold], catalog, scorer, thresholds)
        found |= predict([d for d in docs if d.fold == fold], trained)
    return found


def load_labelled(gold: Path, acts: Path | None, catalog: Catalog, nlp: Any) -> list[Labelled]:
    """The gold documents, and the linked ones when there are any."""
    rows = {r["doc_id"]: r for r in read_rows(gold / "gold_dev.jsonl")}
    docs = [
        replace(d, gold=rows[d.reading.document.doc_id])
        for d in labelled(read_rows(gold / "docs_dev.jsonl"), catalog, nlp)
    ]
    if acts is None:
        return docs
    known = {a["act_id"]: a for a in read_rows(acts / "catalog_dev.jsonl")}
    links = {
        r["doc_id"]: tuple((_event(known[a["act_id"]], a), a["as"]) for a in r["acts"])
        for r in read_rows(acts / "links_dev.jsonl")
    }
    linked = labelled(read_rows(acts / "docs_dev.jsonl"), catalog, nlp)
    return docs + [replace(d, links=links.get(d.reading.document.doc_id, ())) for d in linked]


def load_judged(labels: Path, articles: Path, catalog: Catalog, nlp: Any) -> list[Labelled]:
    """The articles that the labels file judges."""
    lines = [line for line in labels.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    judged = {
        name: tuple(map(_judgement, filter(None, told.split(";")))) for name, told in (x.split("\t") for x in lines)
    }
    with gzip.open(articles, "rt", encoding="utf-8") as stored:
        rows = [row for row in map(json.loads, stored) if row["doc_id"] in judged]
    return [replace(d, links=judged[d.reading.document.doc_id], weights=JUDGED) for d in labelled(rows, catalog, nlp)]


def _judgement(told: str) -> tuple[dict[str, Any], str]:
    kind, sides = told.split(" ", 1)
    imposers, targets = (
        [{"name": n, "code": n if n.isupper() else None} for n in side.split("+")] for side in sides.split(">")
    )
    event_type = next(t for t, c in CLASS_OF.items() if c == kind)
    return {"event_type": str(event_type), "imposers": imposers, "targets": targets}, "news"


def _event(act: dict[str, Any], link: dict[str, Any]) -> dict[str, Any]:
    def party(name: str) -> dict[str, Any]:
        return {"name": name, "code": name if len(name) <= 4 and name.isupper() else None}

    kind = link.get("stage") or act["event_type"]
    return {
        "event_type": kind,
        "imposers": [party(n) for n in act["imposers"]],
        "targets": [party(n) for n in act["targets"]],
    }


def main() -> None:
    """Trains, prints cross-validated figures, writes the models."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", type=Path, help="folder with docs_dev.jsonl and gold_dev.jsonl")
    parser.add_argument("scorer", type=Path, help="score_events.py")
    parser.add_argument("--acts", type=Path, help="folder with docs_dev.jsonl, links_dev.jsonl, catalog_dev.jsonl")
    parser.add_argument("--demo", type=Path, help="folder with docs.jsonl and expected_events.jsonl of the newsstand")
    parser.add_argument("--unlabelled", type=Path, help="sanctions_news.jsonl.gz")
    parser.add_argument(
        "--labels", type=Path, help="tab-separated judgements of those articles (bench/extraction_labels.tsv)"
    )
    parser.add_argument("--predictions", type=Path, help="where to write the cross-validated predictions")
    parser.add_argument("--dry", action="store_true", help="do not write the models")
    parser.add_argument("--events-threshold", type=float, default=0.3)
    parser.add_argument("--evidence-threshold", type=float, default=0.3)
    given = parser.parse_args()
    scorer, catalog = runpy.run_path(str(given.scorer)), load_catalog()
    thresholds = {"events": given.events_threshold, "evidence": given.evidence_threshold}
    nlp = load_nlp()
    docs = load_labelled(given.gold, given.acts, catalog, nlp)
    if given.demo:
        rows = {r["doc_id"]: r for r in read_rows(given.demo / "expected_events.jsonl")}
        demo = labelled(read_rows(given.demo / "docs.jsonl"), catalog, nlp)
        docs += [replace(d, gold=rows[d.reading.document.doc_id], is_scored=False) for d in demo]
    if given.labels and given.unlabelled:
        docs += load_judged(given.labels, given.unlabelled, catalog, nlp)
    gold = {r["doc_id"]: r for r in read_rows(given.gold / "gold_dev.jsonl")}
    found = cross_validated(docs, catalog, scorer, thresholds)
    _print_report("cross-validated", scorer["score"](gold, found)[0], scorer["shown"])
    trained = train(docs, catalog, scorer, thresholds)
    _print_report("whole set", scorer["score"](gold, predict(docs, trained))[0], scorer["shown"])
    if given.predictions:
        lines = (json.dumps({"doc_id": k, **found.get(k, {"events": []})}) + "\n" for k in gold)
        given.predictions.write_text("".join(lines), encoding="utf-8")
    if not given.dry:
        dump_models(trained.models, FOLDER / "models.json")


def _print_report(name: str, report: dict[str, Any], shown: Callable[[Any], str]) -> None:
    print(name)
    for key, value in report.items():
        if key in {"by_class", "slots_of_matched_events"}:
            for slot, row in value.items():
                print(f"  {slot:12} {shown(row)}")
        else:
            print(f"{key:20} {shown(value)}")


if __name__ == "__main__":
    main()
