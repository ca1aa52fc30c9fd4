"""Copies take over what their story's canonical article reports, and are read themselves where that could be wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from include.records import Document, Reason, Rejected, Relation, Stage, StoryMember
from include.stages import story_reading
from include.stages.events import extract_events
from include.stages.story_reading import inherit_mentions, read_stories

ACT = "OTTAWA - Canada imposed sanctions on Belarus on Monday, freezing the assets of three shipping firms."
REST = "The firms could not be reached. A spokesman declined to say more about their fleet."
ORIGINAL = Document(
    doc_id="original",
    title="Canada sanctions Belarus shippers",
    text=f"{ACT}\n\n{REST}",
    published_on=date(2031, 5, 6),
)
COPY = replace(ORIGINAL, doc_id="copy", published_on=date(2031, 5, 15))


def member(doc_id: str, relation: Relation) -> StoryMember:
    return StoryMember(article_id=doc_id, story_id="s", relation=relation, canonical_id="original", score=1.0)


@pytest.fixture(scope="module")
def read(nlp, catalog):
    return next(extract_events([ORIGINAL], nlp=nlp, catalog=catalog))


def test_a_verbatim_copy_takes_over_the_events_with_the_originals_day(read):
    taken = inherit_mentions(COPY, ORIGINAL, read)
    assert [(each.doc_id, each.event_type, each.event_date) for each in taken] == [
        ("copy", read[0].event_type, "2031-05-05")
    ]
    assert taken[0].published_on == COPY.published_on
    assert taken[0].id != read[0].id


def test_evidence_stands_where_it_stands_in_the_copy(read):
    copy = replace(COPY, text=f"From our correspondents.\n\n{ACT.replace(' on Belarus', '  on  Belarus')}\n{REST}")
    (taken,) = inherit_mentions(copy, ORIGINAL, read)
    (sentence,) = taken.evidence
    assert " ".join(copy.text[sentence.start : sentence.end].split()) == sentence.text
    assert sentence.start > read[0].evidence[0].start


@pytest.mark.parametrize(
    "text",
    [REST, f"{ACT.replace('Canada', 'Norway')}\n\n{REST}", f"{ACT}\n\n{REST} Norway lifted its embargo on Libya."],
)
def test_a_copy_that_lacks_or_rewrites_or_adds_what_matters_is_read_itself(read, text):
    assert inherit_mentions(replace(COPY, text=text), ORIGINAL, read) is None


def test_a_copy_that_adds_a_harmless_line_is_not(read):
    assert inherit_mentions(replace(COPY, text=f"{ACT}\n\n{REST} Write to our desk."), ORIGINAL, read)


def test_a_copy_of_an_article_that_was_not_read_is_read_itself():
    rejected = Rejected(stage=Stage.EXTRACT, reason=Reason.NO_SANCTIONS_TERM)
    assert inherit_mentions(COPY, ORIGINAL, rejected) is None


def test_only_the_original_of_a_story_is_parsed(nlp, catalog, monkeypatch):
    asked = []

    def spy(documents, **given):
        asked.extend(document.doc_id for document in documents)
        return extract_events(documents, **given)

    monkeypatch.setattr(story_reading, "extract_events", spy)
    members = {"copy": member("copy", Relation.COPY), "original": member("original", Relation.CANONICAL)}
    results = {each.doc_id: found for each, found in read_stories([COPY, ORIGINAL], members, nlp=nlp, catalog=catalog)}
    assert asked == ["original"]
    assert len(results["copy"]) == len(results["original"]) == 1
    members["copy"] = member("copy", Relation.UPDATED)
    asked.clear()
    list(read_stories([COPY, ORIGINAL], members, nlp=nlp, catalog=catalog))
    assert asked == ["copy", "original"]
