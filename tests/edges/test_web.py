"""The web client against servers that lie, stall, flood and redirect."""

from __future__ import annotations

import gzip
import socket
import tracemalloc
import zlib
from collections.abc import Iterator

import brotli
import pytest

from include.edges import web_addresses, web_client
from include.edges.web import Answer, Failed, Fetched, Request, fetch
from include.edges.web_addresses import is_public
from include.records import Reason
from include.settings import Settings
from tests.hostile import Hostile, hostile_server, redirect, response

HTML = b"<html><body>" + b"words of a page " * 200 + b"</body></html>"


@pytest.fixture
def site() -> Iterator[Hostile]:
    with hostile_server() as server:
        yield server


def settings_for(*places: str, connections: int = 8) -> Settings:
    return Settings(allowed_addresses=",".join(places), fetch_connections=connections)


def ask(site: Hostile, path: str, **known: str) -> Answer:
    request = Request(item_id="x", url=site.url(path), **known)
    (answer,) = fetch([request], settings_for(site.place))
    return answer


def test_a_page_comes_with_status_headers_and_body(site: Hostile):
    site.answers["/a"] = response(HTML, Content_Type="text/html; charset=utf-8", ETag='"1"')
    answer = ask(site, "/a")
    assert isinstance(answer, Fetched)
    assert (answer.status, answer.body) == (200, HTML)
    assert answer.content_type == "text/html; charset=utf-8"
    assert answer.headers["etag"] == '"1"'
    assert "+https://" in site.asked[0][1]["user-agent"]


def test_validators_are_sent_and_304_is_unchanged(site: Hostile):
    site.answers["/a"] = lambda headers: (
        response(status="304 Not Modified") if headers.get("if-none-match") == '"1"' else response(HTML)
    )
    answer = ask(site, "/a", etag='"1"', last_modified="mon, 01 jan 2024 00:00:00 gmt")
    assert isinstance(answer, Fetched)
    assert answer.is_unchanged
    assert site.asked[0][1]["if-modified-since"] == "mon, 01 jan 2024 00:00:00 gmt"


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("gzip", gzip.compress(HTML)),
        ("x-gzip", gzip.compress(HTML[:100]) + gzip.compress(HTML[100:])),
        ("gzip", gzip.compress(HTML) + b"\0" * 16),
        ("gzip", HTML),
        ("deflate", zlib.compress(HTML)),
        ("deflate", raw_deflate(HTML)),
        ("br", brotli.compress(HTML)),
        ("identity", HTML),
        ("deflate, gzip", gzip.compress(zlib.compress(HTML))),
    ],
    ids=["gzip", "members", "padded", "not packed at all", "deflate", "raw deflate", "br", "identity", "twice"],
)
def test_encodings_are_undone(site: Hostile, encoding: str, packed: bytes):
    site.answers["/a"] = response(packed, Content_Encoding=encoding)
    answer = ask(site, "/a")
    assert isinstance(answer, Fetched), answer
    assert answer.body == HTML


@pytest.mark.parametrize(
    ("encoding", "packed", "reason"),
    [
        ("gzip", gzip.compress(bytes(20_000_000)), Reason.TOO_LARGE),
        ("deflate", zlib.compress(bytes(20_000_000)), Reason.TOO_LARGE),
        ("br", brotli.compress(bytes(20_000_000), quality=3), Reason.TOO_LARGE),
        ("gzip, gzip", gzip.compress(gzip.compress(bytes(20_000_000))), Reason.TOO_LARGE),
        ("gzip", gzip.compress(HTML)[:-20], Reason.BAD_ENCODING),
        ("gzip", gzip.compress(HTML)[:30] + b"\xff" * 30, Reason.BAD_ENCODING),
        ("br", brotli.compress(HTML)[:-10], Reason.BAD_ENCODING),
        ("br", b"\xff" * 40, Reason.BAD_ENCODING),
        ("zstd", b"\x28\xb5\x2f\xfd" + b"\0" * 10, Reason.BAD_ENCODING),
        ("gzip, gzip, gzip", gzip.compress(HTML), Reason.BAD_ENCODING),
    ],
    ids=[
        "bomb",
        "deflate bomb",
        "br bomb",
        "nested bomb",
        "cut",
        "garbled",
        "br cut",
        "br garbled",
        "unasked",
        "thrice",
    ],
)
def test_bad_encodings_and_bombs_are_rejected(site: Hostile, encoding: str, packed: bytes, reason: Reason):
    site.answers["/a"] = response(packed, Content_Encoding=encoding)
    answer = ask(site, "/a")
    assert isinstance(answer, Failed)
    assert answer.reason is reason


