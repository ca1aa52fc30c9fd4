"""The lines of a page's article body: trafilatura in one fast pass over a tree that was parsed once."""

from __future__ import annotations

import re
from collections import Counter, defaultdict

from lxml.html import HtmlElement
from trafilatura import bare_extraction

from include.stages.clean_furniture import PageText, fold

LONG_PARAGRAPH = 80  # characters; shorter ones are captions, bylines and menu entries
SEPARATOR = re.compile(r"\s+[|–—»:·-]+\s+")
LAST_SEPARATOR = re.compile(r"\s+[|–—»:·-]+\s+(?!.*\s[|–—»:·-]+\s)")
COMMENT = re.compile(r"comment|reply|respon", re.IGNORECASE)


def body_lines(tree: HtmlElement) -> tuple[str, ...]:
    """The extracted text as non-empty lines; may change the tree."""
    join_split_body(tree)
    # favor_recall spares the second pass that a short text sets off: both faster and better here (bench/clean_quality).
    # Never deduplicate=True: it keeps state between documents and eats text.
    document = bare_extraction(tree, fast=True, favor_recall=True, include_comments=False)
    text = getattr(document, "text", None)
    return tuple(line for raw in (text or "").split("\n") if (line := " ".join(raw.split())))


def join_split_body(tree: HtmlElement) -> None:
    """Moves a body that adverts cut into several like containers into the first, as extraction keeps only one."""
    parts: dict[tuple[str, str, HtmlElement | None], Counter[HtmlElement]] = defaultdict(Counter)
    for paragraph in tree.iter("p"):
        parent = paragraph.getparent()
        if parent is not None and parent.get("class") and len(paragraph.text_content()) >= LONG_PARAGRAPH:
            parts[parent.tag, parent.get("class"), next(parent.iterancestors("article"), None)][parent] += 1
    if not parts:
        return
    (_, css_class, _), containers = max(parts.items(), key=lambda part: part[1].total())
    first, *others = [part for part, paragraphs in containers.items() if paragraphs > 1] or [None]
    if others and not COMMENT.search(css_class) and not any(first in other.iterancestors() for other in others):
        for other in others:
            first.extend(list(other))


def page_text(tree: HtmlElement, titles: tuple[str, ...]) -> PageText:
    """What the furniture filter must know of the page."""
    return PageText(
        titles=frozenset(folded for title in titles for folded in _title_forms(title)),
        links=frozenset(map(fold, {text for link in tree.iter("a") if len(text := link.text_content()) < 300})),
        headings=frozenset(fold(head.text_content()) for head in tree.iter("h1", "h2", "h3", "h4", "h5", "h6")),
    )


def split_title(title: str) -> str:
    """A title without the site's name after its last separator."""
    return LAST_SEPARATOR.split(title, maxsplit=1)[0]


def _title_forms(title: str) -> set[str]:
    """A title as written and without what stands before or behind its separators, folded."""
    parts = SEPARATOR.split(title)
    forms = {title, parts[0], max(parts, key=len), split_title(title)}
    return {folded for form in forms if " " in (folded := fold(form))}
