"""What the catalog's files must look like: validated on load, frozen afterwards."""

from __future__ import annotations

import re

from pydantic import BaseModel, ConfigDict, field_validator

from include.records import EventType, MeasureType


class Entry(BaseModel):
    """A strict, frozen entry: an unknown key is an error, not a silent loss."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class EventTypeEntry(Entry):
    """How one type of event is told in words."""

    definition: str
    crosswalk: dict[str, str]
    verbs: tuple[str, ...]
    nouns: tuple[str, ...]
    example: str
    counter_example: str


class MeasureEntry(Entry):
    """How one type of measure is told in words."""

    definition: str
    crosswalk: dict[str, str]
    phrases: tuple[str, ...]
    objects: tuple[str, ...] = ()  # what it falls on, as nouns with what stands before and behind them
    example: str
    counter_example: str

    @field_validator("phrases", "objects")
    @classmethod
    def compile_each(cls, phrases: tuple[str, ...]) -> tuple[str, ...]:
        for phrase in phrases:
            re.compile(phrase.replace("{w}", " "))
        return phrases


class InstrumentEntry(Entry):
    """How one kind of legal act is cited, and the spelling we keep."""

    name: str
    pattern: str
    example: str


class StateEntry(Entry):
    """A state or an organisation of states, and what newspapers call it."""

    name: str
    code: str | None = None
    adjectives: tuple[str, ...] = ()
    capitals: tuple[str, ...] = ()
    seats: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    leaders: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()


class ActorsFile(Entry):
    """The whole of actors.yml."""

    states: dict[str, StateEntry]
    organisations: dict[str, StateEntry]
    groups: dict[str, tuple[str, ...]]
    not_after: tuple[str, ...]


class EventTypesFile(Entry):
    """The whole of event_types.yml."""

    types: dict[EventType, EventTypeEntry]


class MeasuresFile(Entry):
    """The whole of measures.yml."""

    types: dict[MeasureType, MeasureEntry]
