"""What people may ask of the lists: queries of pages, checked; an empty field of a form asks for nothing."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from include.records import EventType, MeasureType, Modality


def _nothing(value: Any) -> Any:
    return None if isinstance(value, str) and not value.strip() else value


EMPTY = BeforeValidator(_nothing)
# The limits stand inside, on the value: pydantic would apply those outside to None, too, and fail.
Words = Annotated[Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")] | None, EMPTY]
Code = Annotated[Annotated[str, Field(max_length=12, pattern=r"^[A-Za-z0-9+-]+$")] | None, EMPTY]
Day = Annotated[date | None, EMPTY]
Share = Annotated[Annotated[float, Field(ge=0, le=1)] | None, EMPTY]
Review = Annotated[Literal["accepted", "pending", "rejected"] | None, EMPTY]


class EventFilter(BaseModel):
    """A search among acts; `after_day` and `after_id` are the last act of the page before."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    words: Words = None
    target: Code = None
    imposer: Code = None
    event_type: Annotated[EventType | None, EMPTY] = None
    modality: Annotated[Modality | None, EMPTY] = None
    measure: Annotated[MeasureType | None, EMPTY] = None
    since: Day = None
    until: Day = None
    least: Share = None
    most: Share = None
    review: Review = None
    withdrawn: bool = False
    after_day: Annotated[date | Literal["-infinity"] | None, EMPTY] = None  # the latter after an act without a day
    after_id: Annotated[UUID | None, EMPTY] = None


class StoryFilter(BaseModel):
    """A search among stories; `after_seen` and `after_id` are the last story of the page before."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    words: Words = None
    publisher: Words = None
    since: Day = None
    until: Day = None
    least_publishers: Annotated[int, Field(ge=1, le=10_000), BeforeValidator(lambda value: _nothing(value) or 1)] = 1
    after_seen: Annotated[datetime | None, EMPTY] = None
    after_id: Annotated[UUID | None, EMPTY] = None


def asked(filters: BaseModel) -> dict[str, Any]:
    """What a filter asks for, as a query of the same page would: without the place in the list."""
    given = filters.model_dump(mode="json", exclude_defaults=True)
    return {name: value for name, value in given.items() if not name.startswith("after_")}


def bound(filters: BaseModel) -> dict[str, Any]:
    """The filter as a statement binds it."""
    return {name: str(value) if isinstance(value, UUID) else value for name, value in filters.model_dump().items()}
