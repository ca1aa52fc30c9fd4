"""One spelling per address, so that an article announced twice is one article."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urljoin, urlsplit

from courlan import normalize_url
from courlan.clean import TRACKERS_RE
from w3lib.url import canonicalize_url

SCHEMES = frozenset({"http", "https"})
MAX_LENGTH = 2000  # longer ones are traps or carry a payload
WHITE_SPACE = re.compile(r"\s+")
# Nine in ten addresses of feeds need nothing but a look at the names of their parameters. The long way round takes
# 80 us, which is more than reading the rest of an entry.
PLAIN = re.compile(
    r"(https?://(?:[a-z0-9-]+\.)+[a-z]{2,}(?=/)(?:/[A-Za-z0-9_~=,:-][A-Za-z0-9_~.=,:-]*)*/?)"
    r"(?:\?(\w+=[\w.~-]+(?:&\w+=[\w.~-]+)*))?(?:\#\S*)?",
    re.ASCII,
)
NUMBER = re.compile(r"\d")


def normalise_url(url: str, *, base: str = "") -> str | None:
    """The address without tracking parameters, fragment, default port, dot segments; None when it may not be asked."""
    if (plain := PLAIN.fullmatch(url)) and len(url) <= MAX_LENGTH:
        if not plain[2]:
            return plain[1]
        if (query := _kept(plain[2])) is not None:
            return f"{plain[1]}?{query}" if query else plain[1]
    written = WHITE_SPACE.sub("%20", url.strip())
    try:
        absolute = urljoin(base, written) if base else written
        if not is_web_address(absolute):
            return None
        normalised = canonicalize_url(without_trackers(absolute), keep_fragments=False)
    except (ValueError, LookupError):  # "http://[", ports beyond 65535, hosts that IDNA refuses
        return None
    return normalised if is_web_address(normalised) else None


def _kept(query: str) -> str | None:
    """A plain query without trackers, in the order w3lib gives; None when one of them may be what names the article."""
    pairs = sorted(pair.split("=") for pair in query.split("&"))
    kept = [pair for pair in pairs if not TRACKERS_RE.search(pair[0].lower())]
    if len(kept) < len(pairs) and any(value.isdecimal() for _, value in pairs):
        return None
    return "&".join(map("=".join, kept))


def without_trackers(url: str) -> str:
    """The address without parameters that only count readers."""
    # courlan drops parameters without a value: "/view?12345" would become "/view", one address for all articles.
    parts = urlsplit(url)
    pairs = parts.query.split("&")
    if not all("=" in pair[:-1] for pair in pairs if pair):
        return url
    shorter = str(normalize_url(url))
    # It takes "cid", "eid" and "uid" for campaigns: "/view.php?cid=123" names an article by nothing else.
    is_bare = parts.query and "?" not in shorter and not NUMBER.search(parts.path) and "-" not in parts.path
    return url if is_bare and any(pair.partition("=")[2].isdecimal() for pair in pairs) else shorter


def is_web_address(url: str) -> bool:
    """True for http and https addresses with a host and without credentials."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - raises ValueError when it is not a port
    except ValueError:
        return False
    return parts.scheme in SCHEMES and bool(parts.hostname) and "@" not in parts.netloc and len(url) <= MAX_LENGTH


def endpoint(url: str) -> str:
    """host:port of an address, the port of its scheme when it names none."""
    parts: SplitResult = urlsplit(url)
    return f"{parts.hostname}:{parts.port or (443 if parts.scheme == 'https' else 80)}"
