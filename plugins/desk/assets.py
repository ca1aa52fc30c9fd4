"""Scripts, styles and pictures of the pages, from this folder alone and behind the same guard as the pages."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, HTTPException
from fastapi.responses import FileResponse

STATIC = Path(__file__).parent / "static"
FILES = {file.relative_to(STATIC).as_posix(): file for file in STATIC.rglob("*") if file.is_file()}
router = APIRouter()


@router.get("/static/{name:path}")
def static(name: str) -> FileResponse:
    if name not in FILES:
        raise HTTPException(404, "There is no such file.")
    return FileResponse(FILES[name], headers={"Cache-Control": "private, max-age=3600"})
