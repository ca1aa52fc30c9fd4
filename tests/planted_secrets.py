"""Secrets that tests plant where a deployment keeps its own, and the look for them in whatever comes out."""

from __future__ import annotations

import base64
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote, quote_plus

# By the place where each is kept; characters that URLs, JSON and shells write in another way are among them.
SECRETS = {
    "warehouse password": "Wh7-planted/dsn+pass@word%1",
    "object store key": "AKIAPLANTEDKEYID0001",
    "object store secret": "S3-planted/secret+key/0123456789abcdefgh",
    "connection password": "Cn5-planted-connection-Zq81w0rd",
    "signing secret": "Jw9-planted-signing-secret-0123456789abcdef0123456789abcdef012345",
    "session secret": "Ap3-planted-session-secret-Kd94mZ",
    "encryption key": "cGxhbnRlZC1lbmNyeXB0aW9uLWtleS0wMTIzNDU2Nzg=",
    "superuser password": "Su2-planted-superuser-Xy91w0rd",
}
PART = 12  # characters of a secret that give it away


def leaks(text: str) -> list[str]:
    """The names of the secrets that a text holds, whole or in good part, in any of the ways they are written."""
    return [name for name, secret in SECRETS.items() if any(form in text for form in _forms(secret))]


def _forms(secret: str) -> set[str]:
    whole = {secret, quote(secret), quote(secret, safe=""), quote_plus(secret), secret.replace("/", "\\/")}
    packed = base64.b64encode(secret.encode()).decode().rstrip("=")[:-2]  # the last ones depend on what follows
    return whole | {packed, secret[:PART], secret[-PART:]}


def leaks_of_folder(folder: Path) -> dict[str, list[str]]:
    """The files below a folder that hold a secret; databases are dumped first."""
    found = {}
    for file in sorted(each for each in folder.rglob("*") if each.is_file()):
        if file.suffix == ".db":
            with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
                text = "\n".join(database.iterdump())
        else:
            text = file.read_bytes().decode("utf-8", "replace")
        if held := leaks(text):
            found[file.relative_to(folder).as_posix()] = held
    return found
