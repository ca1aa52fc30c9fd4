"""One run over every fault at once: it does not fail, keeps every good entry and counts every reason."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from include.edges import web_addresses, web_client
from include.edges.bounded import BoundedWorker
from include.local.postgres import PostgresServer
from include.pipeline import parse_bounded
from include.pipeline.poll_feeds import poll_feeds
from include.pipeline.sync_feeds import sync_feeds
from include.settings import Settings
from tests.hostile import Hostile, hostile_server, response
from tests.pipeline.faults import FAULTS, Fault, good, table
from tests.pipeline.site_runs import NOW, SHARDS, query

DOCS = Path(__file__).resolve().parent.parent.parent / "docs"


def poll(settings: Settings, now) -> dict[str, int]:
    total: dict[str, int] = {}
    for shard in range(SHARDS):
        for name, n in poll_feeds(settings, now=now, shard=shard).as_dict().items():
            total[name] = total.get(name, 0) + n
    return total


async def rebinding(self, host, port=0, family=socket.AF_UNSPEC):
    """A resolver that was told a public address a moment ago."""
    if host.endswith(".invalid"):
        raise OSError(socket.EAI_NONAME, "no such name")
    return [{"hostname": host, "host": "127.0.0.1", "port": port, "family": socket.AF_INET, "proto": 0, "flags": 0}]


@pytest.fixture(scope="module")
def site() -> Iterator[Hostile]:
    with hostile_server() as server:
        outlines = []
        for fault in FAULTS:
            url = fault.setup(server, fault.path)
            address = url if isinstance(url, str) else server.url(fault.path)
            outlines.append(f'<outline text="{fault.name}" xmlUrl="{address}" country="GB"/>')
        opml = f"<opml version='2.0'><body>{''.join(outlines)}</body></opml>"
        server.answers["/feeds.opml"] = response(opml.encode())
        yield server


@pytest.fixture(scope="module")
def desk(
    site: Hostile, postgres: PostgresServer, migrated_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Settings, dict[str, int]]]:
    """Settings of a warehouse that has seen one poll of all faults, and what that poll counted."""
    postgres.create_database("faults", template=migrated_template)
    settings = Settings(
        home=tmp_path_factory.mktemp("faults"),
        feeds="newsstand",
        newsstand_url=site.url(""),
        allowed_addresses=site.place,
        shards=SHARDS,
        AIRFLOW_CONN_WAREHOUSE=postgres.dsn("faults", "desk_loader"),
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(web_client, "SECONDS", 5.0)
        worker = BoundedWorker(seconds=10.0)
        patch.setattr(parse_bounded, "_worker", lambda: worker)
        patch.setattr(web_addresses.CheckedResolver, "resolve", rebinding)
        sync_feeds(settings, now=NOW)
        yield settings, poll(settings, NOW)


def row_of(settings: Settings, fault: Fault) -> dict:
    (row,) = query(settings, "select id, state, reason from news.feeds where title = %s", fault.name)
    return row


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_fault(fault: Fault, desk: tuple[Settings, dict[str, int]]):
    settings, _ = desk
    row = row_of(settings, fault)
    state = fault.state or ("failing" if fault.reason else "ok")
    assert (row["state"], row["reason"]) == (state, fault.reason)
    (fetched,) = query(settings, "select reason from news.fetches where item_id = %s", row["id"])
    assert fetched["reason"] == fault.reason.partition(" ")[0]
    entries = query(settings, "select url, title, published_at from news.entries where feed_id = %s", row["id"])
    if fault.rejected or fault.reason:
        kept = [entry for entry in entries if not entry["url"].endswith("/odd")]
        assert len(kept) == fault.entries
    assert {f"http://paper.example{fault.path}/{n}" for n in (1, 2)} <= {entry["url"] for entry in entries} or (
        fault.reason
    )
    assert not any("<" in entry["title"] or "\0" in entry["title"] for entry in entries)
    assert all(entry["published_at"] is None or entry["published_at"] <= NOW for entry in entries)


def test_every_reason_is_counted(desk: tuple[Settings, dict[str, int]]):
    _, counts = desk
    assert counts["feeds_polled"] == len(FAULTS)
    assert counts["feeds_failed"] + sum(
        fault.reason in ("not_a_feed", "no_entries", "too_expensive") for fault in FAULTS
    ) == sum(bool(fault.reason) for fault in FAULTS)
    for reason in {fault.rejected for fault in FAULTS if fault.rejected}:
        assert counts[f"rejected_{reason}"] >= sum(fault.rejected == reason for fault in FAULTS)


def test_no_secret_of_this_machine_came_in(desk: tuple[Settings, dict[str, int]]):
    settings, _ = desk
    name = Path("/etc/hostname").read_text().strip() if Path("/etc/hostname").exists() else socket.gethostname()
    titles = query(settings, "select title from news.entries")
    assert not any(name in row["title"] for row in titles)


def test_what_heals_is_read_again(site: Hostile, desk: tuple[Settings, dict[str, int]]):
    """Runs last: every feed gets better, and none was dropped."""
    settings, _ = desk
    healed = [fault for fault in FAULTS if fault.path in site.answers]
    for fault in healed:
        site.answers[fault.path] = response(good(fault.path + "-healed").encode())
        site.drip_seconds.pop(fault.path, None)
    poll(settings, NOW + timedelta(days=2))
    for fault in healed:
        if fault.state == "retired":
            continue
        row = row_of(settings, fault)
        assert (row["state"], row["reason"]) == ("ok", ""), fault.name
        entries = query(settings, "select url from news.entries where feed_id = %s", row["id"])
        assert sum("-healed" in entry["url"] for entry in entries) == 2, fault.name


def test_the_documented_table_is_this_one():
    assert len(FAULTS) >= 40
    assert len({fault.path for fault in FAULTS}) == len(FAULTS)
    assert (DOCS / "faults.md").read_text(encoding="utf-8") == table()
