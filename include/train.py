"""Trains the small models of extraction from labelled articles; `python -m include.train --help`."""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import runpy
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from include.catalog import FOLDER, Catalog, load_catalog
from include.catalog.linear import LinearModel, dump_models
from include.catalog.word_model import WordModel, dump_word_model
from include.edges.nlp import load_nlp
from include.extractors import EXTRACTORS
from include.extractors.drafts import Draft, build_drafts
from include.extractors.find_clues import find_clues
from include.extractors.judgement import features_of, keep_events
from include.extractors.mention_json import mention_to_json
from include.extractors.reading import Reading
from include.extractors.sentence_words import tell_classes, word_features
from include.extractors.slot_evidence import evidence_candidates
from include.extractors.slot_parties import find_parties
from include.records import CLASS_OF, Document, EventClass, EventType
from include.stages.events import finish_event, mention_of, read_documents

FOLDS = 5
GOLD, FURTHER, DEMO = "gold", "further", "demo"
# Further labels were read by more people less carefully; the project's own pages were written to be hard.
WEIGHTS = {GOLD: 1.0, FURTHER: 0.3, DEMO: 0.5}
WORD_PARTS = 3
RARE = 2  # sentences that a word or run must stand in
FEWEST = 3  # sentences that a class must have
SMALLEST = 0.02  # weights below it are not stored
Row = tuple[dict[str, float], float, float]  # features, label, weight


@dataclass(frozen=True, slots=True)
class Labelled:
    """A document with its drafts before any slot but the parties is filled, and what people say of it."""

    reading: Reading
    drafts: tuple[Draft, ...]
    gold: dict[str, Any]  # a row of the gold file, or of one like it
    part: str

    @property
    def fold(self) -> int:
        """The fold of the document, by its id."""
        return self.part_of(FOLDS)

    def part_of(self, parts: int, salt: str = "") -> int:
        """One of so many parts, by the document's id."""
        name = f"{salt}{self.reading.document.doc_id}"
        return int(hashlib.md5(name.encode(), usedforsecurity=False).hexdigest(), 16) % parts


def read_rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a JSON Lines file, packed or not."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def document_of(row: dict[str, Any]) -> Document:
    """A row of a documents file as extraction reads it."""
    published = row.get("published")
    return Document(
        doc_id=row["doc_id"],
        title=row.get("title") or "",
        text=row.get("text") or "",
        published_on=date.fromisoformat(published[:10]) if published else None,
    )


def labelled(
    documents: Sequence[dict[str, Any]], labels: dict[str, dict[str, Any]], part: str, catalog: Catalog, nlp: Any
) -> list[Labelled]:
    """The documents that speak of sanctions, read, with drafts and what people say of them."""
    found = []
    for reading in read_documents([document_of(row) for row in documents], nlp, catalog):
        drafts = build_drafts(reading, find_clues(reading, catalog))
        filled_in = tuple(find_parties(draft, reading, catalog) for draft in drafts)
        found.append(Labelled(reading, filled_in, labels[reading.document.doc_id], part))
    return found


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
        for i, j in scorer["best_matching"](doc.gold["events"], as_json(doc, doc.drafts)):
            shown = doc.gold["events"][i]["evidence"]
            for index, features in evidence_candidates(doc.drafts[j], doc.reading, catalog):
                text = doc.reading.sentences[index].text
                is_shown = any(scorer["same_text"](text, sentence) for sentence in shown)
                rows.append((features, float(is_shown), WEIGHTS[doc.part]))
    return rows


def filled(doc: Labelled, catalog: Catalog) -> tuple[Draft, ...]:
    """The drafts of a document with every slot filled."""
    return tuple(reduce(lambda d, find: find(d, doc.reading, catalog), EXTRACTORS, draft) for draft in doc.drafts)


def event_rows(docs: Sequence[Labelled], catalog: Catalog, scorer: dict[str, Any]) -> list[Row]:
    """One row a draft: is it an event that the article reports?"""
    rows: list[Row] = []
    for doc in docs:
        drafts = filled(doc, catalog)
        written = as_json(doc, drafts)
        hits = {j for _, j in scorer["best_matching"](doc.gold["events"], written)}
        background = doc.gold.get("background") or []
        for j, features in enumerate(features_of(drafts, doc.reading)):
            is_old = j not in hits and any(scorer["matches"](act, written[j]) for act in background)
            rows.append((features, float(j in hits), WEIGHTS[doc.part] * (0.5 if is_old else 1.0)))
    return rows


