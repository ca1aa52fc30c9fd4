"""The demo newsstand beside its own answers: events, stories and acts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from include.evaluate.acts import Act, ActReport, score_acts
from include.evaluate.answers import acts_in, documents_of, labels_of, mentions_in, stories_of
from include.evaluate.events import EventReport, score_events
from include.evaluate.labels import labels_from
from include.evaluate.scores import Score
from include.evaluate.stories import score_stories
from include.local.newsstand import Newsstand, load_newsstand
from include.local.newsstand.answers import articles, documents, expected_events, expected_stories
from include.local.newsstand.labels import LabelledParty
from include.records import CLASS_OF


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsstandReport:
    events: EventReport
    stories: Score
    acts: ActReport


def measure_newsstand() -> NewsstandReport:
    """What the stages make of the demo pages, scored."""
    stand = load_newsstand()
    docs = documents_of(documents(stand))
    gold = {row["doc_id"]: labels_from(row) for row in expected_events(stand)}
    links = [(page.id, event.act) for page in stand.pages for event in page.events]
    return NewsstandReport(
        events=score_events(gold, labels_of(docs, mentions_in(docs))),
        stories=score_stories(
            {row["id"]: row["story_id"] for row in expected_stories(stand)}, stories_of(articles(stand))
        ),
        acts=score_acts(labelled_acts(stand), sorted(set(links)), acts_in(docs)),
    )


def labelled_acts(stand: Newsstand) -> list[Act]:
    """The acts of acts.yml with all parties that a page names in them."""
    return [
        Act(
            id=act_id,
            event_class=CLASS_OF[act.event_type],
            imposers=_names(party for event in reports for party in event.imposers),
            targets=_names(party for event in reports for party in event.targets),
            date=act.date,
        )
        for act_id, act in stand.acts.items()
        if (reports := [event for page in stand.pages for event in page.events if event.act == act_id])
    ]


def _names(parties: Iterable[LabelledParty]) -> tuple[str, ...]:
    return tuple(sorted({party.code or party.name for party in parties}))
