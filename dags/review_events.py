"""
### Review events

**Makes** decisions of people on doubtful acts: rows in `sanctions.decisions`, which every resolving heeds, and labels
for `python -m include.cli feedback export`. Each act is a question under *Required Actions* with its evidence; each
answer is recorded at once and the act resolved again, whatever the others wait for. `docs/reviewing.md` says how.

**Fed by** the acts in `mart.review_queue`, once an hour. At most `events` questions are open in all: a run asks as many
as there is room for, those never asked first, the most doubtful and oldest of them before others. A question that
nobody answers within `answer_within_hours` counts as *Later* and comes again after the others. Waiting takes no slot.

**When it fails**

* `settle` is skipped: the answer could not be used (its log and `sanctions.questions.reason` say why), or somebody else
  had decided on the act since it was asked. Nothing was decided; the act is asked again, with the reason.
* `settle` failed: the warehouse is down. Clear it: the answer is kept by Airflow, and recorded once.
* `ask` is skipped: its question was answered or given up before. `ask` failed: clear it; its question stays open until
  its time is over, and the act then comes again.
* `choose` failed: the warehouse is down. The next run asks.
* Nothing is asked although acts wait: `select * from sanctions.questions where closed_at is null` says where. Questions
  of a run that was deleted lapse by themselves.
* A decision was wrong: `python -m include.cli feedback list`, then `feedback revoke ID`.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from airflow.sdk import Param, dag, get_current_context, task, task_group
from airflow.sdk.exceptions import AirflowSkipException

from include.reviewing import LONGEST_WAIT, ReviewOperator, answer_of, form
from include.scheduling import TASK_DEFAULTS, carry_out

MOST_OPEN = 20
PARAMS = {
    "events": Param(
        12,
        type="integer",
        minimum=1,
        maximum=MOST_OPEN,
        title="Open questions",
        description="How many acts may be open to be answered at once, those of other runs included",
    ),
    "answer_within_hours": Param(
        24,
        type="integer",
        minimum=1,
        maximum=LONGEST_WAIT // timedelta(hours=1),
        title="Hours to answer",
        description="After them an act counts as left for later, and comes again",
    ),
}


@dag(
    schedule="15 * * * *",
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=MOST_OPEN + 1,  # each that waits has an open question, so one more can always ask newer acts
    dagrun_timeout=LONGEST_WAIT + timedelta(hours=3),
    default_args=TASK_DEFAULTS,
    params=PARAMS,
    doc_md=__doc__,
    tags=["review", "sanctions"],
)
def review_events():
    @task
    def choose():
        from include.reviewing import choose_events

        context = get_current_context()
        return choose_events(run_id=context["run_id"], params=context["params"])

    @task(map_index_template="{{ question_name }}: {{ outcome }}")
    def settle(question, response):
        from include.pipeline.review_answers import record_answer

        answer = answer_of(response)
        counts = carry_out(record_answer, question_id=question["question_id"], **answer)
        outcome = "refused" if "refused" in counts else answer["choice"]
        get_current_context().update(question_name=question["name"], outcome=outcome)
        if outcome == "refused":
            raise AirflowSkipException("nothing was decided, the act is asked again: the reason is above")
        return counts

    @task_group
    def review(question):
        asked = ReviewOperator(
            task_id="ask", question=question, params=form(), map_index_template="{{ task.question.name }}"
        )
        settle(question=question, response=asked.output)

    review.expand(question=choose())


review_events()
