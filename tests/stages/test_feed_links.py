"""What a site's page says of its feeds."""

from __future__ import annotations

import pytest

from include.stages.feed_links import linked_feeds

LINK = b"<link rel=alternate type=application/rss+xml href=/feed>"


@pytest.mark.parametrize("base", [b"", b"<base href='http://[::'>", b"<base href='http://[x]/'>", b"<base>"])
def test_a_base_that_is_no_address_is_none(base: bytes):
    page = b"<html><head>" + base + LINK + b"</head></html>"
    assert linked_feeds(page, "https://paper.example/news/") == ("https://paper.example/feed",)
