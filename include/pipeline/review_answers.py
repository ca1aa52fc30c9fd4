"""Records what people answer of doubtful acts as decisions on their reports, and takes decisions back."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from include.catalog import load_catalog
from include.edges.warehouse import Connection, read, transaction, write, write_rows
from include.pipeline.decisions import place_of, reports_named
from include.pipeline.event_rows import mention_from
from include.pipeline.resolve_events import resolve_events
from include.records import CLASS_OF, EventMention, Tally, hash_id
from include.settings import Settings
from include.stages.answers import Answer, Choice, UnusableAnswerError, read_answer

log = logging.getLogger("desk")
NOBODY = "nobody"  # the answer of a question whose time ran out
KINDS = {
    Choice.RIGHT: "accept",
    Choice.WRONG: "reject",
    Choice.CHANGED: "correct",
    Choice.MERGED: "merge",
    Choice.SPLIT: "split",
}


def record_answer(
    settings: Settings,
    *,
    now: datetime,
    question_id: str,
    choice: str,
    form: Mapping[str, Any],
    user: str | None,
) -> Tally:
    """Counts the outcome of the question by its name, and what resolving the act again did.

    One that cannot be used is `refused`: nothing is decided, the reason stands with the question and in the log, and
    the act is asked again. So is one on an act that somebody else decided on since it was asked.
    """
    tally = Tally()
    with transaction(settings.warehouse) as connection:
        read(connection, "lock_resolving")  # the reports must stay those of the act until the decision is written
        (question,) = read(connection, "question", id=question_id)
        outcome, reason = _outcome(connection, question, question_id, choice, form, user, now)
        tally.add(outcome)
        if not question.closed_at or (_is_lapsed(question) and outcome != "later"):
            closed = {"closed_by": user, "outcome": outcome, "reason": reason}
            write(connection, "close_question", id=question_id, now=now, **closed)
    if reason:
        log.warning("nothing was decided: %s", reason)
    if outcome not in ("refused", "later"):  # at a second try too: the first may have ended before this
        tally.counts += resolve_events(settings, now=now).counts
    return tally


def _outcome(
    connection: Connection,
    question: Any,
    question_id: str,
    choice: str,
    form: Mapping[str, Any],
    user: str | None,
    now: datetime,
) -> tuple[str, str]:
    """What comes of the answer, and why nothing does when it is refused."""
    try:
        gazetteer = load_catalog().gazetteer
        answer = read_answer(choice, form, report_count=len(question.mention_ids), gazetteer=gazetteer)
        outcome = answer.choice.name.lower()
        if question.closed_at and not _is_lapsed(question):
            if (question.outcome, question.closed_by) == (outcome, user):
                return outcome, ""  # a second try of the same task
            raise UnusableAnswerError(
                f"The question was closed at {question.closed_at:%Y-%m-%d %H:%M} UTC by {question.closed_by or NOBODY}:"
                f" {question.outcome}."
            )
        if answer.choice is not Choice.LATER:
            mentions = _reports(connection, question, question_id)
            sides = _sides(connection, question.event_id, answer, mentions)
            _decide(connection, question, question_id, answer, sides, user or NOBODY, now)
    except UnusableAnswerError as error:
        return "refused", str(error)
    return outcome, ""


def _is_lapsed(question: Any) -> bool:
    """Nobody's: an answer that was given in time may still come, when what records it was out of order."""
    return bool(question.outcome == "lapsed")


def _reports(connection: Connection, question: Any, question_id: str) -> list[EventMention]:
    """The reports as they were shown. Raises UnusableAnswerError when they changed, or were decided on, since."""
    shown = read(connection, "reports_by_id", ids=question.mention_ids)
    held_by = {row.event_id if row.is_current else None for row in shown}
    if len(shown) < len(question.mention_ids) or held_by != {question.event_id}:
        raise UnusableAnswerError(_what_happened(connection, question.event_id))
    mentions = _mentions(connection, ids=question.mention_ids)
    neighbours = _mentions(connection, article_ids=sorted({row.article_id for row in shown}))
    standing = read(connection, "standing_decisions")
    for decision, mention_id in reports_named(standing, (mention for mention, _ in neighbours.values())):
        if decision.decided_at > question.asked_at and mention_id in mentions:
            raise UnusableAnswerError(
                f"{decision.decided_by} decided on this act at {decision.decided_at:%Y-%m-%d %H:%M} UTC"
                f" ({decision.kind}), after it was asked: revoke that first, or leave it."
            )
    return [mentions[mention_id][0] for mention_id in question.mention_ids]