BAD_ANSWERS = {
    "body shorter than announced": (response(HTML, Content_Length=len(HTML) + 100), Reason.TRUNCATED_BODY),
    "a terabyte announced": (response(HTML, Content_Length=10**12), Reason.TOO_LARGE),
    "chunks cut": (
        response(b"5\r\nhello\r\nff\r\nshort", Content_Length=None, Transfer_Encoding="chunked"),
        Reason.TRUNCATED_BODY,
    ),
    "not chunks": (response(HTML, Content_Length=None, Transfer_Encoding="chunked"), Reason.CONNECTION_FAILED),
    "nothing": (b"", Reason.CONNECTION_FAILED),
    "TLS": (b"\x16\x03\x01 not http\r\n\r\n", Reason.CONNECTION_FAILED),
    "endless header": (b"HTTP/1.1 200 OK\r\nX: " + b"a" * 200_000 + b"\r\n\r\n", Reason.CONNECTION_FAILED),
    "404": (response(HTML, status="404 Not Found"), Reason.HTTP_STATUS),
    "403": (response(HTML, status="403 Forbidden"), Reason.HTTP_STATUS),
    "503": (response(HTML, status="503 Service Unavailable", Retry_After=120), Reason.HTTP_STATUS),
    "redirect with credentials": (redirect("http://user:secret@127.0.0.1/"), Reason.BAD_URL),
    "redirect to a file": (redirect("file:///etc/passwd"), Reason.BAD_URL),
    "redirect to a script": (redirect("javascript:alert(1)"), Reason.BAD_URL),
    "redirect to ssh": (redirect("http://127.0.0.1:22/"), Reason.BAD_URL),
    "redirect to half an address": (redirect("http://[::"), Reason.BAD_URL),
    "redirect to metadata": (redirect("http://169.254.169.254/latest/meta-data/"), Reason.FORBIDDEN_ADDRESS),
    "redirect to mapped metadata": (redirect("http://[::ffff:169.254.169.254]/"), Reason.FORBIDDEN_ADDRESS),
    "redirect to a private network": (redirect("http://10.0.0.1/"), Reason.FORBIDDEN_ADDRESS),
    "redirect to a decimal address": (redirect("http://2130706433/"), Reason.BAD_URL),
    "redirect to a hexadecimal address": (redirect("http://0x7f.1/"), Reason.FORBIDDEN_ADDRESS),
    "redirect to localhost": (redirect("http://localhost/"), Reason.FORBIDDEN_ADDRESS),
    "redirect to itself": (redirect("/a"), Reason.TOO_MANY_REDIRECTS),
}


@pytest.mark.parametrize("name", BAD_ANSWERS)
def test_bad_answers_have_a_reason(site: Hostile, name: str):
    site.answers["/a"], reason = BAD_ANSWERS[name]
    answer = ask(site, "/a")
    assert isinstance(answer, Failed)
    assert answer.reason is reason, answer


def test_a_failed_status_keeps_status_and_headers(site: Hostile):
    site.answers["/a"] = response(status="429 Too Many Requests", Retry_After=120)
    answer = ask(site, "/a")
    assert isinstance(answer, Failed)
    assert (answer.status, answer.headers["retry-after"]) == (429, "120")


