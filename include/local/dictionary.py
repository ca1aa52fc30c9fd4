"""Writes docs/data_dictionary.md from the COMMENTs of a warehouse that is made for it and thrown away."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from include.edges.migrate import migrate
from include.local.postgres import start_postgres
from include.pipeline.data_dictionary import data_dictionary

PAGE = Path(__file__).parent.parent.parent / "docs" / "data_dictionary.md"


def main() -> None:
    # Not under our home: as root the server runs as `nobody`, who may not enter that.
    home = Path(tempfile.mkdtemp(prefix="desk-dictionary-"))
    home.chmod(0o711)
    try:
        server = start_postgres(home)
        try:
            server.create_database("dictionary")
            owner = server.dsn("dictionary", "desk_owner")
            migrate(owner)
            PAGE.write_text(data_dictionary(owner), encoding="utf-8")
        finally:
            server.stop()
    finally:
        shutil.rmtree(home)


if __name__ == "__main__":
    main()
