"""The warehouse's data dictionary: its COMMENTs and references as one Markdown page, with a picture of the tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from include.edges.warehouse import read, transaction

HEAD = """# Data dictionary

Made by `make dictionary` from the COMMENTs of the warehouse, and tested to be what they say: change those in
`include/sql`, not this page. Analysts read `mart` and `sanctions`; `news` is the pipeline's.
"""
SCHEMAS = {
    "mart": "## mart: what analysts read",
    "sanctions": "## sanctions: what was read out of the articles",
    "news": "## news: what was collected",
}


def data_dictionary(dsn: str) -> str:
    """The page, of the warehouse at this address."""
    with transaction(dsn) as connection:
        return "\n".join(
            page(
                read(connection, "dictionary_relations"),
                links=read(connection, "dictionary_links"),
                functions=read(connection, "dictionary_functions"),
            )
        )


def page(relations: Sequence[Any], *, links: Sequence[Any], functions: Sequence[Any]) -> Iterator[str]:
    """The lines of the page."""
    yield HEAD
    for schema, title in SCHEMAS.items():
        yield f"{title}\n"
        for relation in relations:
            if relation.schema == schema:
                yield from entry(relation)
        if schema == "mart":
            yield from functions_of(functions)
    yield "## How the tables hang together\n"
    yield from picture([relation for relation in relations if relation.is_table], links)


def entry(relation: Any) -> Iterator[str]:
    """What one table or view is, and what its columns say."""
    yield f"### {relation.name}\n"
    yield f"{plain(relation.comment)}.\n"
    # A view's columns do not tell whether they can be null.
    yield "| column | type | null | meaning |" if relation.is_table else "| column | type | meaning |"
    yield "|---|---|---|---|" if relation.is_table else "|---|---|---|"
    for column in relation.columns:
        key = "key" if column["is_key"] else "yes" if column["is_nullable"] else ""
        null = f" {key} |" if relation.is_table else ""
        yield f"| `{column['name']}` | {column['type']} |{null} {plain(column['comment'])} |"
    yield ""


def functions_of(functions: Iterable[Any]) -> Iterator[str]:
    """What can be called, with what, and what comes back."""
    yield "### Functions\n"
    yield "| call | gives | meaning |"
    yield "|---|---|---|"
    for function in functions:
        yield f"| `{function.name}({function.arguments})` | `{function.result}` | {plain(function.comment)} |"
    yield ""


def picture(tables: Iterable[Any], links: Iterable[Any]) -> Iterator[str]:
    """An entity-relationship diagram in Mermaid, of keys and references only."""
    yield "```mermaid"
    yield "erDiagram"
    for link in links:
        one, many = "|o" if link.is_optional else "||", "o|" if link.is_only else "o{"
        yield f'    {link.to_table} {one}--{many} {link.from_table} : "{link.by}"'
    for table in tables:
        yield f"    {table.short_name} {{"
        for column in table.columns:
            if kinds := [kind for kind, holds in (("PK", column["is_key"]), ("FK", column["is_link"])) if holds]:
                yield f"        {column['type'].replace(' ', '_')} {column['name']} {', '.join(kinds)}"
        yield "    }"
    yield "```"
    yield ""


def plain(comment: str | None) -> str:
    """The comment as it can stand in a cell of a table."""
    return (comment or "").replace("|", "\\|").replace("<", "&lt;")
