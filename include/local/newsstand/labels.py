"""What the front matter of a page may state about it: events, background, acts; validated when loaded."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from include.records import EventType, MeasureType, Modality, Salience

Day = Annotated[str, StringConstraints(pattern=r"^\d{4}(-\d{2}){0,2}$")]


class Label(BaseModel):
    """Base of everything that a page's front matter states: unknown keys are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class LabelledParty(Label):
    name: str
    kind: str | None = None  # country | organisation | person | vessel | sector
    code: str | None = None
    role: str | None = None


class LabelledMeasure(Label):
    type: MeasureType
    objects: tuple[str, ...] = ()
    flow: str | None = None


class LabelledEvent(Label):
    """An event that the page reports as news; `act` names the real act in acts.yml."""

    act: str
    event_type: EventType
    modality: Modality = Modality.ASSERTED
    salience: Salience = Salience.MAIN
    imposers: tuple[LabelledParty, ...]
    targets: tuple[LabelledParty, ...]
    actors: tuple[LabelledParty, ...] = ()
    instrument: str | None = None
    measures: tuple[LabelledMeasure, ...]
    event_date: Day | None = None
    effective_date: Day | None = None


class BackgroundAct(Label):
    """An older act that the page only mentions: a prediction of it is neither right nor wrong."""

    event_type: EventType
    imposers: tuple[LabelledParty, ...]
    targets: tuple[LabelledParty, ...]
    act: str | None = None
    note: str | None = None


class Act(Label):
    """One real act of acts.yml, for checking that reports of it are brought together."""

    what: str
    date: Day
    event_type: EventType
