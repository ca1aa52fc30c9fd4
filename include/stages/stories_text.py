"""The part of an article that tells its story apart: without furniture, captions, quoted posts and templates."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

import xxhash

from include.stages.clean_furniture import PageText, is_furniture

ENOUGH_WORDS = 20  # with fewer left, what was left out was the page's only text
ENOUGH_SHARE = 0.15
TEMPLATE_PAGES = 3
TEMPLATE_LENGTH = 300  # characters; longer paragraphs that recur are news
TEMPLATE_OVERLAP = 0.1  # pages of one template share little else
PAGES_LOOKED_AT = 40

NO_PAGE = PageText()
# The same agency picture and the same post stand in many different reports.
CAPTION = re.compile(
    r"\b(ap|afp|reuters) photo\b|\(photo\b|photo by\b|getty images|^\W*file ?[-–—]|\bfile photo\b|\(file\)|"
    r"^in this \S+ .{0,60}\b(photo|image|frame)|photo:|image:|image \d+ of \d+|^\W*\d+ ?/ ?\d+\W*$|"
    r"pic\.twitter|t\.co/|^[-–—] .{0,60}\(@\w+\)|^(close|more|updated)$|\bwindow\.\w+|\{ *\w+:",
    re.IGNORECASE,
)


def story_text(text: str, template: frozenset[int] = frozenset()) -> str:
    """The paragraphs to compare; all but the furniture when too little else remains."""
    paragraphs = [line for line in text.split("\n") if line.strip()]
    plain = [line for line in paragraphs if not is_furniture(line, NO_PAGE)]
    kept = [line for line in plain if not CAPTION.search(line)]
    if template:
        kept = [line for line in kept if paragraph_hash(line) not in template]
    words = sum(line.count(" ") + 1 for line in kept)
    if len(kept) < len(paragraphs) and words < max(ENOUGH_WORDS, ENOUGH_SHARE * (text.count(" ") + 1)):
        kept = plain or paragraphs
    return "\n".join(kept)


def paragraph_hash(line: str) -> int:
    """Equal for paragraphs that differ in white space, case and figures only."""
    return xxhash.xxh3_64_intdigest(re.sub(r"\d+", "0", " ".join(line.lower().split())).encode("utf-8", "replace"))


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
