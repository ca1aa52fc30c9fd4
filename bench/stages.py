"""What is measured: each stage's input, who competes on it, and how right their answers are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import inputs
from bench.clean_quality import combine, page_score
from bench.group_quality import grouping_scores
from bench.measuring import Contender, Input
from include.evaluate.answers import labels_of
from include.evaluate.events import score_events

Score = Callable[[Input, Any], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a stage is meant to reach beside one of its contenders."""

    name: str
    contender: str
    least: float  # times ours
    is_by_the_clock: bool = False  # and how often theirs goes into ours

    def reached(self, row: Mapping[str, Any]) -> float:
        return float(1 / row["wall_ratio"] if self.is_by_the_clock else row["ratio"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """The first contender is ours, which the others are compared with."""

    title: str
    item: str
    given: Callable[[], AbstractContextManager[dict[str, Any]]]
    count: Callable[[Input], int]
    contenders: Sequence[Contender]
    score: Score | None = None
    scored: str = ""  # what the score is
    remarks: str = ""
    targets: Sequence[Target] = ()


def body_f1(given: Input, answers: Mapping[str, str]) -> float:
    return combine([page_score(body, answers[name]) for name, body in given["bodies"].items()])[0]


def pair_f1(given: Input, answers: Mapping[str, str]) -> float:
    return grouping_scores(given["stories"], dict(answers), given["ignored"])[2]


def event_f1(given: Input, answers: Any) -> float:
    found = answers
    if any(isinstance(each, tuple) for each in answers.values()):
        found = labels_of(given["documents"], answers)
    return score_events(given["gold"], found).scores["events"].f1 or 0.0


STAGES: Mapping[str, Stage] = {
    "cleaning": Stage(
        title="Cleaning pages",
        item="page",
        given=inputs.pages,
        count=lambda given: len(given["pages"]),
        contenders=(
            Contender(name="Sanctions Desk", make="bench.ours:clean"),
            Contender(name="trafilatura, fast", make="bench.peers:trafilatura_fast", package="trafilatura"),
            Contender(
                name="trafilatura as it comes", make="bench.peers:trafilatura_as_it_comes", package="trafilatura"
            ),
            Contender(name="newspaper4k", make="bench.peers:newspaper4k", package="newspaper4k"),
            Contender(name="news-please", make="bench.peers:news_please", package="news-please"),
            Contender(name="readability-lxml", make="bench.peers:readability", package="readability-lxml"),
        ),
        score=body_f1,
        scored="F1 of the body's 4-grams",
        remarks="Ours also reads title, byline, dates, language, agency and form, and takes furniture out; both"
        " lines of trafilatura give the body alone. newspaper4k, and news-please which asks it, give nothing"
        " where they want a model that no package brings.",
    ),
    "grouping": Stage(
        title="Grouping copies",
        item="article",
        given=inputs.stories,
        count=lambda given: len(given["articles"]),
        contenders=(
            Contender(name="Sanctions Desk", make="bench.ours:group"),
            Contender(name="datasketch MinHash-LSH", make="bench.peers:datasketch_lsh", package="datasketch"),
            Contender(name="TF-IDF cosine", make="bench.peers:tf_idf", package="scikit-learn"),
        ),
        score=pair_f1,
        scored="F1 of pairs",
        remarks="Everything in memory. The peers' thresholds are those that suit these articles best; ours were trained"
        " on this set, and [stories](stories.md) has the figures of held-back folds.",
    ),
    "extraction": Stage(
        title="Extracting events",
        item="article",
        given=inputs.labelled,
        count=lambda given: len(given["documents"]),
        contenders=(
            Contender(name="Sanctions Desk", make="bench.ours:extract"),
            Contender(name="spaCy's full pipeline", make="bench.peers:full_pipeline", package="spacy"),
            Contender(name="keyword coder", make="bench.peers:keyword_coder"),
        ),
        score=event_f1,
        scored="F1 of events",
        remarks="spaCy's pipeline alone extracts no events. Ours was trained on this set among others, and"
        " [evaluation](evaluation.md) has the figures of articles that were held back.",
    ),
    "loading": Stage(
        title="Loading articles",
        item="article",
        given=inputs.articles_to_load,
        count=lambda given: len(given["articles"]),
        contenders=(
            Contender(name="Sanctions Desk", make="bench.ours:load"),
            Contender(name="row by row", make="bench.peers:row_by_row", package="psycopg2-binary"),
            Contender(name="plain COPY", make="bench.peers:plain_copy", package="psycopg2-binary"),
        ),
        remarks="Into the desk's two tables of articles with their indexes (that of the words written at once, not put"
        " off), the server's CPU included. COPY can't meet a row that is there already; ours writes the same rows when"
        " run again.",
    ),
    "collecting": Stage(
        title="Collecting pages",
        item="page",
        given=inputs.loopback,
        count=lambda given: sum(map(len, given["paths"].values())),
        contenders=(
            Contender(name="Sanctions Desk", make="bench.ours:collect"),
            Contender(name="requests and 32 threads", make="bench.peers:requests_and_threads", package="requests"),
            Contender(name="raw sockets", make="bench.peers:raw_sockets"),
        ),
        remarks="The client's CPU. Ours checks each address, caps sizes, and keeps the pace of each host; raw sockets"
        " check nothing.",
    ),
    "whole": Stage(
        title="The whole, from pages to rows",
        item="page",
        given=inputs.pages_to_load,
        count=lambda given: len(given["pages"]),
        contenders=(
            Contender(name="Sanctions Desk", make="bench.desk:one_worker"),
            Contender(name="Sanctions Desk, two workers", make="bench.desk:two_workers"),
            Contender(name="Sanctions Desk, stages alone", make="bench.ours:whole"),
            Contender(name="bare libraries", make="bench.peers:bare_libraries"),
            Contender(name="bare libraries on our sentences", make="bench.peers:bare_libraries_on_sentences"),
            Contender(name="naive assembly", make="bench.peers:naive"),
        ),
        remarks="Clean, group, extract and load, the server's CPU included, models loaded before. Ours are the tasks of"
        " the DAGs, from the archive to a new warehouse; the stages alone group in memory and write at the end. Bare"
        " libraries: trafilatura's fast mode, MinHash in bulk, spaCy's pipeline on articles that speak of sanctions,"
        " COPY, and nothing decided between them; on our sentences: spaCy's parser on just those that ours chose."
        " Naive: trafilatura with metadata, MinHash.update, spaCy's pipeline on every article, executemany.",
        targets=(
            Target(name="the naive assembly takes 8 times our CPU", contender="naive assembly", least=8),
            Target(
                name="bare libraries take 0.8 of our CPU, so that ours is within 1.25 times theirs",
                contender="bare libraries",
                least=0.8,
            ),
            Target(
                name="so do bare libraries on our sentences", contender="bare libraries on our sentences", least=0.8
            ),
            Target(
                name="two workers are 1.85 times as fast as one",
                contender="Sanctions Desk, two workers",
                least=1.85,
                is_by_the_clock=True,
            ),
        ),
    ),
}


def growth_sizes(given: Input) -> Iterator[tuple[int, dict[str, Any]]]:
    """The input of each size, smallest first."""
    for size in inputs.GROWTH:
        yield size, {"articles": given["articles"][:size]}


GROWING = STAGES["grouping"].contenders
RESULTS = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.json"
