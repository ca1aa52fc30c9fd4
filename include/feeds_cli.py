"""The `feeds` commands of the command line: OPML in and out of the catalog, whether its feeds answer, and new ones."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import track
from rich.table import Table

from include.catalog.feeds import FEEDS_FILE, CatalogError, fault, load_feeds
from include.catalog.feeds_file import add_feeds, stamp_checked
from include.catalog.opml import read_opml, write_opml
from include.cli_files import STANDARD, writable
from include.records import Feed

app = typer.Typer(
    help="The feed catalog: import and export OPML, check that feeds answer, discover those of a site.",
    no_args_is_help=True,
)

Catalog = Annotated[Path, typer.Option(help="The catalog to work on.", exists=True, dir_okay=False)]


@app.command("import")
def import_(
    opml: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="OPML file.")],
    group: Annotated[str, typer.Option(help="Group of feeds that lie in no folder of the file.")] = "imported",
    kind: Annotated[str, typer.Option(help="Kind of feeds for which the file says none.")] = "newsroom",
    catalog: Catalog = FEEDS_FILE,
) -> None:
    """Add the feeds of an OPML file to the catalog; those it has already are left as they are."""
    try:
        listed = read_opml(opml.read_bytes(), group=group, kind=kind)
    except CatalogError as error:
        raise typer.BadParameter(f"{opml}: {error}") from error
    faults = {feed.url: trouble for feed in listed if (trouble := fault(feed))}
    good = [feed for feed in listed if feed.url not in faults]
    text, added = add_feeds(catalog.read_text(encoding="utf-8"), good)
    catalog.write_text(text, encoding="utf-8")
    typer.echo(f"{len(added)} feeds added, {len(good) - len(added)} were there already")
    for url, trouble in faults.items():
        typer.echo(f"{url}: {trouble}", err=True)
    if faults:
        raise typer.Exit(1)


@app.command("export")
def export(
    opml: Annotated[Path, typer.Argument(callback=writable, help="OPML file to write, - for standard output.")],
    catalog: Catalog = FEEDS_FILE,
) -> None:
    """Write the catalog as an OPML file."""
    text = write_opml(load_feeds(catalog))
    if opml == STANDARD:
        typer.echo(text, nl=False)
    else:
        opml.write_text(text, encoding="utf-8")


@app.command()
def check(
    group: Annotated[str, typer.Option(help="Only feeds of this group.")] = "",
    catalog: Catalog = FEEDS_FILE,
) -> None:
    """Ask every feed, show what it answers, and stamp `checked_on` of those that answer well."""
    from include.pipeline.check_feeds import check_feeds, duplicates
    from include.settings import settings

    feeds = [feed for feed in load_feeds(catalog) if group in ("", feed.group)]
    console = Console(stderr=True)
    answers = track(
        check_feeds(settings(), feeds, now=datetime.now(UTC)),
        "feeds",
        len(feeds),
        console=console,
        disable=not sys.stderr.isatty(),
    )
    found = {answer.feed.id: answer for answer in answers}
    checks = [found[feed.id] for feed in feeds]
    repeats = duplicates(checks)
    table = Table("group", "feed", "status", "type", "entries", "newest", "trouble")
    for each in checks:
        trouble = each.problem or (f"same as {repeats[each.feed.id].url}" if each.feed.id in repeats else "")
        table.add_row(*_cells(each.feed, each.status, each.content_type, len(each.entry_ids), each.newest_at, trouble))
    Console().print(table)
    good = [each.feed for each in checks if each.is_good]
    _stamp(catalog, good, datetime.now(UTC).date())
    typer.echo(f"{len(good)} of {len(checks)} feeds answer well", err=True)
    if len(good) < len(checks):
        raise typer.Exit(1)


@app.command()
def discover(
    url: Annotated[str, typer.Argument(help="Address of a site, or of one of its pages.")],
    add: Annotated[bool, typer.Option(help="Add what is found to the catalog, in the group `discovered`.")] = False,
    catalog: Catalog = FEEDS_FILE,
) -> None:
    """Find the feeds of a site: those that its page links, or those at the usual places."""
    from include.pipeline.discover_feeds import UnreachableSiteError, discover_feeds
    from include.settings import settings

    try:
        found = discover_feeds(settings(), url, now=datetime.now(UTC))
    except UnreachableSiteError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    table = Table("feed", "status", "type", "entries", "newest")
    for each in found:
        cells = _cells(each.feed, each.status, each.content_type, len(each.entry_ids), each.newest_at, "")
        table.add_row(escape(each.feed.url), *cells[2:6])
    Console().print(table)
    if add and found:
        text, added = add_feeds(catalog.read_text(encoding="utf-8"), [each.feed for each in found])
        catalog.write_text(text, encoding="utf-8")
        typer.echo(f"{len(added)} feeds added; their country and title are for you to fill in", err=True)
    if not found:
        typer.echo(f"no feed found at {url}", err=True)
        raise typer.Exit(1)


def _cells(
    feed: Feed, status: int | None, content_type: str, entries: int, newest_at: datetime | None, trouble: str
) -> Sequence[str]:
    newest = f"{newest_at:%Y-%m-%d %H:%M}" if newest_at else ""
    cells = (feed.group, feed.title, str(status or ""), content_type, str(entries or ""), newest, trouble)
    return [escape(cell) for cell in cells]


def _stamp(catalog: Path, feeds: Sequence[Feed], on: date) -> None:
    text = catalog.read_text(encoding="utf-8")
    catalog.write_text(stamp_checked(text, {feed.url for feed in feeds}, on), encoding="utf-8")