def _what_happened(connection: Connection, event_id: str) -> str:
    became = read(connection, "what_became_of_event", event_id=event_id)[0]
    if became.is_withdrawn:
        return "The act was withdrawn since it was asked: no article reports it any more."
    if became.id != event_id:
        return f"The act was merged into {became.id} since it was asked; look at that one."
    return "The reports of the act have changed since it was asked; look at it as it is now."


def _sides(
    connection: Connection, event_id: str, answer: Answer, mentions: Sequence[EventMention]
) -> dict[str, list[EventMention]]:
    """The reports on each side of the decision."""
    if answer.choice is Choice.MERGED:
        return {"left": list(mentions), "right": _reports_to_merge_with(connection, event_id, answer, mentions)}
    if answer.choice is Choice.SPLIT:
        off = [mentions[number - 1] for number in answer.split_off]
        return {"left": off, "right": [mention for mention in mentions if mention not in off]}
    return {"left": list(mentions), "right": []}


def _reports_to_merge_with(
    connection: Connection, event_id: str, answer: Answer, mentions: Sequence[EventMention]
) -> list[EventMention]:
    became = read(connection, "what_became_of_event", event_id=answer.merge_into)
    if not became:
        raise UnusableAnswerError(f"merge_into: there is no act {answer.merge_into}.")
    if became[0].is_withdrawn:
        raise UnusableAnswerError(f"merge_into: {answer.merge_into} was withdrawn, no article reports it any more.")
    other = became[0].id  # the act that it was merged into, when it was
    if other == event_id:
        raise UnusableAnswerError("merge_into is the act itself, or was merged into it.")
    found = _mentions(connection, event_ids=[other]).values()
    others = [mention for mention, held_by in found if held_by == other]
    classes = {CLASS_OF[mention.event_type] for mention in (*mentions, *others)}
    if len(classes) > 1:
        raise UnusableAnswerError(
            f"merge_into: {other} is another kind of act; only acts of one class"
            f" are merged, not {' and '.join(sorted(classes))}."
        )
    return others


def _mentions(connection: Connection, **asked: Sequence[str]) -> dict[str, tuple[EventMention, str]]:
    """Current mentions, by id and each with its event."""
    nothing: dict[str, Sequence[str]] = {"ids": [], "article_ids": [], "block_ids": [], "event_ids": []}
    rows = read(connection, "mentions_to_resolve", **(nothing | asked))
    return {row.id: (mention_from(row), row.event_id) for row in rows}


def _decide(
    connection: Connection,
    question: Any,
    question_id: str,
    answer: Answer,
    sides: Mapping[str, Sequence[EventMention]],
    user: str,
    now: datetime,
) -> None:
    decision_id = hash_id("decision", question_id)
    changes = answer.changes and answer.changes.model_dump_json(exclude_unset=True)
    said = {"kind": KINDS[answer.choice], "decided_by": user, "note": answer.note, "changes": changes}
    write(connection, "insert_decision", id=decision_id, event_id=question.event_id, now=now, **said)
    places = [_place(decision_id, side, mention) for side, mentions in sides.items() for mention in mentions]
    write_rows(connection, "insert_decision_reports", places)


def _place(decision_id: str, side: str, mention: EventMention) -> dict[str, object]:
    start, end = place_of(mention)
    return {
        "decision_id": decision_id,
        "side": side,
        "article_id": mention.doc_id,
        "event_class": CLASS_OF[mention.event_type],
        "start_offset": start,
        "end_offset": end,
    }


def revoke_decision(settings: Settings, *, now: datetime, decision_id: str, user: str) -> Tally:
    """Counts the decision when it stood, and what resolving its acts again did."""
    tally = Tally()
    with transaction(settings.warehouse) as connection:
        tally.add("decisions_revoked", write(connection, "revoke_decision", id=decision_id, now=now, revoked_by=user))
    tally.counts += resolve_events(settings, now=now).counts
    return tally
