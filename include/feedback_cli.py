"""The `feedback` commands of the command line: what people decided, as labels, as a list, and taken back."""

from __future__ import annotations

import getpass
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from include.cli_files import STANDARD, working, writable, writing
from include.settings import Settings

app = typer.Typer(help="What people decided on acts: labels of it, a list, and taking back.", no_args_is_help=True)


def warehouse() -> Settings:
    """The settings, when they name a warehouse."""
    from include.settings import settings

    if not settings().warehouse:
        raise typer.BadParameter("AIRFLOW_CONN_WAREHOUSE, the address of the warehouse, is not set")
    return settings()


@app.command()
def export(
    output: Annotated[
        Path,
        typer.Option("--output", "-o", callback=writable, metavar="FILE", help="JSON Lines; - is standard output."),
    ] = STANDARD,
    documents: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where the texts go: {doc_id, title, published, text}.")
    ] = None,
    partial: Annotated[
        bool, typer.Option(help="Also articles with acts that nobody decided on, which stand in `background`.")
    ] = False,
) -> None:
    """Write articles with their events as people decided, in the form of the labels that `make evaluate` reads."""
    from include.pipeline.feedback import labelled_articles

    desk, written, left = warehouse(), 0, 0
    with working("articles") as work, writing(output) as labels:
        with writing(writable(documents)) if documents else nullcontext() as texts:
            for article in labelled_articles(desk):
                if not (article.is_whole or partial):
                    left += 1
                    continue
                labels.write(article.label)
                if texts:
                    texts.write(article.document)
                written += 1
                work.advance()
        work.say(f"{written} articles written; {left} left out, of whose acts some are undecided")


@app.command("list")
def list_(
    most: Annotated[int, typer.Option(min=1, help="How many, the newest first.")] = 50,
) -> None:
    """Show who decided what, and when."""
    from include.edges.warehouse import read, transaction

    # Its id stands there in full on a narrow screen too: `revoke` takes it.
    table = Table(Column("decision", no_wrap=True), "who, and when (UTC)", "what")
    with transaction(warehouse().warehouse) as connection:
        for row in read(connection, "list_decisions", most=most):
            act = f"{', '.join(row.imposers or ())} {row.event_type or ''} {', '.join(row.targets or ())}"
            kind = f"{row.kind}, revoked" if row.is_revoked else row.kind
            when = f"{row.decided_at.astimezone(UTC):%Y-%m-%d %H:%M}"
            said = f"{kind}: {' '.join(act.split())}{f' - {row.note}' if row.note else ''}"
            table.add_row(*map(escape, (row.decision_id, f"{row.decided_by} {when}", said)))
    Console().print(table)


@app.command()
def revoke(
    decision: Annotated[UUID, typer.Argument(help="Its id, as `feedback list` shows it.")],
    by: Annotated[str, typer.Option(help="Who takes it back.")] = "",
) -> None:
    """Take a decision back; its acts are resolved again without it."""
    from include.pipeline.review_answers import revoke_decision

    tally = revoke_decision(
        warehouse(), now=datetime.now(UTC), decision_id=str(decision), user=by or getpass.getuser()
    ).as_dict()
    if not tally.get("decisions_revoked"):
        typer.echo(f"no decision stands under {decision}", err=True)
        raise typer.Exit(1)
    typer.echo(", ".join(f"{name} {n}" for name, n in tally.items()))