def test_a_flood_without_length_is_cut_off(site: Hostile, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(web_client, "MAX_BODY", 100_000)
    site.answers["/a"] = response(HTML * 200, Content_Length=None)
    answer = ask(site, "/a")
    assert isinstance(answer, Failed)
    assert answer.reason is Reason.TOO_LARGE


def test_a_slow_drip_ends_by_the_total_time(site: Hostile, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(web_client, "SECONDS", 0.4)
    site.answers["/a"], site.drip_seconds["/a"] = response(HTML), 0.05
    answer = ask(site, "/a")
    assert isinstance(answer, Failed)
    assert answer.reason is Reason.TIMED_OUT


def test_redirects_are_followed_and_told(site: Hostile):
    site.answers["/a"] = redirect("b?c=d", "301 Moved Permanently")
    site.answers["/b?c=d"] = response(HTML, Set_Cookie="id=1")
    answer = ask(site, "/a")
    assert isinstance(answer, Fetched)
    assert answer.url == site.url("/b?c=d")
    assert answer.redirects == ((301, site.url("/b?c=d")),)


def test_cookies_do_not_stay(site: Hostile):
    site.answers["/a"] = response(HTML, Set_Cookie="id=1")
    requests = [Request(item_id=str(n), url=site.url("/a")) for n in range(3)]
    assert len(list(fetch(requests, settings_for(site.place)))) == 3
    assert not any("cookie" in headers for _, headers in site.asked)


def test_loopback_is_refused_unless_listed(site: Hostile):
    site.answers["/a"] = response(HTML)
    (answer,) = fetch([Request(item_id="x", url=site.url("/a"))], settings_for())
    assert isinstance(answer, Failed)
    assert answer.reason is Reason.BAD_URL  # its port is unusual, too
    assert site.asked == []


def test_a_listed_name_may_lead_to_a_private_address(site: Hostile):
    site.answers["/a"] = response(HTML)
    request = Request(item_id="x", url=f"http://localhost:{site.port}/a")
    (answer,) = fetch([request], settings_for(f"localhost:{site.port}"))
    assert isinstance(answer, Fetched), answer


def test_a_name_that_changes_its_mind_gains_nothing(site: Hostile, monkeypatch: pytest.MonkeyPatch):
    """The resolver is told a public address; the socket would be opened to a private one."""

    async def rebinding(self, host, port=0, family=socket.AF_UNSPEC):
        return [
            {"hostname": host, "host": "127.0.0.1", "port": site.port, "family": socket.AF_INET, "proto": 0, "flags": 0}
        ]

    monkeypatch.setattr(web_addresses.CheckedResolver, "resolve", rebinding)
    (answer,) = fetch([Request(item_id="x", url="http://rebinding.example/a")], settings_for())
    assert isinstance(answer, Failed)
    assert answer.reason is Reason.FORBIDDEN_ADDRESS
    assert site.asked == []


def test_names_that_do_not_exist_and_closed_ports():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{unused.getsockname()[1]}"
        urls = ["http://no-such-name.invalid/", f"http://{place}/", "nonsense", "http://a\u2028b.example/"]
        requests = [Request(item_id=url, url=url) for url in urls]
        answers = {answer.request.item_id: answer for answer in fetch(requests, settings_for(place))}
    reasons = [answer.reason for url in urls if isinstance(answer := answers[url], Failed)]
    assert reasons[:3] == [Reason.DNS_FAILURE, Reason.CONNECTION_FAILED, Reason.BAD_URL]
    assert reasons[3] in (Reason.BAD_URL, Reason.DNS_FAILURE)


def test_many_requests_are_each_answered_once(site: Hostile):
    for n in range(60):
        site.answers[f"/{n}"] = response(b"%d" % n) if n % 7 else response(status="500 Oops")
    requests = [Request(item_id=str(n), url=site.url(f"/{n}")) for n in range(60)]
    answers = {answer.request.item_id: answer for answer in fetch(requests, settings_for(site.place, connections=3))}
    assert len(answers) == 60
    assert all(isinstance(answer, Failed) == (int(n) % 7 == 0) for n, answer in answers.items())


def test_no_more_bodies_in_memory_than_connections(site: Hostile):
    site.answers["/big"] = response(bytes(1_000_000))
    requests = [Request(item_id=str(n), url=site.url("/big")) for n in range(60)]
    tracemalloc.start()
    try:
        sizes = [
            len(answer.body)
            for answer in fetch(requests, settings_for(site.place, connections=2))
            if isinstance(answer, Fetched)
        ]
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert sizes == [1_000_000] * 60
    assert peak < 20_000_000


def test_a_reader_may_stop_early(site: Hostile):
    site.answers["/a"] = response(HTML)
    answers = fetch([Request(item_id=str(n), url=site.url("/a")) for n in range(20)], settings_for(site.place))
    assert next(answers).request.item_id
    answers.close()  # warnings about what is left open would fail this test


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_public_addresses(address: str):
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "224.0.0.1",
        "255.255.255.255", "198.18.0.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1",
        "::ffff:127.0.0.1", "::ffff:a9fe:a9fe", "64:ff9b::7f00:1", "2002:7f00:1::", "2002:a9fe:a9fe::",
    ],
)  # fmt: skip
def test_addresses_that_are_not_public(address: str):
    assert not is_public(address)
