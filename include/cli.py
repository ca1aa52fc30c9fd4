"""The pipeline's stages on files, without Airflow: JSON Lines in, JSON Lines out.

Exit status: 0 done; 1 some rows were rejected, each is named on standard error; 2 the command was not understood,
or cannot be carried out here; 3 the program is broken, and its output is not whole.
"""

# A command imports its stage only when it runs: trafilatura, spaCy and pyarrow take a second each.
from __future__ import annotations

import os
import sys
import traceback
from contextlib import suppress
from datetime import UTC, datetime
from enum import StrEnum
from itertools import chain
from pathlib import Path
from typing import Annotated

import typer

from include.cli_files import STANDARD, read_rows, readable, working, writable, writing
from include.cli_pages import find_pages, once, read_page, read_warc
from include.feedback_cli import app as feedback
from include.feeds_cli import app as feeds
from include.records import Rejected

app = typer.Typer(help=__doc__, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.add_typer(feeds, name="feeds")
app.add_typer(feedback, name="feedback")

Rows = Annotated[
    Path, typer.Argument(callback=readable, metavar="FILE", help="JSON Lines, .gz too; - is standard input.")
]
Output = Annotated[
    Path, typer.Option("--output", "-o", callback=writable, metavar="FILE", help="JSON Lines; - is standard output.")
]
Pages = Annotated[list[Path] | None, typer.Argument(exists=True, help="HTML files, .gz too, and folders of them.")]
Warcs = Annotated[list[Path] | None, typer.Option(exists=True, dir_okay=False, help="WARC file; may be repeated.")]


class ExportFormat(StrEnum):
    """The formats of pipeline.export, named here so that --help needs no pyarrow."""

    PARQUET = "parquet"
    CSV = "csv"
    JSONL = "jsonl"
    FTM = "ftm"


@app.command()
def clean(pages: Pages = None, warc: Warcs = None, output: Output = STANDARD) -> None:
    """Clean pages into articles: {id, url, title, byline, published, published_source, language, text, rejected?}.

    The id of a page is its file's name without .html or .html.gz, or its relative path where several have one name.
    """
    files = find_pages(pages or ())
    if not files and not warc:
        raise typer.BadParameter("no pages: give HTML files, folders that hold some, or --warc FILE")
    from include.cli_rows import article_row
    from include.pipeline.clean_bounded import clean_within_bounds

    now = datetime.now(UTC)
    with working("pages") as work, writing(output) as out:
        from_files = (read_page(file, name, now=now) for file, name in files.items())
        from_warcs = once(page for file in warc or () for page in read_warc(file, now=now))
        for page in chain(from_files, from_warcs):
            article = page if isinstance(page, Rejected) else clean_within_bounds(page, now=now)
            if isinstance(article, Rejected):
                work.reject(article)
            out.write(article_row(article))
            work.advance()


@app.command()
def group(articles: Rows, output: Output = STANDARD) -> None:
    """Group articles into stories: {id, source, seen_at, title, text} to {id, story_id, relation, canonical}."""
    from include.cli_rows import groupable_from, story_row
    from include.cli_stages import group_into_stories

    with working("articles") as work, writing(output) as out:
        others = dict.fromkeys(("title", "source", "url"), str)
        rows = read_rows(articles, work, required={"id": str, "text": str}, optional=others, key="id")
        kept = {row["id"]: groupable_from(row) for row in rows}
        members = group_into_stories(list(kept.values()), work)
        for article_id in kept:
            out.write(story_row(members[article_id]))


@app.command()
def extract(documents: Rows, output: Output = STANDARD) -> None:
    """Read sanctions events out of documents: {doc_id, title, published, text} to {doc_id, events}."""
    from include.cli_rows import events_row
    from include.cli_stages import documents_in, read_events

    with working("documents") as work, writing(output) as out:
        for document, mentions in read_events(documents_in(documents, work), work):
            out.write(events_row(document, mentions))


@app.command()
def resolve(documents: Rows, output: Output = STANDARD) -> None:
    """Read events out of documents and put those together that are one act: a line for each act."""
    from include.cli_rows import act_row, groupable_of
    from include.cli_stages import documents_in, group_into_stories, read_in_stories
    from include.stages.resolve import resolve_mentions

    with working("documents") as work, writing(output) as out:
        everything = list(documents_in(documents, work, key="doc_id"))
        members = group_into_stories([groupable_of(document) for document in everything], work)
        found = read_in_stories(everything, members, work)
        mentions = {mention.id: mention for _, each in found for mention in each}
        stories = {article_id: member.story_id for article_id, member in members.items()}
        for event in resolve_mentions(mentions.values(), stories=stories):
            out.write(act_row(event, mentions))


@app.command()
def export(
    form: Annotated[ExportFormat, typer.Option("--format", help="Kind of file.")],
    output: Annotated[Path, typer.Option("--output", "-o", file_okay=False, help="Folder, made when it is not there.")],
) -> None:
    """Write the warehouse's events, mentions, parties and measures to files; AIRFLOW_CONN_WAREHOUSE is its address."""
    from include.pipeline.export import Format, count_rows, export_warehouse
    from include.settings import settings

    if not settings().warehouse:
        raise typer.BadParameter("AIRFLOW_CONN_WAREHOUSE, the address of the warehouse, is not set")
    with working("rows") as work:
        work.expect(count_rows(settings(), Format(form)))
        tally = export_warehouse(settings(), form=Format(form), folder=output, advance=work.advance)
        work.say(", ".join(f"{name} {n}" for name, n in tally.as_dict().items()) or "the warehouse is empty")


@app.command()
def backup(
    to: Annotated[Path, typer.Option("--to", file_okay=False, metavar="FOLDER", help="New or empty folder.")],
) -> None:
    """Back up the warehouse of AIRFLOW_CONN_WAREHOUSE_OWNER, with a list of the archive's files that it leads to."""
    from include.pipeline.backup import back_up
    from include.settings import settings

    if not settings().warehouse_owner:
        raise typer.BadParameter("AIRFLOW_CONN_WAREHOUSE_OWNER, the address of the warehouse, is not set")
    with working("archive files") as work:
        tally = back_up(settings(), to, now=datetime.now(UTC), missing=work.miss, advance=work.advance)
        work.say(", ".join(f"{name} {n}" for name, n in tally.as_dict().items()))


@app.command()
def restore(
    source: Annotated[Path, typer.Option("--from", exists=True, file_okay=False, metavar="FOLDER", help="A backup.")],
) -> None:
    """Restore a backup into the empty database of AIRFLOW_CONN_WAREHOUSE_OWNER, then check the archive."""
    from include.pipeline.backup import restore_backup
    from include.settings import settings

    if not settings().warehouse_owner:
        raise typer.BadParameter("AIRFLOW_CONN_WAREHOUSE_OWNER, the address of an empty database, is not set")
    with working("archive files") as work:
        tally = restore_backup(settings(), source, say=work.say, missing=work.miss, advance=work.advance)
        work.say(", ".join(["restored", *(f"{name} {n}" for name, n in tally.as_dict().items())]))


@app.command()
def dictionary(
    output: Annotated[
        Path, typer.Option("--output", "-o", callback=writable, metavar="FILE", help="Markdown; - is standard output.")
    ] = STANDARD,
) -> None:
    """Write what the warehouse's tables, views and columns mean, from their comments, with a picture of the tables."""
    from include.pipeline.data_dictionary import data_dictionary
    from include.settings import settings

    if not settings().warehouse:
        raise typer.BadParameter("AIRFLOW_CONN_WAREHOUSE, the address of the warehouse, is not set")
    text = data_dictionary(settings().warehouse)
    if output == STANDARD:
        sys.stdout.write(text)
    else:
        output.write_text(text, encoding="utf-8")


def hindrance(error: Exception) -> str:
    """What of the world around us keeps the command from being done; empty when the program is at fault."""
    import psycopg2
    from psycopg2 import errors

    from include.edges.dump import DumpFailedError
    from include.pipeline.backup_manifest import BackupError
    from include.settings import SettingsError

    match error:
        case SettingsError() | BackupError() | DumpFailedError():
            return str(error)
        case psycopg2.OperationalError() | errors.UndefinedTable() | errors.InsufficientPrivilege():
            return f"The warehouse of AIRFLOW_CONN_WAREHOUSE cannot be read: {' '.join(str(error).split())}"
        case OSError():
            return f"{error.filename or 'The output'}: {error.strerror or error}"
    return ""


def main() -> None:
    """Runs the command; a crash never looks like exit status 1."""
    from include.pipeline.file_set import stoppable

    try:
        with stoppable():
            app()
    except Exception as error:  # any crash must end in status 3, never in 1, which means rejected rows
        if not (said := hindrance(error)):
            traceback.print_exc()
            sys.exit(3)
        print(said, file=sys.stderr)
        with suppress(OSError, AttributeError):  # what is left in the buffer would be tried again at the end
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(2)


if __name__ == "__main__":
    main()
