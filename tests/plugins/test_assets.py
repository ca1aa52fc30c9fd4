"""What pages load: versioned, nothing that they do not need, and colours that can be told apart."""

from __future__ import annotations

import re

import pytest

from plugins.desk.assets import FILES

STYLES = FILES["desk.css"].read_text(encoding="utf-8")


def luminance(colour: str) -> float:
    """As WCAG 2 defines it."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", [0, 1])
def test_edges_of_fields_can_be_seen_and_texts_read(theme):
    colours = [dict(re.findall(r"--(\w+): (#\w{6})", block)) for block in STYLES.split("}")[:2]][theme]
    for ground in ("paper", "panel"):
        assert contrast(colours["edge"], colours[ground]) >= 3
        for text in ("ink", "soft", "accent", "good", "warn", "bad"):
            assert contrast(colours[text], colours[ground]) >= 4.5, text
    assert contrast(colours["warn"], colours["mark"]) >= 3


def test_every_address_of_a_file_names_its_version(viewer):
    page = viewer.get("/desk/").text
    addresses = re.findall(r'"(/desk/static/[^"]+)"', page)
    assert len(addresses) >= 6
    for address in addresses:
        assert re.search(r"\?v=[0-9a-f]{12}$", address)
        assert "immutable" in viewer.get(address).headers["cache-control"]


@pytest.mark.parametrize("path", ["", "events", "stories", "feeds", "coverage"])
def test_the_library_of_charts_is_loaded_by_the_script_that_draws_one(viewer, path):
    scripts = re.findall(r'<script src="/desk/static/([^"?]+)', viewer.get(f"/desk/{path}").text)
    assert sorted(scripts) == ["charts.js", "desk.js", "theme.js"]
