"""Documents in, the sanctions events that they report out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial, reduce
from itertools import islice
from typing import TYPE_CHECKING, cast

from include.catalog import Catalog
from include.extractors import EXTRACTORS, FINISHERS
from include.extractors.drafts import Draft, build_drafts
from include.extractors.find_clues import find_clues
from include.extractors.judgement import keep_events
from include.extractors.reading import Reading, prepare, sentences_to_parse, with_parses
from include.extractors.sentence_words import tell_classes
from include.extractors.terms import speaks_of_sanctions
from include.records import Document, EventMention, Reason, Rejected, Stage, hash_id

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.pipeline import TrainablePipe
    from spacy.tokens import Doc

EXTRACT_VERSION = "2"
DOCUMENTS_AT_ONCE = 32
SENTENCES_AT_ONCE = 16  # as fast as 64 at 40% of the memory


def extract_events(
    docs: Iterable[Document], *, nlp: Language, catalog: Catalog
) -> Iterator[tuple[EventMention, ...] | Rejected]:
    """One result for each document, in order: its events (none is an empty tuple), or why it wasn't read."""
    waiting = map(_well_formed, docs)
    while batch := tuple(islice(waiting, DOCUMENTS_AT_ONCE)):
        readings = iter(read_documents(batch, nlp, catalog))
        for document in batch:
            if _is_relevant(document):
                yield _mentions(next(readings), catalog)
            else:
                yield Rejected(stage=Stage.EXTRACT, reason=Reason.NO_SANCTIONS_TERM, item_id=document.doc_id)


def _well_formed(document: Document) -> Document:
    """The document without lone surrogates, which no UTF-8 can hold; places in the text stay."""
    title, text = (
        s if s.isascii() else s.encode("utf-8", "replace").decode("utf-8") for s in (document.title, document.text)
    )
    return replace(document, title=title, text=text)


def _is_relevant(document: Document) -> bool:
    return speaks_of_sanctions(document.title, document.text)


def read_documents(documents: Iterable[Document], nlp: Language, catalog: Catalog) -> Iterator[Reading]:
    """Readings of the documents that speak of sanctions; the sentences of all are parsed in common batches."""
    readings = [prepare(d, catalog) for d in documents if _is_relevant(d)]
    wanted = [(i, s) for i, reading in enumerate(readings) for s in sentences_to_parse(reading)]
    parses = nlp.pipe((s.proper for _, s in wanted), batch_size=SENTENCES_AT_ONCE, disable=["ner"])
    by_reading: list[dict[int, Doc]] = [{} for _ in readings]
    for (i, sentence), parse in zip(wanted, parses, strict=True):
        by_reading[i][sentence.index] = parse
    for reading, parsed in zip(readings, by_reading, strict=True):
        parsed_reading = with_parses(reading, parsed, partial(_find_entities, nlp), partial(nlp, disable=["ner"]))
        yield replace(parsed_reading, told=tell_classes(reading, catalog))


def _find_entities(nlp: Language, docs: Sequence[Doc]) -> None:
    """Puts names into the parses that have none yet, all in one batch."""
    unnamed = [doc for doc in docs if not doc.has_annotation("ENT_IOB")]
    recognizer = cast("TrainablePipe", nlp.get_pipe("ner"))
    for _ in recognizer.pipe(unnamed, batch_size=SENTENCES_AT_ONCE):
        pass


def draft_events(reading: Reading, catalog: Catalog) -> tuple[Draft, ...]:
    """Every draft of a document with all fields, before it is judged."""
    drafts = build_drafts(reading, find_clues(reading, catalog))
    return tuple(reduce(lambda draft, find: find(draft, reading, catalog), EXTRACTORS, draft) for draft in drafts)


def finish_event(draft: Draft, reading: Reading, catalog: Catalog) -> Draft:
    """A draft that was kept, with what only those get."""
    return reduce(lambda d, find: find(d, reading, catalog), FINISHERS, draft)


def _mentions(reading: Reading, catalog: Catalog) -> tuple[EventMention, ...]:
    kept = [finish_event(d, reading, catalog) for d in keep_events(draft_events(reading, catalog), reading, catalog)]
    return tuple(mention_of(reading.document, position, draft) for position, draft in enumerate(kept))


def mention_of(document: Document, position: int, draft: Draft) -> EventMention:
    """The draft as a mention of its document."""
    return EventMention(
        id=hash_id(document.doc_id, EXTRACT_VERSION, str(position)),
        doc_id=document.doc_id,
        event_type=draft.event_type,
        modality=draft.modality,
        salience=draft.salience,
        imposers=draft.imposers,
        targets=draft.targets,
        actors=draft.actors,
        instrument=draft.instrument,
        measures=draft.measures,
        event_date=draft.event_date,
        effective_date=draft.effective_date,
        evidence=draft.evidence,
        confidence=draft.confidence,
        published_on=document.published_on,
    )
