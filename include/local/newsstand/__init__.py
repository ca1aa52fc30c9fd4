"""A demo newsstand: fictional outlets on one loopback server, their feeds, pages and labels, all from files."""

from include.local.newsstand.rendering import feeds, render_feed, render_page
from include.local.newsstand.server import serve
from include.local.newsstand.stock import Newsstand, Outlet, Page, load_newsstand

__all__ = ["Newsstand", "Outlet", "Page", "feeds", "load_newsstand", "render_feed", "render_page", "serve"]
