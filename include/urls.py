"""One spelling per address, so that an article announced twice is one article."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urljoin, urlsplit

from courlan import normalize_url
from w3lib.url import canonicalize_url

SCHEMES = frozenset({"http", "https"})
MAX_LENGTH = 2000  # longer ones are traps or carry a payload
WHITE_SPACE = re.compile(r"\s+")


def normalise_url(url: str, *, base: str = "") -> str | None:
    """The address without tracking parameters, fragment, default port, dot segments; None when it may not be asked."""
    written = WHITE_SPACE.sub("%20", url.strip())
    try:
        absolute = urljoin(base, written) if base else written
        if not is_web_address(absolute):
            return None
        normalised = canonicalize_url(without_trackers(absolute), keep_fragments=False)
    except (ValueError, LookupError):  # "http://[", ports beyond 65535, hosts that IDNA refuses
        return None
    return normalised if is_web_address(normalised) else None


def without_trackers(url: str) -> str:
    """The address without parameters that only count readers."""
    # courlan drops parameters without a value: "/view?12345" would become "/view", one address for all articles.
    pairs = urlsplit(url).query.split("&")
    return str(normalize_url(url)) if all("=" in pair[:-1] for pair in pairs if pair) else url


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