def train(docs: Sequence[Labelled], catalog: Catalog, scorer: dict[str, Any], thresholds: dict[str, float]) -> Catalog:
    """The catalog with models trained on these documents: words first, then evidence, events last; each rests on those.

    What words say of a training document comes from models that did not see it, as it will of every other.
    """
    parts = [[doc for doc in docs if doc.part_of(WORD_PARTS, "words") == k] for k in range(WORD_PARTS)]
    docs = [
        told
        for k, part in enumerate(parts)
        for told in with_words(
            part, replace(catalog, words=fit_words([d for p in parts if p is not part for d in p], scorer))
        )
    ]
    catalog = replace(catalog, words=fit_words(docs, scorer))
    evidence = replace(fit(evidence_rows(docs, catalog, scorer), l2=60.0), threshold=thresholds["evidence"])
    catalog = replace(catalog, models={**catalog.models, "evidence": evidence})
    events = replace(fit(event_rows(docs, catalog, scorer), l2=20.0), threshold=thresholds["events"])
    return replace(catalog, models={**catalog.models, "events": events})


def fit_words(docs: Sequence[Labelled], scorer: dict[str, Any]) -> WordModel:
    """One regression a class over the words of sentences: does it show a new act of that class?"""
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    rows = [(doc, index, words) for doc in docs for index, words in word_features(doc.reading)]
    uses = Counter(name for _, _, words in rows for name in words)
    names = {name: n for n, name in enumerate(sorted(name for name, count in uses.items() if count >= RARE))}
    places = [[(names[name], value) for name, value in words.items() if name in names] for _, _, words in rows]
    indptr = np.cumsum([0, *map(len, places)], dtype=np.int32)
    indices = np.array([n for row in places for n, _ in row], dtype=np.int32)
    x = csr_matrix(([v for row in places for _, v in row], indices, indptr), shape=(len(rows), len(names)))
    weights = np.array([WEIGHTS[doc.part] ** 0.5 for doc, _, _ in rows])
    fitted = {}
    for kind in EventClass:
        shown = [_shows(doc, index, kind, scorer) for doc, index, _ in rows]
        if sum(shown) >= FEWEST:
            model = LogisticRegression(C=0.3, solver="liblinear", class_weight={False: 1, True: 3})
            fitted[kind] = model.fit(x, shown, sample_weight=weights)
    table = np.array([model.coef_[0] for model in fitted.values()]).T
    bias = tuple(float(model.intercept_[0]) for model in fitted.values())
    rounded = {name: tuple(map(float, table[n])) for name, n in names.items() if np.abs(table[n]).max() >= SMALLEST}
    return WordModel(tuple(fitted), bias, rounded)


def _shows(doc: Labelled, index: int, kind: EventClass, scorer: dict[str, Any]) -> bool:
    text = (doc.reading.title if index < 0 else doc.reading.sentences[index]).text
    return any(
        CLASS_OF[EventType(event["event_type"])] is kind
        and any(scorer["same_text"](text, s) for s in event["evidence"])
        for event in doc.gold["events"]
    )


def with_words(docs: Iterable[Labelled], catalog: Catalog) -> list[Labelled]:
    """The documents with what the catalog's words say of their sentences."""
    return [replace(doc, reading=replace(doc.reading, told=tell_classes(doc.reading, catalog))) for doc in docs]


def predict(docs: Iterable[Labelled], catalog: Catalog) -> dict[str, dict[str, Any]]:
    """What the models make of the documents."""
    return {
        d.reading.document.doc_id: {
            "events": as_json(
                d, [finish_event(k, d.reading, catalog) for k in keep_events(filled(d, catalog), d.reading, catalog)]
            )
        }
        for d in docs
    }


def cross_validated(
    docs: Sequence[Labelled], catalog: Catalog, scorer: dict[str, Any], thresholds: dict[str, float]
) -> dict[str, dict[str, Any]]:
    """Predictions for every document by models that never saw it."""
    found: dict[str, dict[str, Any]] = {}
    for fold in range(FOLDS):
        trained = train([d for d in docs if d.fold != fold], catalog, scorer, thresholds)
        found |= predict(with_words([d for d in docs if d.fold == fold], trained), trained)
    return found


