"""One spelling per address."""

from __future__ import annotations

import pytest

from include.urls import endpoint, is_web_address, normalise_url


@pytest.mark.parametrize(
    ("written", "normalised"),
    [
        ("https://Paper.Example/a/?utm_source=x&b=2&a=1#part", "https://paper.example/a/?a=1&b=2"),
        ("http://paper.example:80/x/./y/../z", "http://paper.example/x/z"),
        ("https://paper.example:8443/a", "https://paper.example:8443/a"),
        ("https://paper.example/view?12345", "https://paper.example/view?12345="),
        ("https://paper.example/a?fbclid=1&id=7", "https://paper.example/a?id=7"),
        ("https://münchen.example/straße 1", "https://xn--mnchen-3ya.example/stra%C3%9Fe%201"),
        ("  https://paper.example/a\n", "https://paper.example/a"),
        ("/news/1", "https://base.example/news/1"),
        ("//other.example/1", "https://other.example/1"),
        ("?id=3", "https://base.example/feed?id=3"),
    ],
)
def test_addresses_get_one_spelling(written: str, normalised: str):
    assert normalise_url(written, base="https://base.example/feed") == normalised
    assert normalise_url(normalised) == normalised


@pytest.mark.parametrize(
    "written",
    [
        "javascript:alert(1)", "data:text/html,hello", "mailto:a@b.example", "file:///etc/passwd", "ftp://a.example/b",
        "https://user:secret@paper.example/", "https://user@paper.example/", "http://[::", "http://a.example:99999/",
        "http://", "https://paper.example/" + "a" * 3000,
    ],
)  # fmt: skip
def test_what_may_not_be_asked_has_no_spelling(written: str):
    assert normalise_url(written, base="https://base.example/") is None


def test_a_relative_address_needs_a_base():
    assert normalise_url("/news/1") is None
    assert not is_web_address("/news/1")


def test_endpoints_name_the_port():
    assert endpoint("https://Paper.example/a") == "paper.example:443"
    assert endpoint("http://127.0.0.1:8080/") == "127.0.0.1:8080"
