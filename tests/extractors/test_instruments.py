"""Acts are named in one spelling."""

import pytest

from include.catalog import load_catalog
from include.extractors.slot_instrument import instruments_in

CATALOG = load_catalog()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("S/RES/1970 (2011) stays in force.", "UN Security Council Resolution 1970 (2011)"),
        ("E.O. 13382 covers them.", "Executive Order 13382"),
        ("It follows Council Regulation (EU) No 269/2014.", "Regulation (EU) 269/2014"),
        ("Ministers adopted the 3rd package.", "third package"),
        ("Ministers adopted the thirteenth sanctions package.", "13th package"),
        ("The Chad (Sanctions) (EU Exit) Regulations 2019 name him.", "Chad (Sanctions) (EU Exit) Regulations 2019"),
    ],
)
def test_spelling(text, expected):
    assert next(instruments_in(text, CATALOG), "").removeprefix("The ") == expected
