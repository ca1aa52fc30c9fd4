"""Which agency's report a page carries, and where on the page it is credited."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

AGENCIES = {
    "Reuters": r"reuters",
    "AP": r"associated press|ap",
    "AFP": r"agence france-presse|afp",
    "UPI": r"united press international|upi",
    "Bloomberg": r"bloomberg",
    "dpa": r"deutsche presse-agentur|dpa",
    "EFE": r"agencia efe|efe",
    "ANSA": r"ansa",
    "Xinhua": r"xinhua",
    "TASS": r"itar-tass|tass",
    "Interfax": r"interfax",
    "RIA Novosti": r"ria novosti|sputnik",
    "Kyodo": r"kyodo(?: news)?",
    "Yonhap": r"yonhap",
    "PTI": r"press trust of india|pti",
    "ANI": r"asian news international|ani",
    "IANS": r"indo-asian news service|ians",
    "AAP": r"australian associated press|aap",
    "PA": r"press association|pa media|pa",
    "The Canadian Press": r"(?:the )?canadian press",
    "Anadolu": r"anadolu(?: agency)?",
}
NAME = "|".join(pattern for pattern in AGENCIES.values())
# PORT CITY, May 2 (Reuters) - ...; the agency stands in brackets before a dash, within the first words.
DATELINE = re.compile(rf"^[^()\[\]]{{0,60}}[(\[]\s*(?P<agency>{NAME})\s*[)\]]\s*[-–—:]", re.IGNORECASE)
# PORT CITY, (AP) and (AFP) alone, and AFP, Port City -
SLUG = re.compile(rf"^(?:[(\[]\s*(?P<agency>{NAME})\s*[)\]]|(?P<bare>{NAME})\s*[-–—|/,])", re.IGNORECASE)
BYLINE = re.compile(rf"(?:^|\b(?:by|for|and)\b|[,/|(–—-])\s*(?:the )?(?P<agency>{NAME})\b\W*(?:$|[,/|])", re.IGNORECASE)
CONTRIBUTED = re.compile(
    rf"\b(?P<agency>{NAME})\b.{{0,40}}\bcontributed\b|"
    rf"\bwith (?:inputs?|files|(?:additional )?reporting|material) (?:from|by) (?:the )?(?P<with>{NAME})\b|"
    rf"\b(?:material|information|reporting) (?:from|by) (?:the )?(?P<from>{NAME})\b.{{0,40}}\b(?:used|included)\b|"
    rf"\b(?P<both>{NAME}) (?:and|&) (?:staff|agenc)",
    re.IGNORECASE,
)
SOURCE = re.compile(rf"^\W*(?:(?:source|via|credit|copyright|©)\W*)(?:\d{{4}}\W*)?(?:the )?(?P<agency>{NAME})\b|"
                    rf"^\W*(?P<alone>{NAME})\W*$", re.IGNORECASE)  # fmt: skip
LEAD = 3  # lines
TAIL = 6


def wire_credit(lines: Sequence[str], byline: str = "") -> tuple[str, str]:
    """The agency credited and where: dateline, byline, source or contributed; ("", "") when none is."""
    places = (
        ("dateline", DATELINE, lines[:LEAD]),
        ("dateline", SLUG, lines[:LEAD]),
        ("byline", BYLINE, (byline,)),
        ("contributed", CONTRIBUTED, lines[-TAIL:]),
        ("source", SOURCE, (*lines[:LEAD], *lines[-TAIL:])),
    )
    for place, pattern, where in places:
        for line in where:
            if agency := _agency_in(pattern, line):
                return agency, place
    return "", ""


def agency_of_dateline(text: str) -> str:
    """The agency of a dateline at the beginning of a text, "" when it has none."""
    return next((agency for line in text[:1000].split("\n")[:LEAD] if (agency := _agency_in(DATELINE, line))), "")


def is_source(agency: str, source: str) -> bool:
    """Whether a publisher's name or address is the agency's own."""
    return bool(_whole(agency).search(source))


@cache
def is_agency(source: str) -> bool:
    """Whether a publisher is an agency by its name or address."""
    return any(is_source(agency, source) for agency in AGENCIES)


def _agency_in(pattern: re.Pattern[str], line: str) -> str:
    match = pattern.search(line[:400])
    written = next((name for name in match.groups() if name), "") if match else ""
    # Two letters are a word of another kind unless they stand in capitals.
    if not written or (len(written) < 4 and not written.isupper() and written != "dpa"):
        return ""
    return next(name for name in AGENCIES if _whole(name).fullmatch(written))


@cache
def _whole(agency: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{AGENCIES[agency]})\b", re.IGNORECASE)
