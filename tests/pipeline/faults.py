"""Everything that a feed was seen or feared to do, by name: what it answers, and what must come of it.

python -m tests.pipeline.faults > docs/faults.md
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import brotli

from tests.hostile import Hostile, redirect, response

Setup = Callable[[Hostile, str], object]  # sets the answers at a path; may return another address to list
DATE = "<pubDate>Mon, 01 Jun 2026 08:00:00 GMT</pubDate>"
MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A way to be broken; `reason` is what is said of the feed, empty when its entries are had all the same."""

    name: str
    setup: Setup
    reason: str = ""
    entries: int = 0
    rejected: str = ""  # what single entries are refused for
    state: str = ""

    @property
    def path(self) -> str:
        return "/" + "".join(letter if letter.isalnum() else "-" for letter in self.name.lower())


def item(path: str, n: int | str, inside: str | None = None, date: str = DATE) -> str:
    """An item of the feed at a path; `inside` stands for its title and link."""
    plain = f"<title>Quay vote {n}</title><link>http://paper.example{path}/{n}</link>"
    return f"<item>{plain if inside is None else inside}{date}</item>"


def rss(*items: str, head: str = "") -> str:
    return f'<rss version="2.0"><channel><title>P</title>{head}{"".join(items)}</channel></rss>'


def good(path: str) -> str:
    """A feed of two good entries."""
    return rss(item(path, 1), item(path, 2))


def sends(make: Callable[[str], str | bytes], **headers: object) -> Setup:
    """Answers with a body made for the path."""

    def setup(site: Hostile, path: str) -> None:
        body = make(path)
        data = body.encode() if isinstance(body, str) else body
        site.answers[path] = response(data, **({"Content_Type": "application/rss+xml"} | headers))

    return setup


def answers(answer: bytes) -> Setup:
    return lambda site, path: site.answers.update({path: answer})


def leads_to(target: str, status: str = "302 Found") -> Setup:
    return answers(redirect(target, status))


def lists(url: str) -> Setup:
    return lambda site, path: url


def beside(inside: str, date: str = DATE) -> Callable[[str], str]:
    """Two good entries with an odd one between them."""
    return lambda path: rss(item(path, 1), item(path, "odd", inside, date), item(path, 2))


def dripping(site: Hostile, path: str) -> None:
    site.answers[path], site.drip_seconds[path] = response(good(path).encode()), 0.1


def hops(site: Hostile, path: str) -> None:
    site.answers[path] = redirect(f"{path}/hop", "301 Moved Permanently")
    site.answers[f"{path}/hop"] = redirect(f"{path}/feed", "307 Temporary Redirect")
    site.answers[f"{path}/feed"] = response(good(path).encode())


def cut_after(count: int) -> Callable[[str], str]:
    return lambda path: rss(*(item(path, n) for n in range(1, count + 2)))[: -len("</item></channel></rss>") - 40]


def entities(path: str) -> str:
    levels = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a0 "lol">{levels}]>' + beside(
        f"<title>&a9;</title><link>http://paper.example{path}/odd</link>"
    )(path)


def external_entity(path: str) -> str:
    kind = '<!DOCTYPE rss [<!ENTITY file SYSTEM "file:///etc/hostname">]>'
    inside = f"<title>Odd &file;</title><link>http://paper.example{path}/odd</link>"
    return f'<?xml version="1.0"?>{kind}{beside(inside)(path)}'


def atom(path: str) -> str:
    entry = (
        '<entry><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Quay <b>vote</b></div></title>'
        '<id>urn:{n}</id><link rel="enclosure" href="http://cdn.example/a.mp3"/>'
        '<link href="http://paper.example{path}/{n}"/><updated>2026-06-01T08:00:00Z</updated></entry>'
    )
    entries = "".join(entry.format(n=n, path=path) for n in (1, 2))
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>P</title>{entries}</feed>'


def json_feed(path: str) -> str:
    items = ",".join(
        f'{{"id": "{n}", "title": "Quay", "url": "http://paper.example{path}/{n}", '
        '"date_published": "2026-06-01T08:00:00Z"}'
        for n in (1, 2)
    )
    return f'{{"version": "https://jsonfeed.org/version/1.1", "title": "P", "items": [{items}]}}'


