"""One reading for each story: a copy takes over what its story's canonical article was read to report."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from include.catalog import Catalog
from include.extractors.sentences import Sentence, split_sentences
from include.extractors.terms import speaks_of_sanctions
from include.records import Document, EventMention, Evidence, Rejected, Relation, StoryMember, hash_id
from include.stages.events import EXTRACT_VERSION, extract_events

if TYPE_CHECKING:
    from spacy.language import Language

Result = tuple[EventMention, ...] | Rejected
WORD = re.compile(r"\w+")
COPIES = frozenset({Relation.COPY, Relation.TRUNCATED})


def read_stories(
    documents: Sequence[Document], members: Mapping[str, StoryMember], *, nlp: Language, catalog: Catalog
) -> Iterator[tuple[Document, Result]]:
    """Each document with its events, in order; `members` says which are copies of which."""
    by_id = {document.doc_id: document for document in documents}
    copied = {each: original for each in by_id if (original := canonical_of(each, members)) in by_id}
    results: dict[str, Result] = {}

    def read(some: Sequence[Document]) -> None:
        found = extract_events(some, nlp=nlp, catalog=catalog)
        results.update(zip((each.doc_id for each in some), found, strict=True))

    read([document for document in by_id.values() if document.doc_id not in copied])
    for copy, original in copied.items():
        taken = inherit_mentions(by_id[copy], by_id[original], results[original])
        if taken is not None:
            results[copy] = taken
    read([document for document in by_id.values() if document.doc_id not in results])
    return ((document, results[document.doc_id]) for document in documents)


def canonical_of(doc_id: str, members: Mapping[str, StoryMember]) -> str | None:
    """The article that this one copies, whole or cut short."""
    member = members.get(doc_id)
    return member.canonical_id if member and member.relation in COPIES else None


def inherit_mentions(copy: Document, canonical: Document, read: Result) -> tuple[EventMention, ...] | None:
    """The canonical article's events as the copy's, each sentence where it stands there.

    None when the copy has to be read itself: no sentence behind an event is left as it was, or one that was added
    speaks of sanctions. Days stay those of the original: a copy printed on Wednesday still says "on Monday".
    """
    if isinstance(read, Rejected):
        return None
    sentences = {_wording(sentence.proper): sentence for sentence in split_sentences(copy.text)}
    originals = {sentence.start: _wording(sentence.proper) for sentence in split_sentences(canonical.text)}
    known = set(originals.values())
    if any(speaks_of_sanctions("", sentences[wording].text) for wording in sentences.keys() - known):
        return None
    taken = []
    for position, mention in enumerate(read):
        evidence = [found for each in mention.evidence if (found := sentences.get(originals.get(each.start, ())))]
        if not evidence:
            return None
        taken.append(
            replace(
                mention,
                id=hash_id(copy.doc_id, EXTRACT_VERSION, str(position)),
                doc_id=copy.doc_id,
                evidence=tuple(map(_evidence, evidence)),
                published_on=copy.published_on,
            )
        )
    return tuple(taken)


def _wording(sentence: str) -> tuple[str, ...]:
    """Equal for sentences that differ in case, spaces, quotes, dashes and dateline at most."""
    return tuple(WORD.findall(sentence.lower()))


def _evidence(sentence: Sentence) -> Evidence:
    return Evidence(text=sentence.text, start=sentence.start, end=sentence.end)
