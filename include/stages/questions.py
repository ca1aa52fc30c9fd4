"""How a doubtful act is put to a person: what its row says, the sentences behind it, and acts that it may be.

Everything that strangers wrote stands in code spans, in which Markdown knows no markup, links or images.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from include.records import Party, SanctionsEvent

MOST_REPORTS = 15  # an act with more is not doubtful for want of evidence
MOST_SENTENCES = 4
LONGEST_SENTENCE = 600
LONGEST_NAMES = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What one article says of the act."""

    publisher: str
    published_at: datetime | None
    title: str
    url: str
    event_type: str
    event_date: str | None
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarAct:
    """One that the asked one may be the same as."""

    id: str
    act_on: date | None
    event_type: str
    imposers: tuple[str, ...]
    targets: tuple[str, ...]
    instrument: str | None
    report_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """An act, and what a person needs to know to decide on it."""

    act: SanctionsEvent
    reports: tuple[Report, ...]
    similar: tuple[SimilarAct, ...]
    refused_before: str = ""


def name_act(act_id: str, imposers: Sequence[str], event_type: str, targets: Sequence[str]) -> str:
    """What to call an act in a list: plain text, short, with the beginning of its id since names repeat."""
    who, whom = (plain(", ".join(names), LONGEST_NAMES // 2) or "?" for names in (imposers, targets))
    return f"{who} - {event_type} - {whom} ({act_id[:8]})"


def write_body(question: Question) -> str:
    """The question in Markdown."""
    return "\n".join(_lines(question))


def _lines(question: Question) -> Iterator[str]:
    if question.refused_before:
        yield f"**The last answer was not taken:** {verbatim(question.refused_before)}\n"
    yield from _act_lines(question.act)
    yield f"\n**Reports** ({len(question.reports)})\n"
    for number, report in enumerate(question.reports[:MOST_REPORTS], start=1):
        yield from _report_lines(number, report)
    if left := len(question.reports) - MOST_REPORTS:
        yield f"\n{left} more: mart.event_evidence has them." if left > 0 else ""
    yield "\n**Might be the same act as** (for *Merge into*)\n" if question.similar else ""
    for act in question.similar:
        said = f"{act.act_on or 'no date'}, {act.event_type}, reports: {act.report_count}"
        names = f"{_names(act.imposers)} on {_names(act.targets)}"
        yield f"- `{act.id}` {said}: {names}{f', {verbatim(act.instrument)}' if act.instrument else ''}"


def _act_lines(act: SanctionsEvent) -> Iterator[str]:
    yield f"- **Act** `{act.id}`, confidence {act.confidence:.2f}"
    yield f"- **Type** {act.event_type}, {act.modality}"
    yield f"- **Who** {_parties(act.imposers)}"
    yield f"- **Whom** {_parties(act.targets)}"
    if act.actors:
        yield f"- **Actors** {_parties(act.actors)}"
    yield f"- **When** {verbatim(act.event_date or 'not stated')}"
    yield f"- **Instrument** {verbatim(act.instrument or 'none named')}"
    for measure in act.measures:
        objects = f": {_names(measure.objects)}" if measure.objects else ""
        yield f"- **Measure** `{measure.type}{f' {measure.flow}' if measure.flow else ''}`{objects}"


def _report_lines(number: int, report: Report) -> Iterator[str]:
    day = f"{report.published_at:%Y-%m-%d}" if report.published_at else "undated"
    said = f"{report.event_type}{f' on {verbatim(report.event_date)}' if report.event_date else ''}"
    yield f"\n{number}\\. {verbatim(report.publisher)}, {day}, read as {said}: {verbatim(report.title)}  "
    yield f"{verbatim(report.url)}\n"
    yield from (f"   - {verbatim(sentence)}" for sentence in report.sentences[:MOST_SENTENCES])


def _parties(parties: Sequence[Party]) -> str:
    return _names([f"{party.name} ({party.code})" if party.code else party.name for party in parties])


def _names(names: Sequence[str]) -> str:
    return ", ".join(map(verbatim, names)) or "nobody"


def plain(text: str, longest: int) -> str:
    """The text on one line, without characters that cannot be seen or that turn the direction of others."""
    seen = "".join(" " if c.isspace() else c for c in text if c.isspace() or unicodedata.category(c)[0] != "C")
    folded = " ".join(seen.split())
    return folded if len(folded) <= longest else folded[: longest - 1].rstrip() + "…"


def verbatim(text: str) -> str:
    """The text as a code span of Markdown: fenced by more backticks than it has in a row."""
    shown = plain(text, LONGEST_SENTENCE)
    fence = "`" * (1 + max(map(len, re.findall("`+", shown)), default=0))
    return f"{fence} {shown} {fence}" if shown else ""
