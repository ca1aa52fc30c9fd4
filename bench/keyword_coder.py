"""Extraction beside what is usual: a CAMEO-style keyword coder, and one that always says the same.

    python -m bench.keyword_coder [GOLD] [--extracted HELD_BACK.jsonl]

The keyword coder reads sentence by sentence, as CAMEO and PLOVER coders do: a verb of a list says what happens, the
first actor of the sentence does it to the actor nearest after the verb. Actors are spaCy's entities, coded by our own
gazetteer, which is kind to it. The naive coder says of every article that the United States sanctioned Russia.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pycountry
from spacy.language import Language
from spacy.tokens import Doc, Span

from include.catalog import Catalog, load_catalog
from include.edges.nlp import load_nlp
from include.evaluate.__main__ import USUAL_GOLD, show_scores
from include.evaluate.answers import documents_of, labels_of, mentions_in
from include.evaluate.events import EventReport, score_events
from include.evaluate.labels import Label, Labels, read_labels, read_rows
from include.records import Document, EventType, Party

VERBS = {
    EventType.THREATENED: "threaten warn consider mull weigh",
    EventType.PROPOSED: "propose urge call demand seek",
    EventType.IMPOSED: "impose sanction ban embargo blacklist freeze bar restrict boycott prohibit",
    EventType.EXPANDED: "expand tighten toughen",
    EventType.EXTENDED: "extend renew prolong",
    EventType.EASED: "ease relax waive suspend",
    EventType.LIFTED: "lift remove end drop delist",
    EventType.ENFORCED: "seize fine charge impound arrest",
    EventType.VIOLATED: "violate evade breach circumvent",
    EventType.CONDEMNED: "condemn denounce reject criticize slam",
}
TYPES = {verb: kind for kind, verbs in VERBS.items() for verb in verbs.split()}
MATTER = ("sanction", "embargo", "ban", "blacklist", "freeze", "restriction")  # a sentence without is of other matters
ACTORS = {"GPE", "NORP", "ORG"}


def code_document(doc: Doc, catalog: Catalog) -> Iterator[Label]:
    """The events of one parsed document, each kind of act between the same two once."""
    seen: set[tuple[EventType, str, str]] = set()
    for sentence in doc.sents:
        if not any(word in sentence.text.lower() for word in MATTER):
            continue
        actors = [(span, party) for span in sentence.ents if span.label_ in ACTORS and (party := code(span, catalog))]
        for token in sentence:
            kind = TYPES.get(token.lemma_.lower())
            after = [party for span, party in actors if span.start > token.i]
            if token.pos_ != "VERB" or kind is None or not after or actors[0][1] == after[0]:
                continue
            if (key := (kind, actors[0][1].name, after[0].name)) not in seen:
                seen.add(key)
                yield label(kind, actors[0][1], after[0], sentence.text)


def code(span: Span, catalog: Catalog) -> Party | None:
    """The actor that an entity is, when it can be coded."""
    if mention := next(catalog.gazetteer.find(span.text), None):
        return Party(name=mention.party.name, kind="", code=mention.party.code)
    country = pycountry.countries.get(name=span.text)
    return Party(name=country.name, kind="", code=country.alpha_2) if country else None


def label(kind: EventType, source: Party, target: Party, sentence: str) -> Label:
    return Label(
        event_type=kind,
        modality="asserted",
        salience="main",
        imposers=(source,),
        targets=(target,),
        instrument=None,
        measures=(),
        event_date=None,
        evidence=(sentence,) if sentence else (),
    )


def keyword_coder(documents: Iterable[Document], nlp: Language, catalog: Catalog) -> dict[str, Labels]:
    texts = [(f"{document.title}.\n\n{document.text}"[:200_000], document.doc_id) for document in documents]
    parsed = nlp.pipe(texts, as_tuples=True, batch_size=16)
    return {doc_id: Labels(events=tuple(code_document(doc, catalog))) for doc, doc_id in parsed}


def naive_coder(documents: Iterable[Document]) -> dict[str, Labels]:
    america, russia = (Party(name=n, kind="", code=c) for n, c in (("United States", "US"), ("Russia", "RU")))
    events = (label(EventType.IMPOSED, america, russia, ""),)
    return {document.doc_id: Labels(events=events) for document in documents}


def line(name: str, report: EventReport) -> str:
    events, main, documents = (report.scores[each] for each in ("events", "main events", "documents"))
    return f"{name:16} {events.f1:8.3f} {main.recall:11.3f} {documents.f1:11.3f}"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", nargs="?", type=Path, default=USUAL_GOLD / "gold_dev.jsonl")
    parser.add_argument("--extracted", type=Path, help="the extractor's events, as of folds that held them back")
    parser.add_argument("--all", action="store_true", help="also print every score of the keyword coder")
    args = parser.parse_args(arguments)
    gold = read_labels(args.gold)
    documents = documents_of(read_rows(args.gold.with_name(args.gold.name.replace("gold", "docs", 1))))
    keyword = score_events(gold, keyword_coder(documents, load_nlp(), load_catalog()))
    print(f"{'':16} {'event F1':>8} {'main recall':>11} {'document F1':>11}")
    print(line("naive coder", score_events(gold, naive_coder(documents))))
    print(line("keyword coder", keyword))
    found = read_labels(args.extracted) if args.extracted else labels_of(documents, mentions_in(documents))
    print(line("extractor", score_events(gold, found)))
    if args.all:
        show_scores(keyword.scores)


if __name__ == "__main__":
    main()
