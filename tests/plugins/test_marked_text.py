"""Marked and compared texts: every character of a stranger's is escaped, whatever is marked."""

from __future__ import annotations

import re

from plugins.desk.marked_text import LONGEST, MOST_WORDS, compare, is_cut, mark


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
