"""How right the answers are: `python -m include.evaluate [GOLD] [--errors]`.

GOLD is a file of labelled events with its documents beside it (gold_x.jsonl and docs_x.jsonl), or a folder with one
such pair. Without GOLD it is ../shared/data/gold where that is there, else the demo newsstand with its own answers.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from include.evaluate.acts import ActReport, act_from, links_from, score_acts
from include.evaluate.answers import acts_in, documents_of, labels_of, mentions_in
from include.evaluate.events import EventReport, score_events
from include.evaluate.labels import Label, read_labels, read_rows
from include.evaluate.newsstand import NewsstandReport, measure_newsstand
from include.evaluate.scores import Score

USUAL_GOLD = Path(__file__).resolve().parents[3] / "shared" / "data" / "gold"
SHOWN = 110  # characters of a sentence


def main() -> None:
    args = _arguments()
    gold = args.gold or (USUAL_GOLD if USUAL_GOLD.is_dir() and not args.newsstand else None)
    if args.acts:
        show_acts(measure_acts(args.acts), errors=args.errors)
    elif gold is None or args.newsstand:
        show_newsstand(measure_newsstand(), errors=args.errors)
    else:
        show_events(measure_events(gold, args.docs, args.predicted), errors=args.errors)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m include.evaluate", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("gold", nargs="?", type=Path, help="file of labelled events, or folder with one")
    parser.add_argument("--docs", type=Path, help="file of its documents, when it is not beside it")
    parser.add_argument("--predicted", type=Path, help="score these events instead of extracting some")
    parser.add_argument("--newsstand", action="store_true", help="the demo newsstand: events, stories and acts")
    parser.add_argument("--acts", type=Path, help="folder of acts: catalog_x, links_x and docs_x.jsonl")
    parser.add_argument("--errors", action="store_true", help="also list what was missed and what was made up")
    return parser.parse_args()


def measure_events(gold: Path, docs: Path | None = None, predicted: Path | None = None) -> EventReport:
    """Scores of a gold file, of extraction's or of given predictions."""
    file = _only(gold, "gold_*.jsonl") if gold.is_dir() else gold
    if predicted:
        return score_events(read_labels(file), read_labels(predicted))
    documents = documents_of(read_rows(docs or file.with_name(file.name.replace("gold", "docs", 1))))
    return score_events(read_labels(file), labels_of(documents, mentions_in(documents)))


def measure_acts(folder: Path) -> ActReport:
    """Scores of resolving on a folder of documents that are linked to real acts."""
    documents = documents_of(read_rows(_only(folder, "docs_*.jsonl")))
    return score_acts(
        map(act_from, read_rows(_only(folder, "catalog_*.jsonl"))),
        links_from(read_rows(_only(folder, "links_*.jsonl"))),
        acts_in(documents),
    )


def _only(folder: Path, pattern: str) -> Path:
    found = sorted(folder.glob(pattern))
    if len(found) != 1:
        raise SystemExit(f"{folder} holds {len(found)} files {pattern}; name the one")
    return found[0]


def show_events(report: EventReport, *, errors: bool) -> None:
    show_scores(report.scores)
    if errors:
        for kind, found in (("missed", report.missed), ("made up", report.spurious)):
            for doc_id, event in found:
                print(f"{kind:8} {doc_id:24} {_told(event)}")


def show_scores(scores: dict[str, Score]) -> None:
    print(f"{'':18} {'F1':>6} {'P':>6} {'R':>6} {'of':>5}")
    for name, score in scores.items():
        print(f"{name:18} {_figure(score.f1)} {_figure(score.precision)} {_figure(score.recall)} {score.true:5}")


def show_acts(report: ActReport, *, errors: bool) -> None:
    show_scores({"links covered": report.coverage, "pairs of links": report.pairs})
    print(f"{'rows an act':18} {report.rows.found / max(1, report.rows.true):6.3f}")
    if errors:
        for act_id, rows in report.spread.items():
            if rows > 1:
                print(f"split   {act_id}: {rows} rows")
        for row, acts in report.mixed.items():
            print(f"mixed   {row}: {', '.join(acts)}")


def show_newsstand(report: NewsstandReport, *, errors: bool) -> None:
    show_events(report.events, errors=errors)
    show_scores({"pairs of stories": report.stories})
    show_acts(report.acts, errors=errors)


def _figure(value: float | None) -> str:
    return "     -" if value is None else f"{value:6.3f}"


def _told(event: Label) -> str:
    sides = (", ".join(party.name for party in side) for side in (event.imposers, event.targets))
    return f"{event.event_type}: {' -> '.join(sides)} | {(event.evidence or ('',))[0][:SHOWN]}"


if __name__ == "__main__":
    main()
