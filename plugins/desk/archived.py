"""A page as it was fetched: its bytes from the archive, shown as text and never as the stranger's HTML."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse

from include.edges.archive import Archive, ArchiveError
from include.edges.warehouse import read
from include.records import ArchiveRecord
from include.settings import settings
from include.stages.clean import decode
from plugins.desk.pages import render
from plugins.desk.reading import reading

router = APIRouter()
LONGEST = 200_000  # characters of a page's source


@router.get("/pages/{page_id}")
def page(request: Request, page_id: UUID) -> HTMLResponse:
    with reading() as connection:
        found = read(connection, "desk/page", page_id=str(page_id))
        if not found:
            raise HTTPException(404, "There is no such page.")
        articles = read(connection, "desk/article", ids=[found[0].article_id]) if found[0].article_id else []
    source, missing = "", ""
    record = ArchiveRecord(file=found[0].warc_file, offset=found[0].warc_offset, length=found[0].warc_length)
    try:
        body = Archive(settings().archive).read(record, sha256=found[0].body_sha256)
    except (ArchiveError, OSError) as error:
        missing = f"The archive does not have it whole: {error}."
    else:
        text = decode(body, found[0].content_type)
        source = text if isinstance(text, str) else text.decode("utf-8", "replace")
    return render(
        request,
        "archived.html",
        here="Events",
        title="A page as it was fetched",
        page=found[0],
        article=articles[0] if articles else None,
        source=source[:LONGEST],
        is_cut=len(source) > LONGEST,
        missing=missing,
    )
