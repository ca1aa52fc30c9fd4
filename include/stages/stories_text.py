"""The part of an article that tells its story apart: without furniture, captions, quoted posts and templates."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

import xxhash

from include.stages.clean_furniture import is_stock_line

ENOUGH_WORDS = 20  # with fewer left, what was left out was the page's only text
ENOUGH_SHARE = 0.15
TEMPLATE_PAGES = 3
TEMPLATE_LENGTH = 300  # characters; longer paragraphs that recur are news
TEMPLATE_OVERLAP = 0.1  # pages of one template share little else
PAGES_LOOKED_AT = 40

# The same agency picture and the same post stand in many different reports.
CAPTION_MARKS = (
    "ap photo", "afp photo", "reuters photo", "(photo", "photo by", "getty images", "file photo", "(file)", "photo:",
    "image:", "pic.twitter", "t.co/", "window.",
)  # fmt: skip
CAPTION_START = re.compile(
    r"\W*file ?[-–—]|in this \S+ .{0,60}\b(photo|image|frame)|image \d+ of \d+|\W*\d+ ?/ ?\d+\W*$|"
    r"[-–—] .{0,60}\(@\w+\)|(close|more|updated)$"
)


def story_text(text: str, template: frozenset[int] = frozenset()) -> str:
    """The paragraphs to compare; all but the furniture when too little else remains."""
    paragraphs = [line for line in text.split("\n") if line.strip()]
    plain = [line for line in paragraphs if not is_stock_line(line)]
    kept = [line for line in plain if not is_caption(line)]
    if template:
        kept = [line for line in kept if paragraph_hash(line) not in template]
    words = sum(line.count(" ") + 1 for line in kept)
    if len(kept) < len(paragraphs) and words < max(ENOUGH_WORDS, ENOUGH_SHARE * (text.count(" ") + 1)):
        kept = plain or paragraphs
    return "\n".join(kept)


def is_caption(line: str) -> bool:
    """Whether a line tells of a picture, is a quoted post, or is left over from a gallery."""
    lower = line.lower()
    return any(mark in lower for mark in CAPTION_MARKS) or bool(CAPTION_START.match(lower))


def paragraph_hash(line: str) -> int:
    """Equal for paragraphs that differ in white space, case and figures only."""
    folded = " ".join(line.lower().split()).encode("utf-8", "replace")
    return xxhash.xxh3_64_intdigest(folded.translate(None, b"0123456789"))


def blank_template(text: str, template: frozenset[int]) -> str:
    """The text with a publisher's template turned to spaces, so that all else stays where it was."""
    if not template:
        return text
    lines = text.split("\n")
    return "\n".join(" " * len(line) if line and paragraph_hash(line) in template else line for line in lines)


def find_templates(pages: Iterable[tuple[str, str]]) -> Mapping[str, frozenset[int]]:
    """Paragraphs that stand on three or more otherwise different pages of a source, from (source, text) pairs."""
    contents: list[dict[int, int]] = []
    standing: dict[tuple[str, int], list[int]] = defaultdict(list)
    for number, (source, text) in enumerate(pages):
        contents.append({paragraph_hash(line): len(line) for line in text.split("\n") if line.strip()})
        for paragraph, length in contents[-1].items():
            if length <= TEMPLATE_LENGTH:
                standing[source, paragraph].append(number)
    templates: dict[str, set[int]] = defaultdict(set)
    for (source, paragraph), numbers in standing.items():
        if _on_different_pages([contents[number] for number in numbers[:PAGES_LOOKED_AT]], paragraph):
            templates[source].add(paragraph)
    return {source: frozenset(paragraphs) for source, paragraphs in templates.items()}


def _on_different_pages(pages: list[dict[int, int]], paragraph: int) -> bool:
    different: list[dict[int, int]] = []
    for page in pages if len(pages) >= TEMPLATE_PAGES else ():
        if all(_overlap(page, other, paragraph) < TEMPLATE_OVERLAP for other in different):
            different.append(page)
        if len(different) == TEMPLATE_PAGES:
            return True
    return False


def _overlap(page: dict[int, int], other: dict[int, int], apart: int) -> float:
    """Share of the shorter page that both have, one paragraph apart."""
    shared = sum(length for paragraph, length in page.items() if paragraph in other and paragraph != apart)
    return shared / max(1, min(sum(page.values()), sum(other.values())))
