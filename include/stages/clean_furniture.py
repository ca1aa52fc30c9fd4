"""Which lines of an extracted body are page furniture: headline, share, subscribe, teasers, credits, endings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

# Furniture speaks to the reader or of the page. A pattern must match the start of a line of at most SHORT words.
SHORT = 45
TEASER_WORDS = 5  # shorter linked lines are often names and products of a list
PATTERNS = (
    # sharing and liking
    r"like this(:| story\b)|liked? th(is|e) (article|story|post)|tweet( this)?$|pin it$|e-?mail( this)?$|print$",
    r"shar(e|ing)\b.{0,30}(:|$|this|with|on (facebook|twitter|whatsapp|linkedin))",
    # asking the reader to sign up, follow, write
    r"(please )?(subscribe|sign up|log in|register|join (us|our|now))\b|already a (subscriber|member)",
    r"(click|tap) (here|to)\b|enjoy(ing)? (our|this) (content|article|story)|if you (enjoyed|liked) this",
    r"get (the|our|all the) (latest|day|best|top|news|free|app)|.{0,40}\bin your inbox\b",
    r"follow .{0,60}\b(twitter|facebook|instagram|telegram|whatsapp|linkedin|google news|coverage|@\w+)",
    r"follow (us|me|him|her|@)|(you can )?(reach|contact|email|e-mail|write to)\b.{0,60}@",
    r".{0,60}\b(can|may) be reached (at|on|by)\b|(do you )?(have|got) a (tip|story|question)\b",
    r"newsletter\b.{0,30}$|.{0,60}\bdelivered (straight )?to your inbox\b|download (our|the) .{0,20}\bapp\b",
    r"(set|turn on|enable) .{0,20}notifications?|available on (ios|android)",
    # pointing to other articles
    r"(related|also (read|on|see)|see (also|more)|watch|listen|photos?|gallery|in pictures|up next) ?[:|»–—]",
    r"(read|explore) (more|also|next|on|further|the full)\b.{0,10}[:|»–—]|explore further",
    r"(recommended|next( up| story)?|previous (article|story)) ?[:|»–—]",
    r"more( (on|from|stories|news|coverage|about)\b|:) ?[:|»–—]|more:",
    (
        r"(related|recommended|more|other|popular|trending|latest|top) "
        r"(articles?|stories|news|posts?|topics?|content|coverage|videos?|reading|links?|from\b.{0,30})$"
    ),
    r"(you (may|might) (also )?(like|be interested|enjoy)|don.?t miss|must[- ]read|what.s next|trending now)\b",
    r"(most (read|popular|viewed|commented|shared)|editor.?s.? picks?)\b",
    r"(read|learn|see|find out|show|view|load) (more|all|on)$|continue reading\b|keep reading",
    r"(story|article) continues\b|skip (to|advert)",
    # adverts, comments, tags
    r"advert(isement|ising)?\b.{0,40}$|sponsored\b.{0,40}$|promoted\b.{0,20}$",
    r"(post (a )?|leave a |write a |add a |view |show |no |\d+ )?(comments?|repl(y|ies)|responses?)( \(?\+?\d*\)?)?$",
    r"comments? (are )?(closed|off|policy|section)|(join|be the first)\b.{0,20}\b(conversation|comment)",
    r"tags?(:|$)|topics?(:|$)|filed under|categor(y|ies)(:|$)|labels?:",
    # rights, forms, cookies, tools
    r"copyright|.{0,80}\ball rights reserved\b|this (material|copy) (may not|is for your)",
    r"thank you( for\b.{0,40})?[.!]?$|thanks for (signing|subscribing|reading)|sorry[!.]?$",
    r"an? error (has )?occurred|there was an error|this article has been sent",
    r"(we use|this (site|website) uses) cookies|(accept|manage) (all )?cookies",
    r"by (signing|subscribing|clicking|continuing)\b|your (privacy|email address)",
    r"(text|font) size|order reprints|print (this )?article",
    # where the text and its pictures come from
    r"(the )?(views|opinions) expressed (in|here|are|by)|our standards\b|source: ?[\w .]{0,40}$",
    r"(first|originally) (published|appeared|posted)\b|this (article|story|post) (was )?(originally|first)\b",
    r"(photo|image|picture|video)(graph)?( (credit|source|courtesy|by))? ?[:©]",
    r"(last )?(updated|published|posted|modified)( (on|at|by))?\b.{0,50}\d",
    r"(by|von|por|par) \w+([ .,-]+\w+){0,5}[ .,-]*$",
)
# Of lines in lower case: where case counts for nothing the first letters of a branch cannot rule it out, twice as slow.
# All begin with a letter or digit but the last two, so that giving back what stands before it cannot help a match.
FURNITURE = re.compile(r"[\W_]*+(?:" + "|".join(PATTERNS) + r")|[\W_]*(?:©|\(c\) ?\d{4})")
WORD = re.compile(r"\w")
TAIL_HEADINGS = re.compile(
    r"(?i)^[\W_]*(related|recommended|more (from|on|stories|news)|you (may|might) (also )?(like|be interested)|"
    r"don.?t miss|most (read|popular|viewed)|trending|popular|latest|top stories|read (more|next)|up next|"
    r"also (read|on)|see also|what to read next|editor.?s.? picks?|more coverage|further reading|about the author|"
    r"comments?)\b"
)
SENTENCE_END = re.compile(r"""[.!?…]["'”’»)\]]*$""")
DATE_LINE = re.compile(
    r"\W*(\w+day,? )?(\d{1,2}\.? \w{3,9},? \d{4}|\w{3,9}\.? \d{1,2},? \d{4}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|"
    r"\d{4}-\d\d-\d\d)\b.{0,40}$",
    re.IGNORECASE,
)
ADDRESS = re.compile(r"\W*(https?://\S+|www\.\S+|\S+@\S+\.\w+|twitter\.com/\S+|@\w{2,})\W*$", re.IGNORECASE)
LONGEST_CLOSING = 1000  # characters; what ADDRESS takes grows with their square
CLOSING = re.compile(f"{DATE_LINE.pattern}|{ADDRESS.pattern}", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageText:
    """Texts of the page, folded, that tell its furniture from its body."""

    titles: frozenset[str] = frozenset()
    links: frozenset[str] = frozenset()  # whole texts of links
    headings: frozenset[str] = frozenset()  # whole texts of h1-h6


def fold(text: str) -> str:
    """The words of a text in lower case with single spaces: how lines are compared."""
    return " ".join(re.findall(r"\w+", text.lower()))


def strip_furniture(lines: Sequence[str], page: PageText) -> tuple[str, ...]:
    """The lines that belong to the article, in order."""
    article = _before_teasers(_after_headline(lines, page))
    return tuple(_without_closing([line for line in article if not is_furniture(line, page)], page))


def is_furniture(line: str, page: PageText) -> bool:
    """Whether a line is furniture wherever it stands."""
    words = fold(line)
    return (
        not words
        or words in page.titles
        or (words.count(" ") < SHORT and bool(FURNITURE.match(line.lower())))
        or _is_teaser(line, words, page)
    )


def is_stock_line(line: str) -> bool:
    """Whether a line is furniture on any page; the same as is_furniture of a page of which nothing is known."""
    if not WORD.search(line):
        return True
    return bool(FURNITURE.match(line.lower())) and fold(line).count(" ") < SHORT


def _is_teaser(line: str, words: str, page: PageText) -> bool:
    """A line that is nothing but a link, and no sentence: a pointer to another article."""
    return words in page.links and words.count(" ") >= TEASER_WORDS - 1 and not SENTENCE_END.search(line)


def _after_headline(lines: Sequence[str], page: PageText) -> Sequence[str]:
    """The lines after the headline, standfirst and date lines that open a page."""
    for position, line in enumerate(lines[:6]):
        if fold(line) in page.titles:
            lines = [*(kept for kept in lines[:position] if SENTENCE_END.search(kept)), *lines[position + 1 :]]
            break
    start = 0
    while start < min(len(lines) - 1, 4) and (DATE_LINE.match(lines[start]) or fold(lines[start]) in page.headings):
        start += 1
    return lines[start:]


def _before_teasers(lines: Sequence[str]) -> Sequence[str]:
    """The lines up to a heading such as "Most read" with little but short lines after it."""
    end, prose = len(lines), 0
    for after, line in enumerate(reversed(lines[len(lines) // 2 :])):
        if _opens_tail(line) and prose <= after // 5:
            end = len(lines) - 1 - after
        prose += is_prose(line)
    return lines[:end]


def _without_closing(lines: Sequence[str], page: PageText) -> Sequence[str]:
    """The lines without the headings, dates and addresses that end them."""
    end = len(lines)
    while end > 1 and (fold(lines[end - 1]) in page.headings or _is_closing(lines[end - 1])):
        end -= 1
    return lines[:end]


def _is_closing(line: str) -> bool:
    return len(line) <= LONGEST_CLOSING and bool(CLOSING.match(line))


def _opens_tail(line: str) -> bool:
    return line.count(" ") < 7 and bool(TAIL_HEADINGS.match(line)) and not SENTENCE_END.search(line)


def is_prose(line: str) -> bool:
    """Whether a line reads as a paragraph of an article."""
    return len(line) > 80 and bool(SENTENCE_END.search(line))
