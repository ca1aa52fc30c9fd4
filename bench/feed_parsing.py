"""What reading feeds costs beside lxml.etree's bare parse and the patient parser, on a folder of feeds.

python -m bench.feed_parsing FOLDER [ROUNDS]
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import fastfeedparser
import feedparser
from lxml import etree

from include.records import Feed, hash_id
from include.stages.feed_parsers import FAST, fast_entries
from include.stages.feeds import parse_feed

URL = "https://paper.example/feed"
FEED = Feed(id=hash_id(URL), url=URL, title="P", publisher="P", country="GB", language="en", group="g", kind="newsroom")


def read_with_lxml(body: bytes) -> list[dict[str, str | None]]:
    """The fields of the entries as they stand: what any reader has to do at least."""
    root = etree.fromstring(body, etree.XMLParser(recover=True))
    entries = root.iter("item", "{http://www.w3.org/2005/Atom}entry")
    return [{child.tag: child.text for child in entry} for entry in entries]


def main(folder: str, rounds: int = 7) -> None:
    bodies = [body for file in sorted(Path(folder).glob("*.xml")) if fast_entries(body := file.read_bytes())]
    work: dict[str, Callable[[bytes], object]] = {
        "lxml, parse": lambda body: etree.fromstring(body, etree.XMLParser(recover=True)),
        "lxml, read": read_with_lxml,
        "fastfeedparser": lambda body: fastfeedparser.parse(body, **FAST),
        "parse_feed": lambda body: parse_feed(body, feed=FEED, url=URL),
        "feedparser": lambda body: feedparser.parse(body, sanitize_html=False),
    }
    results: dict[str, list[float]] = {name: [] for name in work}
    for _ in range(rounds):
        for name, read in work.items():
            start = time.process_time()
            for body in bodies:
                read(body)
            results[name].append((time.process_time() - start) / len(bodies) * 1000)
    least = statistics.median(results["lxml, parse"])
    for name, seconds in results.items():
        median = statistics.median(seconds)
        print(f"{name:16} {median:7.2f} ms a feed  {median / least:6.2f}x")


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
