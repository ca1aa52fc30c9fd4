"""What kind of page an article stands on, and whether its text breaks off before its end."""

from __future__ import annotations

import re
from collections.abc import Sequence

from include.records import PageForm


def any_of(*patterns: str) -> re.Pattern[str]:
    """One pattern that finds any of several, whatever their case."""
    return re.compile("|".join(patterns), re.IGNORECASE)


LIVE_TYPE = "LiveBlogPosting"
LIVE_URL = any_of(r"/live(-?blog|-?updates|-news)?/|[-/]live-?(updates|blog|coverage)|-as-it-happened")
LIVE_TITLE = any_of(
    r"^\W*live\s*[:|–—-]",
    r"\blive[ -]?(updates|blog|coverage|ticker)\b",
    r"\b(as it happened|minute[ -]by[ -]minute|rolling coverage)\b",
    r"[:|–—-]\s*live\W*$",
)
DIGEST_TITLE = any_of(
    r"\b(news|world|business|markets?|national|international|sports?) "
    r"(in brief|briefs?|digest|round-?up|wrap(-?up)?|summary)\b",
    r"\b(morning|evening|daily|weekly|midday|afternoon|weekend|mon|tues|wednes|thurs|fri|satur|sun)(day)?(['’]s)? "
    r"(brief(ing|s)?|digest|round-?up|wrap(-?up)?|newsletter|headlines|recap)\b",
    r"^\W*(top|today.s|latest) (news|stories|headlines)\b",
    r"\b(day|week|month|year) in (brief|review|news)\b",
    r"\bnews digest\b|\bin brief\W*$",
    r"^\W*(\d+|two|three|four|five|six|seven|eight|nine|ten) things (in [\w ]{2,20} )?(you need )?to know"
    r"( (today|this|for|on)\b|\W*$)",
    r"^\W*(briefs?|headlines|roundup|news summary)\b\W*($|for\b|today|this|on\b|[:|–—-])",
)
CLOCK = any_of(
    r"^\W*(updated\W+)?([01]?\d|2[0-3])[:.h][0-5]\d\s*([ap]\.?m\.?)?(\s+[A-Z]{2,5})?\b",
    r"^\W*\d+ ?(h|hours?|min(utes)?|m) ago\b",
)
STAMPED = 5  # lines that open with a time of day make a live blog
LINKED_HEADINGS = 4  # headings that lead elsewhere, each with a text, make a digest

BROKEN_OFF = re.compile(r"(?:\.\.\.|…|\[(?:\.\.\.|…|\+\d+ chars)\])\W*$")
PAYWALL = any_of(
    r"\b(subscrib(e|ing)|sign (in|up)|log ?in|register|create (an?|your) (free )?account|become a (member|subscriber)|"
    r"start (a|your) (free )?trial)\b.{0,80}\b((continue|keep|finish) reading|"
    r"(read|access|unlock|view|get) (this|the full|the whole|the rest|full|unlimited))\b",
    r"\bto (continue|keep|finish) reading\b.{0,80}\b(subscri(be|ption)|sign (in|up)|log ?in|register|account)\b",
    r"\b(article|content|story|page) is (only )?(for|available (only )?(to|for)|reserved for|exclusive to|limited to) "
    r".{0,30}\b(subscribers|members)\b",
    r"\b(subscribers?|members?)[ -]only (article|content|story)\b|\byou have reached your (limit|monthly)\b",
    r"\bthe rest of this (article|story|content)\b.{0,60}\b(subscri|member|locked|paid)",
)
SHORT = 250  # words; longer texts with a paywall's notice are whole, the notice is there for others
MISSING = 0.6  # of the words that the page says its article has


def form_of(*, title: str, url: str = "", types: Sequence[str] = (), stamped: int = 0, linked: int = 0) -> PageForm:
    """Whether a page is an article, a live blog, or put together from several reports."""
    if LIVE_TYPE in types or LIVE_TITLE.search(title) or LIVE_URL.search(url) or stamped >= STAMPED:
        return PageForm.LIVE
    if DIGEST_TITLE.search(title) or linked >= LINKED_HEADINGS:
        return PageForm.DIGEST
    return PageForm.ARTICLE


def count_stamped(lines: Sequence[str]) -> int:
    """How many lines open with a time of day."""
    return sum(bool(CLOCK.match(line)) for line in lines)


def breaks_off(text: str, notices: str, *, is_free: bool = True, stated_words: int = 0) -> bool:
    """Whether a text is only the beginning of its article, by its own end or by what the page says of it."""
    words = len(text.split())
    if BROKEN_OFF.search(text[-60:]) or words < MISSING * stated_words:
        return True
    return words < SHORT and (not is_free or bool(PAYWALL.search(notices)))
