"""A floor under body extraction, on real pages where those lie beside the project."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

from bench.clean_quality import combine, ours, page_score

FLOOR = 0.970  # trafilatura as it comes: 0.953, fast: 0.955


def test_body_f1_stays_over_the_floor(shared: Path) -> None:
    gold = json.loads((shared / "data" / "pages" / "ground-truth.json").read_text(encoding="utf-8"))
    scores = []
    for name, page in sorted(gold.items()):
        body = gzip.decompress((shared / "data" / "pages" / "html" / f"{name}.html.gz").read_bytes())
        scores.append(page_score(page["articleBody"], ours(body)))
    assert combine(scores)[0] >= FLOOR
