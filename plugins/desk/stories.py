"""Stories: who had it first, how it spread, and what two of its members say differently."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import HTMLResponse

from include.edges.warehouse import read
from plugins.desk import charts
from plugins.desk.filters import StoryFilter, asked, bound
from plugins.desk.marked_text import compare, is_cut
from plugins.desk.pages import render
from plugins.desk.reading import reading

router = APIRouter()
PAGE_SIZE = 50
MOST_MEMBERS = 200
MOST_TOLD = 50  # articles that a search for words takes
MOST_OF_PUBLISHER = 2_000  # newest articles of a publisher whose stories are looked through


@router.get("/stories")
def stories(request: Request, search: Annotated[StoryFilter, Query()]) -> HTMLResponse:
    with reading() as connection:
        found = read(
            connection,
            "desk/stories_found",
            **bound(search),
            page_size=PAGE_SIZE,
            most_told=MOST_TOLD,
            most_of_publisher=MOST_OF_PUBLISHER,
        )
    page, more = found[:PAGE_SIZE], found[PAGE_SIZE:]
    query = asked(search)
    return render(
        request,
        "stories.html",
        here="Stories",
        title="Stories",
        query=query,
        stories=page,
        following={**query, "after_seen": page[-1].last_seen_at.isoformat(), "after_id": page[-1].story_id}
        if more
        else None,
    )


@router.get("/stories/{story_id}")
def story(request: Request, story_id: UUID, a: UUID | None = None, b: UUID | None = None) -> HTMLResponse:
    with reading() as connection:
        found = read(connection, "desk/story", story_id=str(story_id))
        if not found:
            raise HTTPException(404, "There is no such story; one that was merged into another lost its address.")
        members = read(connection, "desk/story_members", story_id=str(story_id), max_rows=MOST_MEMBERS)
        known = {each.article_id for each in members}
        chosen = [str(each) for each in (a, b) if each]
        if not known.issuperset(chosen):
            raise HTTPException(404, "This story has no such member.")
        articles = {each.article_id: each for each in read(connection, "desk/article", ids=chosen)}
    pair = [articles[each] for each in chosen] if len(chosen) == 2 else []
    texts = [each.text or "" for each in pair]
    return render(
        request,
        "story.html",
        here="Stories",
        title=found[0].title,
        story=found[0],
        members=members,
        is_all=len(members) < MOST_MEMBERS,
        spread=charts.timeline(members),
        a=str(a or (members[0].article_id if members else "")),
        b=str(b or (members[-1].article_id if members else "")),
        pair=pair,
        difference=compare(*texts) if pair else None,
        is_cut=is_cut(*texts),
    )
