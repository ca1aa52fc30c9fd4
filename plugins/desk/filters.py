"""What people may ask of the lists: queries of pages, checked; an empty field of a form asks for nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from include.records import EventType, MeasureType, Modality
from plugins.desk.pages import catalog


def _nothing(value: Any) -> Any:
    return None if isinstance(value, str) and not value.strip() else value


def _in_utc(moment: datetime) -> datetime:
    """PostgreSQL knows no zone as far off as Python does."""
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError as error:
        raise ValueError("there is no such moment in UTC") from error


def _code(written: str) -> str:
    code = catalog().gazetteer.code_of(written)
    if code is None:
        raise ValueError("The catalog knows no such party; a code or a name, as KP or North Korea.")
    return code


EMPTY = BeforeValidator(_nothing)
# The limits stand inside, on the value: pydantic would apply those outside to None, too, and fail.
Words = Annotated[Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")] | None, EMPTY]
Party = Annotated[Annotated[str, Field(max_length=200), AfterValidator(_code)] | None, EMPTY]
Day = Annotated[date | None, EMPTY]
# Rounded, as 1e-46 is less than the column's type can tell from nothing.
Share = Annotated[Annotated[float, Field(ge=0, le=1), AfterValidator(lambda share: round(share, 4))] | None, EMPTY]
Moment = Annotated[Annotated[datetime, AfterValidator(_in_utc)] | None, EMPTY]
Review = Annotated[Literal["accepted", "pending", "rejected"] | None, EMPTY]


class EventFilter(BaseModel):
    """A search among acts; `after_day` and `after_id` are the last act of the page before."""

    model_config = ConfigDict(frozen=True)

    words: Words = None
    target: Party = None
    imposer: Party = None
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

    @field_validator("until", "most")
    @classmethod
    def ends_after_its_beginning(cls, end: Any, info: ValidationInfo) -> Any:
        begin = info.data.get({"until": "since", "most": "least"}[str(info.field_name)])
        if None not in (begin, end) and end < begin:
            raise ValueError(f"That is less than {begin}, where it begins.")
        return end


class StoryFilter(BaseModel):
    """A search among stories; `after_seen` and `after_id` are the last story of the page before."""

    model_config = ConfigDict(frozen=True)

    words: Words = None
    publisher: Words = None
    since: Day = None
    until: Day = None
    least_publishers: Annotated[int, Field(ge=1, le=10_000), BeforeValidator(lambda value: _nothing(value) or 1)] = 1
    after_seen: Moment = None
    after_id: Annotated[UUID | None, EMPTY] = None

    @model_validator(mode="after")
    def _has_a_whole_place(self) -> Self:
        if (self.after_seen is None) != (self.after_id is None):
            raise ValueError("after_seen and after_id go together")
        return self


def read_event_filter(given: Mapping[str, str]) -> tuple[EventFilter | None, dict[str, str]]:
    """What somebody asks for, or what is wrong with it by field; fields that we do not have ask for nothing."""
    try:
        return EventFilter.model_validate(given), {}
    except ValidationError as error:
        return None, {str(each["loc"][0]): each["msg"].removeprefix("Value error, ") for each in error.errors()}


def asked(filters: BaseModel) -> dict[str, Any]:
    """What a filter asks for, as a query of the same page would: without the place in the list."""
    given = filters.model_dump(mode="json", exclude_defaults=True)
    return {name: value for name, value in given.items() if not name.startswith("after_")}


def bound(filters: BaseModel) -> dict[str, Any]:
    """The filter as a statement binds it."""
    return {name: str(value) if isinstance(value, UUID) else value for name, value in filters.model_dump().items()}