def wall(text: str) -> Callable[[str], str]:
    return lambda path: f"<!DOCTYPE html><html><head><title>{text}</title></head><body>{text}</body></html>"


def dated(written: str) -> Callable[[str], str]:
    return lambda path: rss(*(item(path, n, date=f"<pubDate>{written}</pubDate>") for n in (1, 2)))


def latin(path: str) -> bytes:
    return good(path).replace("Quay", "Kaïs").encode("iso-8859-1")


FAULTS = (
    # the connection
    Fault(name="slow drip", setup=dripping, reason="timed_out"),
    Fault(name="connection closed without a word", setup=answers(b""), reason="connection_failed"),
    Fault(name="no port open", setup=lists("http://127.0.0.1:9/feed"), reason="bad_url"),
    Fault(name="name that does not exist", setup=lists("http://no-such-name.invalid/feed"), reason="dns_failure"),
    Fault(name="garbage instead of HTTP", setup=answers(b"\x16\x03\x01 hello\r\n\r\n"), reason="connection_failed"),
    Fault(name="endless header", setup=answers(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 300_000), reason="connection_failed"),
    # the body
    Fault(name="half a body", setup=sends(good, Content_Length=9_999), reason="truncated_body"),
    Fault(name="length too short", setup=sends(cut_after(2)), entries=2),
    Fault(
        name="chunks cut off",
        setup=answers(response(b"5\r\nhello\r\nff\r\nx", Content_Length=None, Transfer_Encoding="chunked")),
        reason="truncated_body",
    ),
    Fault(
        name="a tag of eighty thousand attributes",
        setup=sends(beside(" ".join(f"a{n}=''" for n in range(80_000)).join(("<x ", "/>")))),
        reason="too_expensive",
    ),
    Fault(name="a terabyte announced", setup=sends(good, Content_Length=10**12), reason="too_large"),
    Fault(name="fifty megabytes", setup=sends(lambda path: b"x" * (50 * MEGABYTE)), reason="too_large"),
    Fault(name="empty body", setup=sends(lambda path: b""), reason="not_a_feed"),
    Fault(name="204 no content", setup=answers(response(status="204 No Content")), reason="not_a_feed"),
    Fault(
        name="bad gzip",
        setup=sends(lambda path: gzip.compress(good(path).encode())[:40] + b"\xff" * 40, Content_Encoding="gzip"),
        reason="bad_encoding",
    ),
    Fault(name="gzip that is none", setup=sends(good, Content_Encoding="gzip"), entries=2),
    Fault(
        name="gzip bomb",
        setup=sends(lambda path: gzip.compress(bytes(60 * MEGABYTE)), Content_Encoding="gzip"),
        reason="too_large",
    ),
    Fault(
        name="gzip in gzip bomb",
        setup=sends(lambda path: gzip.compress(gzip.compress(bytes(60 * MEGABYTE))), Content_Encoding="gzip, gzip"),
        reason="too_large",
    ),
    Fault(
        name="deflate bomb",
        setup=sends(lambda path: zlib.compress(bytes(60 * MEGABYTE)), Content_Encoding="deflate"),
        reason="too_large",
    ),
    Fault(
        name="brotli bomb",
        setup=sends(lambda path: brotli.compress(bytes(60 * MEGABYTE), quality=2), Content_Encoding="br"),
        reason="too_large",
    ),
    Fault(
        name="zstd that nobody asked for",
        setup=sends(lambda path: b"\x28\xb5\x2f\xfd" + bytes(50), Content_Encoding="zstd"),
        reason="bad_encoding",
    ),
    # where it leads
    Fault(name="redirect to itself", setup=lambda site, path: leads_to(path)(site, path), reason="too_many_redirects"),
    Fault(name="redirects that end well", setup=hops, entries=2),
    Fault(name="redirect without an address", setup=answers(response(status="302 Found")), reason="http_status 302"),
    Fault(
        name="redirect to cloud metadata",
        setup=leads_to("http://169.254.169.254/latest/meta-data/"),
        reason="forbidden_address",
    ),
    Fault(
        name="redirect to mapped cloud metadata",
        setup=leads_to("http://[::ffff:169.254.169.254]/"),
        reason="forbidden_address",
    ),
    Fault(name="redirect to a private network", setup=leads_to("http://10.0.0.1/"), reason="forbidden_address"),
    Fault(name="redirect to loopback", setup=leads_to("http://[::1]/"), reason="forbidden_address"),
    Fault(name="redirect to a mail port", setup=leads_to("http://paper.example:25/"), reason="bad_url"),
    Fault(name="redirect to a file", setup=leads_to("file:///etc/passwd"), reason="bad_url"),
    Fault(name="redirect with a password", setup=leads_to("http://user:secret@paper.example/"), reason="bad_url"),
    Fault(name="rebinding name", setup=lists("http://rebinding.example/feed"), reason="forbidden_address"),
    Fault(name="private address in the list", setup=lists("http://192.168.0.1/feed"), reason="forbidden_address"),
    # what it says
    Fault(name="401", setup=answers(response(status="401 Unauthorized")), reason="http_status 401"),
    Fault(name="403 to bots", setup=answers(response(b"no", status="403 Forbidden")), reason="http_status 403"),
    Fault(name="404", setup=answers(response(status="404 Not Found")), reason="http_status 404"),
    Fault(name="410 gone", setup=answers(response(status="410 Gone")), reason="http_status 410", state="retired"),
    Fault(
        name="429 with Retry-After",
        setup=answers(response(status="429 Too Many Requests", Retry_After=600)),
        reason="http_status 429",
    ),
    Fault(name="500", setup=answers(response(b"oops", status="500 Internal")), reason="http_status 500"),
    Fault(name="304 unasked", setup=answers(response(status="304 Not Modified")), reason="http_status 304"),
    Fault(name="web page served as feed", setup=sends(wall("Welcome")), reason="not_a_feed"),
    Fault(name="cookie wall", setup=sends(wall("We value your privacy"), Set_Cookie="a=1"), reason="not_a_feed"),
    Fault(name="JSON error", setup=sends(lambda path: '{"error": "forbidden"}'), reason="not_a_feed"),
    Fault(name="binary", setup=sends(lambda path: b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20), reason="not_a_feed"),
    Fault(name="feed without entries", setup=sends(lambda path: rss()), reason="no_entries"),
    Fault(name="feed served as a web page", setup=sends(good, Content_Type="text/html"), entries=2),
    Fault(name="feed without a type", setup=sends(good, Content_Type=None), entries=2),
    Fault(name="Atom with XHTML titles and enclosures", setup=sends(atom), entries=2),
    Fault(name="JSON feed", setup=sends(json_feed, Content_Type="application/feed+json"), entries=2),
    # its letters
    Fault(
        name="lying charset",
        setup=sends(lambda path: good(path).replace("Quay", "Kaïs"), Content_Type="text/xml; charset=ascii"),
        entries=2,
    ),
    Fault(
        name="Latin-1 that says UTF-8",
        setup=sends(lambda path: b'<?xml version="1.0" encoding="utf-8"?>' + latin(path)),
        entries=2,
    ),
    Fault(
        name="UTF-16",
        setup=sends(lambda path: ('<?xml version="1.0" encoding="utf-16"?>' + good(path)).encode("utf-16")),
        entries=2,
    ),
    Fault(
        name="blank lines before it all",
        setup=sends(lambda path: f'\ufeff\n\n<?xml version="1.0"?>{good(path)}'),
        entries=2,
    ),
    Fault(name="NUL bytes", setup=sends(lambda path: good(path).replace("vote", "vo\0te")), entries=2),
    Fault(
        name="lone surrogates",
        setup=sends(lambda path: good(path).replace("vote", "HALF").encode().replace(b"HALF", b"\xed\xa0\x80")),
        entries=2,
    ),
    Fault(name="control characters", setup=sends(lambda path: good(path).replace("vote", "vo\x08\x1bte")), entries=2),
    Fault(
        name="undeclared entities", setup=sends(lambda path: good(path).replace("vote", "&nbsp;&eacute;")), entries=2
    ),
    # its markup
    Fault(name="cut in the middle", setup=sends(cut_after(2)), entries=2),
    Fault(name="bare ampersands", setup=sends(lambda path: good(path).replace("vote", "vote & count")), entries=2),
    Fault(
        name="unknown namespace",
        setup=sends(beside("<media:x>1</media:x><title>x</title>")),
        entries=2,
        rejected="entry_without_link",
    ),
    Fault(name="entity bomb", setup=sends(entities), entries=2),
    Fault(name="external entity", setup=sends(external_entity), entries=2),
    Fault(
        name="ten thousand levels deep",
        setup=sends(beside("<title>x</title>" + "<a>" * 10_000 + "</a>" * 10_000)),
        entries=2,
        rejected="entry_without_link",
    ),
    Fault(
        name="five megabytes in one entry",
        setup=sends(beside(f"<description>{'word ' * MEGABYTE}</description>")),
        entries=2,
        rejected="entry_without_link",
    ),
    Fault(
        name="a hundred thousand entries",
        setup=sends(lambda path: rss(*(item(path, n, date="") for n in range(100_000)))),
        entries=5_000,
        rejected="too_large",
    ),
    # its entries
    Fault(
        name="entry without link", setup=sends(beside("<title>Odd</title>")), entries=2, rejected="entry_without_link"
    ),
    Fault(name="entries without title", setup=sends(lambda path: good(path).replace("Quay vote", "")), entries=2),
    Fault(name="entries without date", setup=sends(lambda path: good(path).replace(DATE, "")), entries=2),
    Fault(name="dates in 1970", setup=sends(dated("Thu, 01 Jan 1970 00:00:00 GMT")), entries=2),
    Fault(name="dates in 2041", setup=sends(dated("Tue, 01 Jan 2041 00:00:00 GMT")), entries=2),
    Fault(name="dates in odd zones", setup=sends(dated("Mon, 1 Jun 26 08:00 XYZT")), entries=2),
    Fault(name="dates that are words", setup=sends(dated("last Monday")), entries=2),
    Fault(
        name="one identifier for all",
        setup=sends(lambda path: good(path).replace("<link>", "<guid>1</guid><link>")),
        entries=2,
    ),
    Fault(
        name="one entry twice", setup=sends(lambda path: rss(item(path, 1), item(path, 2), item(path, 1))), entries=2
    ),
    Fault(
        name="script as link",
        setup=sends(beside("<title>Odd</title><link>javascript:alert(1)</link>")),
        entries=2,
        rejected="bad_url",
    ),
    Fault(
        name="file as link",
        setup=sends(beside("<title>Odd</title><link>file:///etc/passwd</link>")),
        entries=2,
        rejected="bad_url",
    ),
    Fault(
        name="password in a link",
        setup=sends(beside("<title>Odd</title><link>http://user:secret@paper.example/</link>")),
        entries=2,
        rejected="bad_url",
    ),
    Fault(
        name="link of a hundred thousand letters",
        setup=sends(beside(f"<title>Odd</title><link>http://paper.example/{'a' * 100_000}</link>")),
        entries=2,
        rejected="bad_url",
    ),
    Fault(
        name="markup in titles",
        setup=sends(lambda path: good(path).replace("vote", "&lt;script&gt;x()&lt;/script&gt;&lt;img src=x&gt;vote")),
        entries=2,
    ),
)


def table() -> str:
    """The faults as a page of the documentation."""
    lines = [
        "# What feeds do wrong, and what comes of it",
        "",
        f"{len(FAULTS)} faults, each a feed of the hostile server in `tests/pipeline/faults.py`, all polled in one run",
        "of `tests/pipeline/test_faults.py`. No fault fails a run or costs a good entry, its own feed's or another's.",
        "",
        "| fault | reason on the feed | good entries kept | entries refused for |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| {fault.name} | {f'`{fault.reason}`' if fault.reason else ''} | {fault.entries or ''} |"
        f" {f'`{fault.rejected}`' if fault.rejected else ''} |"
        for fault in FAULTS
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(table(), end="")
