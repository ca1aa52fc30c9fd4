"""Days are resolved against the day of publication."""

from datetime import date

import pytest

from include.extractors.slot_dates import dates_in

FRIDAY = date(2024, 3, 15)


@pytest.mark.parametrize(
    ("text", "is_planned", "expected"),
    [
        ("It was decided on Wednesday.", False, "2024-03-13"),
        ("It was decided Friday.", False, "2024-03-15"),
        ("It was decided yesterday.", False, "2024-03-14"),
        ("The vote was two days ago.", False, "2024-03-13"),
        ("The ban of 24 February 2022 stays.", False, "2022-02-24"),
        ("The ban of Feb. 30 stays.", False, None),
        ("Ministers will meet on Monday.", True, "2024-03-18"),
        ("The Treasury on Tuesday will name the firms.", True, "2024-03-19"),
        ("The minister plans to sign the order on Monday.", True, "2024-03-18"),
        ("They will act by the end of April.", True, "2024-04"),
        ("They acted.", False, None),
    ],
)
def test_dates(text, is_planned, expected):
    found = dates_in(text, FRIDAY, is_planned)
    assert (found[0][1] if found else None) == expected


def test_a_weekday_without_a_day_of_publication_is_no_date():
    assert dates_in("It was decided on Wednesday.", None, False) == []
