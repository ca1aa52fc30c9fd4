"""What analysts edit, read once: event types, measures, actors, instruments."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

from include.catalog.actors import Gazetteer, build_gazetteer
from include.catalog.linear import LinearModel, load_models
from include.catalog.models import (
    ActorsFile,
    EventTypeEntry,
    EventTypesFile,
    InstrumentEntry,
    MeasureEntry,
    MeasuresFile,
)
from include.catalog.word_model import WordModel, load_word_model
from include.records import EventType, MeasureType

FOLDER = Path(__file__).parent

# Deeds on sanctions, and what is said about them. A word that stands under several types means the first of these.
ACTIONS = tuple(
    map(EventType, ["lifted", "eased", "extended", "expanded", "violated", "enforced", "implemented", "imposed"])
)
SPEECH = tuple(map(EventType, ["threatened", "proposed", "condemned"]))

# At most six words in between, lazily, so that no input makes the search quadratic.
GAP = r"(?:\W+[\w'’.-]+){0,6}?\W+"


@dataclass(frozen=True, slots=True)
class Catalog:
    """The knowledge that extraction works with."""

    event_types: dict[EventType, EventTypeEntry]
    measures: dict[MeasureType, MeasureEntry]
    measure_patterns: tuple[tuple[MeasureType, re.Pattern[str]], ...]
    measure_objects: dict[MeasureType, re.Pattern[str]]
    instruments: tuple[tuple[InstrumentEntry, re.Pattern[str]], ...]
    gazetteer: Gazetteer
    action_verbs: dict[str, EventType]
    action_nouns: dict[str, EventType]
    speech_verbs: dict[str, EventType]
    speech_nouns: dict[str, EventType]
    models: dict[str, LinearModel]
    words: WordModel | None


def load_catalog(folder: Path = FOLDER) -> Catalog:
    """The catalog of a folder; a malformed entry raises."""
    event_types = EventTypesFile(types=_read(folder / "event_types.yml")).types
    measures = MeasuresFile(types=_read(folder / "measures.yml")).types
    return Catalog(
        event_types=event_types,
        measures=measures,
        measure_patterns=tuple(
            (kind, re.compile(phrase.replace("{w}", GAP), re.IGNORECASE))
            for kind, entry in measures.items()
            for phrase in entry.phrases
        ),
        measure_objects={
            kind: re.compile("|".join(entry.objects), re.IGNORECASE)
            for kind, entry in measures.items()
            if entry.objects
        },
        instruments=tuple(
            (entry, re.compile(entry.pattern))
            for entry in (InstrumentEntry(**row) for row in _read(folder / "instruments.yml"))
        ),
        gazetteer=build_gazetteer(ActorsFile(**_read(folder / "actors.yml"))),
        action_verbs=_first_types(event_types, ACTIONS, "verbs"),
        action_nouns=_first_types(event_types, ACTIONS, "nouns"),
        speech_verbs=_first_types(event_types, SPEECH, "verbs"),
        speech_nouns=_first_types(event_types, SPEECH, "nouns"),
        models=load_models(folder / "models.json"),
        words=load_word_model(folder / "words.json.gz"),
    )


def _first_types(
    entries: dict[EventType, EventTypeEntry], order: tuple[EventType, ...], field: Literal["verbs", "nouns"]
) -> dict[str, EventType]:
    """Each word's type; a word of several types means the first of the order."""
    return {word: kind for kind in reversed(order) for word in getattr(entries[kind], field)}


def _read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))
