"""Labelled events as the gold files write them, and files of them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from include.records import EventType, Measure, MeasureType, Party


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """One event of a document, as labelled or as predicted."""

    event_type: EventType
    modality: str | None
    salience: str | None
    imposers: tuple[Party, ...]
    targets: tuple[Party, ...]
    instrument: str | None
    measures: tuple[Measure, ...]
    event_date: str | None
    evidence: tuple[str, ...]
    confidence: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """What a document reports, and the older acts that it only mentions."""

    events: tuple[Label, ...] = ()
    background: tuple[Label, ...] = ()


NOTHING = Labels()


def label_from(row: Mapping[str, Any]) -> Label:
    """The event of a JSON object; only its type must be there."""
    return Label(
        event_type=EventType(row["event_type"]),
        modality=row.get("modality"),
        salience=row.get("salience"),
        imposers=parties_from(row.get("imposers")),
        targets=parties_from(row.get("targets")),
        instrument=row.get("instrument"),
        measures=tuple(_measure_from(measure) for measure in row.get("measures") or ()),
        event_date=row.get("event_date"),
        evidence=tuple(row.get("evidence") or ()),
        confidence=row.get("confidence", 1.0),
    )


def parties_from(rows: Sequence[Mapping[str, Any]] | None) -> tuple[Party, ...]:
    """The parties of a JSON array; a kind that is not stated stays empty."""
    return tuple(
        Party(name=row.get("name") or "", kind=row.get("kind") or "", code=row.get("code")) for row in rows or ()
    )


def _measure_from(row: Mapping[str, Any]) -> Measure:
    return Measure(type=MeasureType(row["type"]), objects=tuple(row.get("objects") or ()), flow=row.get("flow"))


def labels_from(row: Mapping[str, Any]) -> Labels:
    """The labels of one document."""
    return Labels(
        events=tuple(map(label_from, row["events"])), background=tuple(map(label_from, row.get("background") or ()))
    )


def read_rows(path: Path) -> list[dict[str, Any]]:
    """The objects of a JSON Lines file."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def read_labels(path: Path) -> dict[str, Labels]:
    """Labels by document id."""
    return {row["doc_id"]: labels_from(row) for row in read_rows(path)}
