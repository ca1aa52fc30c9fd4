"""The question on one doubtful act as a task of Airflow's, which waits for a person without holding a slot."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import Param
from airflow.sdk.exceptions import AirflowSkipException

from include.records import EventType, Modality
from include.settings import settings
from include.stages.answers import LONGEST, Choice

LONGEST_WAIT = timedelta(hours=72)


def _text(title: str, description: str, **schema: Any) -> Param:
    """A field that may stay empty."""
    return Param(None, type=["null", "string"], title=title, description=description, maxLength=LONGEST, **schema)


def _one_of(title: str, values: Collection[str]) -> Param:
    description = "For 'Right with changes'; leave empty what is right"
    return Param(None, type=["null", "string"], enum=[None, *values], title=title, description=description)


# Made anew for each operator: a param belongs to one task.
def form() -> dict[str, Param]:
    """What a person can fill in beside the answer; every field is text, and read by stages.answers."""
    lines = "one a line, each a code (RU, EU, UNSC), a country's name, or 'person: NAME (CODE)', organisation, vessel"
    return {
        "event_type": _one_of("Type", [str(each) for each in EventType]),
        "modality": _one_of("Modality", [str(each) for each in Modality]),
        "event_date": _text(
            "Day of the act",
            "For 'Right with changes': YYYY-MM-DD, YYYY-MM or YYYY; - when no report states it",
            pattern=r"^\s*(-|\d{4}(-\d{2}){0,2})?\s*$",
        ),
        "instrument": _text("Instrument", "For 'Right with changes': as named in the reports; - when none is"),
        "imposers": _text("Who", f"For 'Right with changes', all of them: {lines}", format="multiline"),
        "targets": _text("Whom", f"For 'Right with changes', all of them: {lines}", format="multiline"),
        "measures": _text(
            "Measures",
            "For 'Right with changes', all of them, one a line: 'asset_freeze' or 'import_ban from_target: coal, iron"
            " ore'; - when none is named",
            format="multiline",
        ),
        "merge_into": _text("Merge into", "For 'Merge into': the id of the act that this is the same as"),
        "split_off": _text("Split off", "For 'Split': numbers of the reports that are of another act, as 2, 3"),
        "note": _text("Note", "Why, for whoever looks at the decision later", format="multiline"),
    }


class ReviewOperator(HITLOperator):
    """Asks a person about one act: `question` is {question_id, name}, as pipeline.review_questions opened it.

    What is asked is read when the task runs: of strangers' words only the name passes through XCom, and as a value that
    came from there no template is made of it.
    """

    template_fields: Collection[str] = ("question",)

    def __init__(self, *, question: Mapping[str, str], **arguments: Any) -> None:
        super().__init__(
            subject="A doubtful act",
            options=[str(choice) for choice in Choice],
            defaults=[str(Choice.LATER)],  # what nobody answers comes again
            response_timeout=LONGEST_WAIT,  # the run's own comes in execute
            **arguments,
        )
        self.question = question

    def execute(self, context: Any) -> None:
        from include.pipeline.review_questions import ClosedQuestionError, read_question
        from include.stages.questions import write_body

        try:
            question = read_question(settings(), self.question["question_id"])
        except ClosedQuestionError as error:
            raise AirflowSkipException(str(error)) from error
        self.subject = self.question["name"]
        self.body = write_body(question)
        self.response_timeout = timedelta(hours=context["params"]["answer_within_hours"])
        super().execute(context)

    def validate_params_input(self, params_input: Mapping[str, Any]) -> None:
        """Nothing: a form that does not fit is refused where it is recorded, with a reason; a failure says less."""


def choose_events(*, run_id: str, params: Mapping[str, Any]) -> list[dict[str, str]]:
    """The questions that a run asks, as ReviewOperator takes them."""
    from include.pipeline.review_questions import open_questions

    asked = open_questions(
        settings(),
        now=datetime.now(UTC),
        run_id=run_id,
        most=params["events"],
        answer_within=timedelta(hours=params["answer_within_hours"]),
    )
    return [asdict(each) for each in asked]


def answer_of(response: Mapping[str, Any]) -> dict[str, Any]:
    """The response of ReviewOperator as record_answer takes it; `user` is None when its time ran out."""
    user = response["responded_by_user"]
    return {
        "choice": response["chosen_options"][0],
        "form": response["params_input"],
        "user": user and (user["name"] or user["id"]),
    }
