"""What a person changes of an act: the fields given replace those of the row, and nothing else does."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from include.records import EventMention, EventType, Measure, Modality, Party, SanctionsEvent

Act = TypeVar("Act", SanctionsEvent, EventMention)


def _real_date(written: str) -> str:
    """The date, when there is such a day: YYYY-MM-DD, YYYY-MM or YYYY."""
    if not re.fullmatch(r"\d{4}(-\d{2}){0,2}", written):
        raise ValueError("a date is written YYYY-MM-DD, YYYY-MM or YYYY")
    try:
        date.fromisoformat((written + "-01-01")[:10])
    except ValueError as error:
        raise ValueError(f"{written} is no date") from error
    return written


class Changes(BaseModel):
    """By field what the act should say; a field that is not set stays as it is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    event_type: EventType = EventType.IMPOSED
    modality: Modality = Modality.ASSERTED
    event_date: Annotated[str, AfterValidator(_real_date)] | None = None
    instrument: Annotated[str, Field(min_length=1, max_length=300)] | None = None
    imposers: Annotated[tuple[Party, ...], Field(min_length=1, max_length=50)] = ()
    targets: Annotated[tuple[Party, ...], Field(min_length=1, max_length=200)] = ()
    measures: Annotated[tuple[Measure, ...], Field(max_length=50)] = ()


def corrected(act: Act, changes: Changes) -> Act:
    """The act, or one article's report of it, with the changes."""
    return replace(act, **{name: getattr(changes, name) for name in changes.model_fields_set})
