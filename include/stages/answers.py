"""What a person answers of a doubtful act, read out of the form that was filled in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from include.catalog.actors import Gazetteer
from include.records import EventType, Measure, MeasureType, Modality, Party
from include.stages.corrections import Changes


class Choice(StrEnum):
    """What can be answered, as it is written on the form."""

    RIGHT = "Right"
    WRONG = "Wrong"
    CHANGED = "Right with changes"
    MERGED = "Merge into"
    SPLIT = "Split"
    LATER = "Later"


CHANGED_FIELDS = ("event_type", "modality", "event_date", "instrument", "imposers", "targets", "measures")
FIELDS = (*CHANGED_FIELDS, "merge_into", "split_off", "note")
FILLED: Mapping[Choice, tuple[str, ...]] = {
    Choice.CHANGED: CHANGED_FIELDS,
    Choice.MERGED: ("merge_into",),
    Choice.SPLIT: ("split_off",),
}
NONE = "-"  # what is written where the act has no date, instrument or measure
LONGEST = 4000
NAMED = re.compile(r"(country|organisation|person|vessel|sector):\s*(.+?)(?:\s*\(([^()]+)\))?")
MEASURE = re.compile(r"(\w+)(?:\s+(from_target|to_target))?\s*(?::(.*))?")


class UnusableAnswerError(Exception):
    """The answer cannot be recorded; the message is a sentence for the person who gave it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One that holds together."""

    choice: Choice
    changes: Changes | None = None
    merge_into: str = ""
    split_off: tuple[int, ...] = ()  # numbers of reports, from 1
    note: str = ""


def read_answer(choice: str, form: Mapping[str, Any], *, report_count: int, gazetteer: Gazetteer) -> Answer:
    """The answer of a form on an act with so many numbered reports. Raises UnusableAnswerError."""
    try:
        chosen = Choice(choice)
    except ValueError as error:
        raise UnusableAnswerError(f"There is no answer {choice!r}.") from error
    given = {name: text for name in form if (text := _text(name, form[name]))}
    _check_fields(chosen, given)
    return Answer(
        choice=chosen,
        changes=_changes(given, gazetteer) if chosen is Choice.CHANGED else None,
        merge_into=_event_id(given["merge_into"]) if chosen is Choice.MERGED else "",
        split_off=_numbers(given["split_off"], report_count) if chosen is Choice.SPLIT else (),
        note=given.get("note", ""),
    )


def _text(name: str, value: object) -> str:
    if name not in FIELDS:
        raise UnusableAnswerError(f"There is no field {name!r}.")
    if value is not None and not isinstance(value, str):
        raise UnusableAnswerError(f"The field {name} must hold text.")
    text = (value or "").encode("utf-8", "replace").decode().replace("\0", "").strip()  # what PostgreSQL can hold
    if len(text) > LONGEST:
        raise UnusableAnswerError(f"The field {name} holds more than {LONGEST} characters.")
    return text


def _check_fields(choice: Choice, given: Mapping[str, str]) -> None:
    """An answer and what is filled in beside it must agree, lest something typed be lost without a word."""
    wanted = FILLED.get(choice, ())
    if stray := [name for name in given if name not in (*wanted, "note")]:
        fitting = next(other for other, fields in FILLED.items() if stray[0] in fields)
        raise UnusableAnswerError(f"{stray[0]} is filled in, which belongs to {fitting.value!r}, not {choice.value!r}.")
    if wanted and not any(name in given for name in wanted):
        raise UnusableAnswerError(f"{choice.value!r} needs {' or '.join(wanted)}.")


def _changes(given: Mapping[str, str], gazetteer: Gazetteer) -> Changes:
    readers: Mapping[str, Callable[[str], object]] = {
        "event_type": EventType,
        "modality": Modality,
        "event_date": lambda text: None if text == NONE else text,
        "instrument": lambda text: None if text == NONE else " ".join(text.split()),
        "imposers": lambda text: tuple(_party(line, gazetteer) for line in _lines(text)),
        "targets": lambda text: tuple(_party(line, gazetteer) for line in _lines(text)),
        "measures": lambda text: () if text == NONE else tuple(map(_measure, _lines(text))),
    }
    try:
        return Changes.model_validate({name: readers[name](given[name]) for name in CHANGED_FIELDS if name in given})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise UnusableAnswerError(f"{first['loc'][0]}: {first['msg'].removeprefix('Value error, ')}.") from error
    except ValueError as error:  # of the enums
        raise UnusableAnswerError(f"{error}.") from error


def _lines(text: str) -> Iterator[str]:
    return (line.strip() for line in re.split(r"[;\n]", text) if line.strip())


def _party(written: str, gazetteer: Gazetteer) -> Party:
    """A code or a name of the catalog, or somebody else as `kind: name (code)`."""
    if known := gazetteer.by_code.get(written.upper()):
        return known
    if named := NAMED.fullmatch(written):
        kind, name, code = named.groups()
        if code and code not in gazetteer.by_code:
            raise UnusableAnswerError(f"The catalog knows no code {code!r}.")
        return Party(name=name, kind=kind, code=code)
    for mention in gazetteer.find(written):
        if (mention.start, mention.end) == (0, len(written)):
            return mention.party
    raise UnusableAnswerError(
        f"The catalog does not know {written!r}: write a code, or 'person: NAME (CODE)', organisation, vessel, sector."
    )


def _measure(written: str) -> Measure:
    read = MEASURE.fullmatch(written)
    if not read or read[1] not in set(MeasureType):
        raise UnusableAnswerError(f"No measure: {written!r}. Write 'import_ban from_target: coal, iron ore'.")
    objects = tuple(each.strip() for each in (read[3] or "").split(",") if each.strip())
    return Measure(type=MeasureType(read[1]), objects=objects, flow=read[2])


def _event_id(written: str) -> str:
    try:
        return str(UUID(written))
    except ValueError as error:
        raise UnusableAnswerError(f"{written!r} is no id of an act.") from error


def _numbers(written: str, report_count: int) -> tuple[int, ...]:
    numbers = tuple(sorted({int(each) for each in re.findall(r"\d{1,6}", written)}))
    if re.search(r"[^\d\s,;]", written) or not numbers or not 1 <= numbers[0] <= numbers[-1] <= report_count:
        raise UnusableAnswerError(f"split_off: write numbers of reports, 1 to {report_count}, parted by commas.")
    if len(numbers) == report_count:
        raise UnusableAnswerError("split_off: all reports are named; at least one must stay.")
    return numbers
