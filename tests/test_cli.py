"""The command line's contract: what goes in, what comes out, and the exit status."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.progress import Progress
from typer.testing import CliRunner

from include import cli_stages
from include.cli import app
from include.cli_files import Work
from include.cli_pages import page_name
from include.edges.bounded import BoundedWorker
from include.pipeline import clean_bounded
from tests.stages.test_stories import newsroom

ROOT = Path(__file__).resolve().parent.parent
BODY = "The council of the islands met on Tuesday and spoke for hours about the price of boats and of bread. " * 4
PAGE = f"<html lang=en><head><title>Boats are dear</title></head><body><article><p>{BODY}</p></article></body></html>"
DOCUMENTS = (
    {
        "doc_id": "a",
        "title": "Canada lists shipping firms",
        "published": "2031-05-06",
        "text": "OTTAWA - Canada imposed sanctions on Belarus on Monday, freezing the assets of three shipping firms.",
    },
    {"doc_id": "b", "title": "A quiet day", "published": None, "text": "Nothing happened in the harbour."},
)
ARTICLES = (
    {"id": "x", "source": "One", "seen_at": "2031-05-06T10:00:00Z", "title": "Boats are dear", "text": BODY},
    {"id": "y", "source": "Two", "seen_at": "2031-05-06T11:00:00Z", "title": "Boats are dear", "text": BODY},
    {"id": "z", "source": "Two", "seen_at": "2031-05-07", "title": "Rain", "text": "It rained on all of the hills."},
)


def run(*arguments: object, stdin: str | bytes | None = None):
    return CliRunner().invoke(app, [str(argument) for argument in arguments], input=stdin)


def lines(*rows: object) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def parsed(text: str | bytes) -> list[dict]:
    return [json.loads(line) for line in text.splitlines()]


def test_help_names_every_command_and_needs_no_airflow():
    code = "import sys; sys.argv[1:] = ['--help']\nimport include.cli\n"
    code += "try: include.cli.main()\nexcept SystemExit: pass\n"
    code += "print([name for name in ('airflow', 'spacy', 'trafilatura', 'pyarrow') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert all(name in done.stdout for name in ("clean", "group", "extract", "resolve", "export", "feeds"))
    assert done.stdout.splitlines()[-1] == "[]"


def test_clean_takes_files_folders_and_gzip_and_names_pages_by_file(tmp_path):
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "one.html").write_text(PAGE, encoding="utf-8")
    (folder / "two.html.gz").write_bytes(gzip.compress(PAGE.encode()))
    (folder / "notes.txt").write_text("no page", encoding="utf-8")
    (tmp_path / "three.html").write_text(PAGE, encoding="utf-8")
    done = run("clean", folder, tmp_path / "three.html", "-o", tmp_path / "out.jsonl")
    assert done.exit_code == 0
    rows = parsed((tmp_path / "out.jsonl").read_text(encoding="utf-8"))
    assert [row["id"] for row in rows] == ["one", "two", "three"]
    assert set(rows[0]) == {"id", "url", "title", "byline", "published", "published_source", "language", "text"}
    assert (rows[0]["title"], rows[0]["language"]) == ("Boats are dear", "en")
    assert rows[0]["text"].startswith("The council of the islands")


def test_clean_keeps_a_line_for_a_bad_page_and_says_why(tmp_path):
    (tmp_path / "empty.html").write_text("", encoding="utf-8")
    (tmp_path / "torn.html.gz").write_bytes(gzip.compress(PAGE.encode())[:-20])
    (tmp_path / "good.html").write_text(PAGE, encoding="utf-8")
    done = run("clean", tmp_path)
    assert done.exit_code == 1
    assert {row["id"]: row.get("rejected") for row in parsed(done.stdout)} == {
        "empty": "empty_page",
        "good": None,
        "torn": "truncated_body",
    }
    assert "empty: empty_page" in done.stderr and "2 rejected" in done.stderr


def test_clean_says_which_page_took_too_long(tmp_path, monkeypatch):
    worker = BoundedWorker(seconds=3.0)
    monkeypatch.setattr(clean_bounded, "_worker", lambda: worker)
    (tmp_path / "trap.html").write_text(f"<html><body><div {' '.join(f'a{n}=1' for n in range(60_000))}>")
    (tmp_path / "good.html").write_text(PAGE)
    try:
        done = run("clean", tmp_path)
    finally:
        worker.close()
    assert done.exit_code == 1
    assert {row["id"]: row.get("rejected") for row in parsed(done.stdout)} == {"good": None, "trap": "too_expensive"}


def warc_record(url: str, kind: str, body: str) -> bytes:
    """An answer as crawlers keep it."""
    answer = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n\r\n{body}".encode()
    about = {
        "WARC-Type": "response",
        "WARC-Record-ID": "<urn:uuid:2f8ba1a6-6f0e-4d55-a1c1-5a3d0f3c2b11>",
        "WARC-Target-URI": url,
        "WARC-Date": "2031-05-06T10:00:00Z",
        "Content-Type": "application/http; msgtype=response",
        "Content-Length": str(len(answer)),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in about.items())
    return gzip.compress(f"WARC/1.0\r\n{head}\r\n".encode() + answer + b"\r\n\r\n")


def test_clean_reads_warc_files(tmp_path):
    url = "https://courier.example/boats"
    records = warc_record(url, "text/html; charset=utf-8", PAGE), warc_record(url + ".png", "image/png", "png")
    (tmp_path / "pages.warc.gz").write_bytes(b"".join(records))
    done = run("clean", "--warc", tmp_path / "pages.warc.gz")
    assert done.exit_code == 0
    assert [(row["url"], row["title"]) for row in parsed(done.stdout)] == [(url, "Boats are dear")]


def test_a_page_that_a_crawler_kept_twice_comes_out_once(tmp_path):
    url = "https://courier.example/boats"
    records = warc_record(url, "text/html", PAGE), warc_record(url, "text/html", PAGE.replace("boats", "carts"))
    for name in ("one.warc.gz", "two.warc.gz"):
        (tmp_path / name).write_bytes(b"".join(records))
    done = run("clean", "--warc", tmp_path / "one.warc.gz", "--warc", tmp_path / "two.warc.gz")
    assert done.exit_code == 0
    rows = parsed(done.stdout)
    assert len(rows) == len({row["id"] for row in rows}) == 2


# Named, as gzip writes the time, and all processes that run tests must find the same ones.
@pytest.mark.parametrize(
    "body", [b"no archive", gzip.compress(b"no archive"), bytes(range(256)) * 20], ids=["words", "packed", "any bytes"]
)
def test_a_file_that_is_no_warc_is_rejected_and_the_rest_is_done(tmp_path, body):
    (tmp_path / "bad.warc.gz").write_bytes(body)
    (tmp_path / "good.warc.gz").write_bytes(warc_record("https://courier.example/boats", "text/html", PAGE))
    done = run("clean", "--warc", tmp_path / "bad.warc.gz", "--warc", tmp_path / "good.warc.gz")
    assert done.exit_code == 1
    assert [row.get("rejected") for row in parsed(done.stdout)] == ["unreadable_warc", None]
    assert f"{tmp_path / 'bad.warc.gz'}: unreadable_warc" in done.stderr


def test_pages_of_one_name_are_told_apart_by_their_path(tmp_path):
    for file in ("a/x.html", "b/x.html", "b/c/x.html.gz", "b/y.html"):
        (tmp_path / file).parent.mkdir(exist_ok=True, parents=True)
        body = PAGE.encode()
        (tmp_path / file).write_bytes(gzip.compress(body) if file.endswith(".gz") else body)
    done = run("clean", tmp_path / "a" / "x.html", tmp_path / "b", tmp_path / "b" / "y.html")
    assert done.exit_code == 0
    assert [row["id"] for row in parsed(done.stdout)] == ["a/x.html", "b/c/x.html.gz", "b/x.html", "y"]


def test_clean_of_nothing_is_a_usage_error(tmp_path):
    assert run("clean").exit_code == 2
    assert run("clean", tmp_path).exit_code == 2


@pytest.mark.parametrize("name", ["a.b.html", "a.b.html.gz", "a.b.htm", "a.b.htm.gz"])
def test_a_page_is_named_by_its_file(name):
    assert page_name(Path("folder") / name) == "a.b"


def test_group_gives_each_article_its_story_in_any_order():
    expected = None
    for rows in (ARTICLES, ARTICLES[::-1]):
        done = run("group", "-", stdin=lines(*rows))
        assert done.exit_code == 0
        found = {row["id"]: row for row in parsed(done.stdout)}
        assert [row["id"] for row in parsed(done.stdout)] == [row["id"] for row in rows]
        assert found == (expected or found)
        expected = found
    assert expected["x"]["story_id"] == expected["y"]["story_id"] != expected["z"]["story_id"]
    assert set(expected["x"]) == {"id", "story_id", "relation", "canonical"}


def test_extract_answers_for_every_document_in_order(tmp_path):
    (tmp_path / "docs.jsonl.gz").write_bytes(gzip.compress(lines(*DOCUMENTS).encode()))
    done = run("extract", tmp_path / "docs.jsonl.gz", "-o", "-")
    assert done.exit_code == 0
    rows = parsed(done.stdout)
    assert [row["doc_id"] for row in rows] == ["a", "b"]
    assert rows[1]["events"] == []
    (event,) = rows[0]["events"]
    assert (event["imposers"][0]["code"], event["targets"][0]["code"]) == ("CA", "BY")
    assert " ".join(event["evidence"][0].split()) in DOCUMENTS[0]["text"]


def test_resolve_gives_a_line_for_each_act():
    again = DOCUMENTS[0] | {"doc_id": "c", "title": "Belarus: three firms listed by Canada"}
    done = run("resolve", "-", stdin=lines(*DOCUMENTS, again))
    assert done.exit_code == 0
    (act,) = parsed(done.stdout)
    assert {"event_id", "event_type", "imposers", "targets", "instrument", "event_date", "mentions"} <= set(act)
    assert [mention["doc_id"] for mention in act["mentions"]] == ["a", "c"]
    assert all(mention["evidence"] for mention in act["mentions"])


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("not json", "not JSON"),
        ('["a"]', "not a JSON object"),
        ('{"text": "x"}', "no 'doc_id'"),
        ('{"doc_id": 7, "text": "x"}', "'doc_id' is not a str"),
        ('{"doc_id": "a", "text": null}', "'text' is not a str"),
        ('{"doc_id": "a", "text": "x", "title": 5}', "'title' is not a str"),
    ],
)
def test_a_bad_line_is_named_and_the_rest_is_done(line, said):
    done = run("extract", "-", stdin=f"{line}\n\n{lines(DOCUMENTS[1])}")
    assert done.exit_code == 1
    assert [row["doc_id"] for row in parsed(done.stdout)] == ["b"]
    assert f"-:1: bad_row ({said}" in done.stderr


@pytest.mark.parametrize(
    ("command", "field", "value"),
    [("group", "title", {}), ("group", "url", 3), ("group", "source", ["One"]), ("resolve", "title", [])],
)
def test_a_field_of_another_type_spoils_its_line_only(command, field, value):
    rows = [{"id": name, "doc_id": name, "text": DOCUMENTS[0]["text"]} for name in "ab"]
    done = run(command, "-", stdin=lines(rows[0] | {field: value}, rows[1]))
    assert done.exit_code == 1
    assert len(parsed(done.stdout)) == 1
    assert f"-:1: bad_row ('{field}' is not a str)" in done.stderr


def test_an_optional_field_may_be_null():
    done = run("group", "-", stdin=lines({"id": "x", "title": None, "url": None, "source": None, "text": BODY}))
    assert done.exit_code == 0
    assert len(parsed(done.stdout)) == 1


@pytest.mark.parametrize(("command", "key"), [("group", "id"), ("resolve", "doc_id")])
def test_an_id_given_twice_is_rejected_by_name(command, key):
    first, other = ({key: "a", "text": text} for text in (DOCUMENTS[0]["text"], BODY))
    alone = run(command, "-", stdin=lines(first))
    both = run(command, "-", stdin=lines(first, other))
    assert (alone.exit_code, both.exit_code) == (0, 1)
    assert both.stdout == alone.stdout != ""
    assert f"-:2: bad_row ({key} 'a' stands in line 1 already)" in both.stderr


def test_a_torn_gzip_file_gives_what_it_holds(tmp_path):
    rows = lines(*({"doc_id": str(n), "text": f"{n} boats, {n * 7919 % 1009} nets"} for n in range(3000)))
    (tmp_path / "docs.jsonl.gz").write_bytes(gzip.compress(rows.encode())[:-2000])
    done = run("extract", tmp_path / "docs.jsonl.gz")
    assert done.exit_code == 1
    assert 0 < len(parsed(done.stdout)) < 3000
    assert "the rest cannot be unpacked" in done.stderr


def test_a_date_that_is_none_is_told_and_taken_as_unknown():
    done = run("extract", "-", stdin=lines(DOCUMENTS[1] | {"published": "some day"}))
    assert done.exit_code == 0
    assert "b: taken as undated" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("extract", "no-such-file.jsonl"),
        ("extract", "."),
        ("extract", "-", "-o", "no-such-folder/out.jsonl"),
        ("extract",),
        ("export", "--format", "xls", "-o", "out"),
        ("export", "--format", "csv"),
        ("no-such-command",),
    ],
)
def test_what_is_not_understood_ends_in_2(arguments):
    assert run(*arguments, stdin="").exit_code == 2


def test_the_feed_catalog_comes_out_as_opml():
    done = run("feeds", "export", "-")
    assert done.exit_code == 0
    assert "<opml" in done.stdout and "xmlUrl=" in done.stdout


def test_export_without_a_warehouse_says_what_is_missing(monkeypatch, tmp_path):
    from include import settings

    monkeypatch.delenv("AIRFLOW_CONN_WAREHOUSE", raising=False)
    settings.settings.cache_clear()
    done = run("export", "--format", "csv", "-o", tmp_path)
    settings.settings.cache_clear()
    assert done.exit_code == 2 and "AIRFLOW_CONN_WAREHOUSE" in done.stderr


def test_export_writes_the_four_tables(monkeypatch, tmp_path, warehouse):
    from include import settings

    monkeypatch.setenv("AIRFLOW_CONN_WAREHOUSE", warehouse.loader)
    settings.settings.cache_clear()
    done = run("export", "--format", "csv", "-o", tmp_path / "new")
    settings.settings.cache_clear()
    assert done.exit_code == 0
    assert sorted(file.name for file in (tmp_path / "new").iterdir()) == [
        *("events.csv", "manifest-csv.json", "measures.csv", "mentions.csv", "parties.csv")
    ]


def test_output_may_replace_the_input_and_a_crash_leaves_it_alone(tmp_path, monkeypatch):
    file = tmp_path / "rows.jsonl"
    file.write_text(lines(DOCUMENTS[1]), encoding="utf-8")
    monkeypatch.setattr("include.cli_rows.events_row", None)
    assert isinstance(run("extract", file, "-o", file).exception, TypeError)
    monkeypatch.undo()
    assert parsed(file.read_text(encoding="utf-8")) == [DOCUMENTS[1]]
    assert run("extract", file, "-o", file).exit_code == 0
    assert parsed(file.read_text(encoding="utf-8")) == [{"doc_id": "b", "events": []}]
    assert [path.name for path in tmp_path.iterdir()] == ["rows.jsonl"]


def test_a_crash_is_not_taken_for_rejected_rows():
    code = "import sys; sys.argv[1:] = ['extract', '-']\nimport include.cli, include.cli_rows\n"
    code += "include.cli_rows.events_row = None\ninclude.cli.main()"
    document = lines(DOCUMENTS[1])
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, input=document, capture_output=True, text=True)
    assert done.returncode == 3 and "TypeError" in done.stderr


@pytest.mark.parametrize(
    ("command", "variables", "said"),
    [
        ("clean $PAGES -o /proc/out.jsonl", {}, "/proc/out.jsonl"),
        ("clean $PAGES -o /dev/full", {}, "No space left on device"),
        ("clean $PAGES >/dev/full", {}, "No space left on device"),
        ("clean $PAGES >&-", {}, "standard output is closed"),
        ("extract - <&-", {}, "standard input is closed"),
        ("feeds export /nowhere/list.opml", {}, "there is no folder /nowhere"),
        ("feeds export /proc/list.opml", {}, "/proc/list.opml"),
        ("export --format csv -o out", {"DESK_SHARDS": "abc"}, "DESK_SHARDS does not fit"),
        ("export --format csv -o out", {"AIRFLOW_CONN_WAREHOUSE": "mysql://a:secretpw@b/c"}, "does not fit"),
        ("export --format csv -o out", {"AIRFLOW_CONN_WAREHOUSE": "postgresql://a:secretpw@127.0.0.1:1/c"}, "refused"),
    ],
)
def test_what_cannot_be_done_here_is_one_sentence_and_2(tmp_path, command, variables, said):
    (tmp_path / "page.html").write_text(PAGE, encoding="utf-8")
    done = subprocess.run(
        ["/bin/sh", "-c", f"{sys.executable} -m include.cli {command}"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PAGES": str(tmp_path / "page.html"), "COLUMNS": "300"} | variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr and "Exception ignored" not in done.stderr and "secretpw" not in done.stderr


def test_fetch_time_of_files_is_now_and_articles_are_not_dated_later(tmp_path):
    dated = PAGE.replace("<head>", '<head><meta property="article:published_time" content="2999-01-01T00:00:00Z">')
    (tmp_path / "future.html").write_text(dated, encoding="utf-8")
    (row,) = parsed(run("clean", tmp_path).stdout)
    assert row["published"] is None or datetime.fromisoformat(row["published"]) <= datetime.now(UTC)


def test_grouping_in_batches_gives_the_same_stories_and_tells_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    articles = newsroom()
    whole = cli_stages.group_into_stories(articles)
    monkeypatch.setattr(cli_stages, "GROUPED_AT_ONCE", 3)
    bar = Progress(disable=True)
    assert cli_stages.group_into_stories(articles, Work(bar, "articles")) == whole
    assert (bar.tasks[-1].completed, bar.tasks[-1].total) == (len(articles), len(articles))
