"""Puts doubtful acts to people: opens questions, and reads what a question has to say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from include.edges.warehouse import Connection, read, transaction, write
from include.records import EventType, Measure, MeasureType, Modality, Party, SanctionsEvent
from include.settings import Settings
from include.stages.questions import Question, Report, SimilarAct, name_act

# A run that waits on is still answered when the scheduler comes late to its end.
GRACE = timedelta(hours=1)


class ClosedQuestionError(Exception):
    """The question was answered already, or given up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An open question, its act, and what that is called."""

    question_id: str
    event_id: str
    name: str


def open_questions(
    settings: Settings, *, now: datetime, run_id: str, most: int, answer_within: timedelta
) -> tuple[Asked, ...]:
    """The questions that a run asks: no more than leave `most` open in all, none on an act that has an open one.

    A run that was interrupted gets those that it had opened. Questions that outlived their time are closed first.
    """
    with transaction(settings.warehouse) as connection:
        write(connection, "lapse_questions", now=now)
        if not (rows := read(connection, "questions_of_run", run_id=run_id)):
            expires_at = now + answer_within + GRACE
            write(connection, "open_questions", run_id=run_id, now=now, expires_at=expires_at, most=most)
            rows = read(connection, "questions_of_run", run_id=run_id)
    return tuple(
        Asked(
            question_id=row.id,
            event_id=row.event_id,
            name=name_act(row.event_id, row.imposers, row.event_type, row.targets),
        )
        for row in rows
    )


def read_question(settings: Settings, question_id: str) -> Question:
    """What a person is shown. Raises ClosedQuestionError."""
    with transaction(settings.warehouse) as connection:
        (row,) = read(connection, "question", id=question_id)
        if row.closed_at:
            raise ClosedQuestionError(f"The question was closed at {row.closed_at:%Y-%m-%d %H:%M} UTC: {row.outcome}.")
        return Question(
            act=_act(row),
            reports=tuple(map(_report, read(connection, "reports_by_id", ids=row.mention_ids))),
            similar=_similar(connection, row.event_id),
            refused_before=row.refused_before or "",
        )


def _act(row: Any) -> SanctionsEvent:
    return SanctionsEvent(
        id=row.event_id,
        event_type=EventType(row.event_type),
        modality=Modality(row.modality),
        imposers=_parties(row.parties, "imposer"),
        targets=_parties(row.parties, "target"),
        actors=_parties(row.parties, "actor"),
        instrument=row.instrument,
        measures=tuple(
            Measure(type=MeasureType(each["type"]), objects=tuple(each["objects"]), flow=each["flow"])
            for each in row.measures
        ),
        event_date=row.event_date,
        effective_date=row.effective_date,
        confidence=row.confidence,
        mention_ids=tuple(row.mention_ids),
    )


def _parties(rows: Iterable[Mapping[str, Any]], part: str) -> tuple[Party, ...]:
    return tuple(
        Party(name=row["name"], kind=row["kind"], code=row["code"], role=row["role"])
        for row in rows
        if row["part"] == part
    )


def _report(row: Any) -> Report:
    return Report(
        publisher=row.publisher,
        published_at=row.published_at,
        title=row.title,
        url=row.url,
        event_type=row.event_type,
        event_date=row.event_date,
        sentences=tuple(sentence["text"] for sentence in row.evidence),
    )


def _similar(connection: Connection, event_id: str) -> tuple[SimilarAct, ...]:
    return tuple(
        SimilarAct(
            id=row.id,
            act_on=row.act_on,
            event_type=row.event_type,
            imposers=_texts(row.imposers),
            targets=_texts(row.targets),
            instrument=row.instrument,
            report_count=row.report_count,
        )
        for row in read(connection, "similar_events", event_id=event_id)
    )


def _texts(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(names)
