"""Scripts, styles and data of the pages, from this folder alone, for everybody: the way to log in is a page, too."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from fastapi import APIRouter, HTTPException
from fastapi.responses import FileResponse

STATIC = Path(__file__).parent / "static"
FILES = {file.relative_to(STATIC).as_posix(): file for file in STATIC.rglob("*") if file.is_file()}
VERSIONS = {name: sha256(file.read_bytes()).hexdigest()[:12] for name, file in FILES.items()}
FOR_GOOD = "public, max-age=31536000, immutable"  # an address that names the version
FOR_AN_HOUR = "public, max-age=3600"
router = APIRouter()


@router.get("/static/{name:path}")
def static(name: str, v: str = "") -> FileResponse:
    if name not in FILES:
        raise HTTPException(404, "There is no such file.")
    return FileResponse(FILES[name], headers={"Cache-Control": FOR_GOOD if v == VERSIONS[name] else FOR_AN_HOUR})