def load_gold(folder: Path, catalog: Catalog, nlp: Any) -> list[Labelled]:
    """The gold documents."""
    labels = {row["doc_id"]: row for row in read_rows(folder / "gold_dev.jsonl")}
    return labelled(read_rows(folder / "docs_dev.jsonl"), labels, GOLD, catalog, nlp)


def load_further(labels: Path, sources: Sequence[Path], catalog: Catalog, nlp: Any) -> list[Labelled]:
    """The articles that the further labels are about, as far as they were read, their evidence as sentences."""
    rows = {row["doc_id"]: row for row in read_rows(labels)}
    documents = {}
    for document in (each for source in sources for each in read_rows(source)):
        if row := rows.get(document["doc_id"]):
            documents[document["doc_id"]] = document | {"text": document["text"][: row["read_to"]]}
    for doc_id, document in documents.items():
        for event in rows[doc_id]["events"]:
            event["evidence"] = [document["text"][start:end] for start, end in event["evidence"]]
    return labelled(list(documents.values()), rows, FURTHER, catalog, nlp)


def load_demo(folder: Path, catalog: Catalog, nlp: Any) -> list[Labelled]:
    """The newsstand's pages."""
    labels = {row["doc_id"]: row for row in read_rows(folder / "expected_events.jsonl")}
    return labelled(read_rows(folder / "docs.jsonl"), labels, DEMO, catalog, nlp)


def main() -> None:
    """Trains, prints cross-validated figures, writes the models."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", type=Path, help="folder with docs_dev.jsonl and gold_dev.jsonl")
    parser.add_argument("scorer", type=Path, help="score_events.py")
    parser.add_argument("--demo", type=Path, help="folder with docs.jsonl and expected_events.jsonl of the newsstand")
    parser.add_argument("--labels", type=Path, help="further labels (bench/labels.jsonl)")
    parser.add_argument("--articles", type=Path, nargs="*", default=[], help="files of the articles that they label")
    parser.add_argument("--predictions", type=Path, help="where to write the cross-validated predictions")
    parser.add_argument("--quick", action="store_true", help="write the models without the figures")
    parser.add_argument("--dry", action="store_true", help="do not write the models")
    parser.add_argument("--events-threshold", type=float, default=0.3)
    parser.add_argument("--evidence-threshold", type=float, default=0.3)
    given = parser.parse_args()
    scorer, catalog = runpy.run_path(str(given.scorer)), load_catalog()
    thresholds = {"events": given.events_threshold, "evidence": given.evidence_threshold}
    nlp = load_nlp()
    docs = load_gold(given.gold, catalog, nlp)
    if given.demo:
        docs += load_demo(given.demo, catalog, nlp)
    if given.labels:
        docs += load_further(given.labels, given.articles, catalog, nlp)
    found = {} if given.quick else cross_validated(docs, catalog, scorer, thresholds)
    gold = {row["doc_id"]: row for row in read_rows(given.gold / "gold_dev.jsonl")}
    for part in (GOLD, FURTHER, DEMO) if found else ():
        if labels := gold if part == GOLD else {doc.gold["doc_id"]: doc.gold for doc in docs if doc.part == part}:
            _print_report(f"cross-validated, {part}", labels, found, scorer)
    trained = train(docs, catalog, scorer, thresholds)
    _print_report(
        "whole set", gold, predict(with_words([doc for doc in docs if doc.part == GOLD], trained), trained), scorer
    )
    if given.predictions:
        lines = (json.dumps({"doc_id": k, **found.get(k, {"events": []})}) + "\n" for k in gold | found)
        given.predictions.write_text("".join(lines), encoding="utf-8")
    if not given.dry:
        dump_models(trained.models, FOLDER / "models.json")
        assert trained.words
        dump_word_model(trained.words, FOLDER / "words.json.gz")


def _print_report(
    name: str, labels: dict[str, dict[str, Any]], found: dict[str, dict[str, Any]], scorer: dict[str, Any]
) -> None:
    report, shown = scorer["score"](labels, {k: v for k, v in found.items() if k in labels})[0], scorer["shown"]
    print(name)
    for key, value in report.items():
        if key in {"by_class", "slots_of_matched_events"}:
            for slot, row in value.items():
                print(f"  {slot:12} {shown(row)}")
        else:
            print(f"{key:20} {shown(value)}")


if __name__ == "__main__":
    main()
