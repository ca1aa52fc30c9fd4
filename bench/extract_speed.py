"""CPU of extraction beside the plain full pipeline of the language model, on the same articles in the same run.

    python -m bench.extract_speed [DOCS] [--rounds 5]

DOCS are documents as the command `extract` reads them (default: the articles of ../shared/data/gold, else the demo
newsstand). Rounds alternate between both, and medians are taken over rounds, so that other load on the machine meets
both alike. Articles that don't speak of sanctions are measured on their own, with words of no such meaning.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from include.catalog import load_catalog
from include.edges.nlp import load_nlp
from include.evaluate.__main__ import USUAL_GOLD
from include.evaluate.answers import documents_of
from include.evaluate.labels import read_rows
from include.extractors.terms import speaks_of_sanctions
from include.local.newsstand import load_newsstand
from include.local.newsstand.answers import documents as demo_documents
from include.records import Document
from include.stages.events import extract_events

CALM = "The harbour festival drew families from three valleys, and the choir sang until the lamps were lit. "
IRRELEVANT = [Document(doc_id=str(n), title="A calm day", text=CALM * 40) for n in range(500)]  # 700 words each


def milliseconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return (time.process_time() - start) * 1000


def peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("docs", nargs="?", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args(arguments)
    usual = USUAL_GOLD / "docs_dev.jsonl"
    file = args.docs or (usual if usual.exists() else None)
    documents = documents_of(read_rows(file) if file else demo_documents(load_newsstand()))
    relevant = [each for each in documents if speaks_of_sanctions(each.title, each.text)]
    nlp, catalog = load_nlp(), load_catalog()

    def extractor(docs: Sequence[Document]) -> object:
        return list(extract_events(docs, nlp=nlp, catalog=catalog))

    def plain() -> object:
        return [doc.ents for doc in nlp.pipe((f"{each.title}\n\n{each.text}" for each in relevant), batch_size=16)]

    extractor(relevant)
    own_memory = peak_megabytes()
    plain()
    pairs = [
        (milliseconds(lambda: extractor(relevant)), milliseconds(plain), milliseconds(lambda: extractor(IRRELEVANT)))
        for _ in range(args.rounds)
    ]
    ours, full, calm = (statistics.median(each) for each in zip(*pairs, strict=True))
    ratio = statistics.median(one / other for one, other, _ in pairs)
    count, words = len(relevant), sum(len(each.text.split()) for each in relevant)
    print(f"{count} articles of {words // count} words; CPU medians of {args.rounds} rounds")
    print(f"extractor            {ours / count:7.2f} ms an article")
    print(f"plain full pipeline  {full / count:7.2f} ms an article")
    print(f"ratio                {ratio:7.2f}")
    print(f"irrelevant           {calm / len(IRRELEVANT):7.3f} ms an article")
    print(f"memory               {own_memory:7.0f} MB at most while extracting, {peak_megabytes():.0f} MB at the end")


if __name__ == "__main__":
    main()
