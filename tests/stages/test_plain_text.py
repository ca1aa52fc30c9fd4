"""HTML never goes onward from a feed."""

from __future__ import annotations

import pytest

from include.stages.plain_text import plain_text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("Ministers <b>meet</b> again", "Ministers meet again"),
        ("<p>One.</p><p>Two.</p>", "One. Two."),
        ("AT&amp;T &amp; others", "AT&T & others"),
        ("&lt;b&gt;Bold&lt;/b&gt; claim", "Bold claim"),
        ("&amp;lt;i&amp;gt;Twice&amp;lt;/i&amp;gt;", "Twice"),
        ("before<script>alert('x < y')</script>after", "before after"),
        ("before<script>never closed", "before"),
        ("one<!-- hidden -->two", "one two"),
        ("cut in the middle <a href='http://x", "cut in the middle"),
        ("5 < 6 and 7 > 3", "5 < 6 and 7 > 3"),
        ("a\n\t b\u00a0c", "a b c"),
        ("<img src=x onerror=alert(1)>photo", "photo"),
        ("", ""),
    ],
)
def test_markup_becomes_plain_text(markup: str, text: str):
    assert plain_text(markup) == text


@pytest.mark.parametrize("markup", ["<" * 60_000, "<a " * 20_000, "<!--" * 20_000, "&lt;" * 20_000, "<script>" * 9_000])
def test_traps_for_regular_expressions_end(markup: str):
    assert len(plain_text(markup)) <= len(markup)
