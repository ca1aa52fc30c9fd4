"""Marked and compared texts: every character of a stranger's is escaped, whatever is marked."""

from __future__ import annotations

import itertools
import random
import re
from difflib import SequenceMatcher
from html import unescape

import pytest

from plugins.desk import marked_text
from plugins.desk.marked_text import LONGEST, MOST_CHANGES, MOST_WORDS, compare, is_cut, mark, matching_blocks


def test_places_are_marked_and_the_rest_is_escaped():
    text = 'A <b>"x"</b> & a sentence. Another.'
    start = text.index("a sentence")
    assert str(mark(text, [(start, start + 10)])) == (
        "A &lt;b&gt;&#34;x&#34;&lt;/b&gt; &amp; <mark>a sentence</mark>. Another."
    )


def test_places_that_overlap_or_lie_outside_break_nothing():
    assert str(mark("abcdef", [(2, 4), (0, 3), (5, 99), (7, 9), (-3, 1)])).replace("</mark><mark>", "") == (
        "<mark>abcd</mark>e<mark>f</mark>"
    )


def test_markup_that_a_place_cuts_stays_escaped():
    assert "<script" not in str(mark("<script>alert(1)</script>", [(3, 9)]))


def test_a_text_is_cut():
    assert len(mark("a" * (LONGEST + 5), [])) == LONGEST + 1


def test_what_went_and_what_came_can_be_read_off():
    told = str(compare("The EU listed two <banks> today.", "The EU listed three <banks> on Monday."))
    assert "<del>two</del><ins>three</ins>" in told
    assert "&lt;banks&gt;" in told
    later = re.sub(r"<del>.*?</del>|</?ins>", "", told)
    assert later == "The EU listed three &lt;banks&gt; on Monday."


def test_long_texts_are_compared_in_part_and_said_to_be():
    long = "word " * (MOST_WORDS + 10)
    assert is_cut(long, "short")
    assert not is_cut("short", "short")
    assert "short" in str(compare(long, "short"))


def test_sentences_that_stayed_are_not_marked_and_space_is_no_difference():
    earlier = "One bank was listed. Nobody knew why.\nThe minister said so."
    later = "One bank was listed.  The minister  said so. It was late."
    assert str(compare(earlier, later)) == (
        "One bank was listed.<del> Nobody knew why.</del>  The minister  said so.<ins> It was late.</ins>"
    )


def test_passages_with_little_in_common_are_marked_whole():
    earlier, later = (" ".join(f"{side}{n} the" for n in range(MOST_CHANGES)) for side in "ab")
    assert str(compare(earlier, later)) == f"<del>{earlier}</del><ins>{later}</ins>"


@pytest.mark.parametrize("seed", range(50))
def test_both_texts_can_be_read_off(seed):
    rng = random.Random(seed)
    earlier, later = (
        "".join(rng.choice(["a", "b", "<c>", "d."]) + rng.choice([" ", "  ", "\n"]) for _ in range(rng.randrange(40)))
        for _ in range(2)
    )
    told = str(compare(earlier, later))
    assert unescape(re.sub(r"<del>.*?</del>|</?ins>", "", told, flags=re.DOTALL)) == later.rstrip()
    assert unescape(re.sub(r"<ins>.*?</ins>|</?del>", " ", told, flags=re.DOTALL)).split() == earlier.split()


@pytest.mark.parametrize("seed", range(50))
def test_as_much_is_matched_as_can_be(seed):
    rng = random.Random(seed)
    old, new = ([rng.choice("abcdef") for _ in range(rng.randrange(40))] for _ in range(2))
    blocks = matching_blocks(old, new)
    assert all(old[a : a + n] == new[b : b + n] for a, b, n in blocks)
    assert all(a + n <= c and b + n <= d for (a, b, n), (c, d, _) in itertools.pairwise(blocks))
    others = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    assert sum(n for _, _, n in blocks) >= sum(n for _, _, n in others)


class Counted(str):
    """A word that counts how often it is compared."""

    compared = 0
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        Counted.compared += 1
        return str.__eq__(self, other)


def other_words(side: str) -> list[str]:
    return [f"{side}{n}" for n in range(MOST_WORDS)]


def every_second_the_same(side: str) -> list[str]:
    return [f"{side}{n}" if n % 2 else "the" for n in range(MOST_WORDS)]


def runs_of_the_same(side: str) -> list[str]:
    return [f"{side}{n}" if n % 50 == 0 else "the" for n in range(MOST_WORDS)]


def a_sentence_each(side: str) -> list[str]:
    return [f"{side}{n % 7}." for n in range(MOST_WORDS)]


@pytest.mark.parametrize("words", [other_words, every_second_the_same, runs_of_the_same, a_sentence_each])
def test_no_two_texts_take_long(words, monkeypatch):
    given = []

    def counting(*sides: list[str]) -> list[tuple[int, int, int]]:
        given.append(sum(map(len, sides)))
        return matching_blocks(*([Counted(each) for each in side] for side in sides))

    monkeypatch.setattr(marked_text, "matching_blocks", counting)
    monkeypatch.setattr(Counted, "compared", 0)
    assert len(compare(" ".join(words("a")), " ".join(words("b")))) > MOST_WORDS
    assert sum(given) <= 4 * MOST_WORDS  # every word once as a part of its sentence and once by itself
    assert Counted.compared <= 2 * MOST_CHANGES * (MOST_WORDS + MOST_CHANGES)


def test_space_without_an_end_is_read_once():
    assert compare("a" + " " * LONGEST, "a") == "a"
