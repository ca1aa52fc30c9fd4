"""A question shows what its act rests on, and nothing that strangers wrote is more than text in it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from markdown_it import MarkdownIt

from include.records import EventType, Measure, MeasureType, Modality, Party, SanctionsEvent
from include.stages.questions import MOST_REPORTS, Question, Report, SimilarAct, name_act, verbatim, write_body

HOSTILE = [
    "![pixel](https://evil.example/p.png)",
    "[click](javascript:alert(1))",
    "<img src=x onerror=alert(1)> <a href='https://evil.example'>x</a>",
    "see https://evil.example and www.evil.example or mail@evil.example",
    "`` ` ``` ![x](https://evil.example) `",
    "` <script>alert(1)</script>",
    "\\` [x](https://evil.example)",
    "line\n\n# heading\n- [x](https://evil.example)\n| a | b |\n|---|---|",
    "{{ var.value.secret }} {% raw %}",
    "a\u202egpj.exe\u200b \x07",
    "ends in a backslash \\",
    "ends in a backtick `",
]


def question(words: str, *, reports: int = 1, **others: object) -> Question:
    party = Party(name=words, kind="person", code=None)
    return Question(
        act=SanctionsEvent(
            id="4711",
            event_type=EventType.IMPOSED,
            modality=Modality.ASSERTED,
            imposers=(party,),
            targets=(party,),
            actors=(party,),
            instrument=words,
            measures=(Measure(type=MeasureType.IMPORT_BAN, objects=(words,), flow="from_target"),),
            event_date="2031-05-06",
            effective_date=None,
            confidence=0.31,
            mention_ids=(),
        ),
        reports=(
            Report(
                publisher=words,
                published_at=datetime(2031, 5, 7, tzinfo=UTC),
                title=words,
                url=words,
                event_type="imposed",
                event_date=words,
                sentences=(words, words),
            ),
        )
        * reports,
        similar=(
            SimilarAct(
                id="4712",
                act_on=date(2031, 5, 5),
                event_type="imposed",
                imposers=(words,),
                targets=(words,),
                instrument=words,
                report_count=3,
            ),
        ),
        **others,
    )


@pytest.mark.parametrize("words", HOSTILE)
def test_strangers_words_are_no_markup(words):
    body = write_body(question(words, refused_before=words))
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(body)
    inline = [child for token in tokens for child in token.children or ()]
    kinds = {token.type for token in (*tokens, *inline)}
    assert not kinds & {"link_open", "image", "html_inline", "html_block", "heading_open", "table_open", "fence"}
    shown = [child.content for child in inline if child.type == "code_inline"]
    assert any(part in " ".join(shown) for part in (words.split("\n")[0].strip("\u202e\u200b\x07 `"), "agpj.exe"))
    assert not any("evil" in child.content for child in inline if child.type != "code_inline")


def test_evidence_and_similar_acts_are_shown():
    body = write_body(question("Canada listed three firms.", refused_before="2031-02-31 is no date."))
    assert "` 2031-02-31 is no date. `" in body
    for part in ("confidence 0.31", "import_ban from_target", "1\\. ", "2031-05-07", "`4712`"):
        assert part in body


def test_an_act_with_many_reports_stays_readable():
    body = write_body(question("words", reports=MOST_REPORTS + 7))
    assert f"{MOST_REPORTS}\\. " in body
    assert f"{MOST_REPORTS + 1}\\. " not in body
    assert "7 more" in body


def test_names_are_short_and_on_one_line():
    name = name_act("12345678-aaaa", ["Canada\n" * 50], "imposed", [])
    assert "\n" not in name
    assert len(name) < 120
    assert name.endswith("? (12345678)")


def test_code_spans_hold_any_number_of_backticks():
    assert verbatim("a ``` b") == "```` a ``` b ````"
