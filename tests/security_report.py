"""Writes docs/security.md from the tables that the tests run over: `python -m tests.security_report`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from include.edges.web_addresses import PORTS, forbidden
from tests.edges.ssrf import ADDRESSES, FETCHERS
from tests.fuzzing.targets import TARGETS
from tests.planted_secrets import SECRETS
from tests.plugins.xss import PLACES, TEXTS

PAGE = Path(__file__).resolve().parent.parent / "docs" / "security.md"


def report() -> str:
    """The page's text: what is tried, and that nothing of it may come through."""
    return "\n\n".join((INTRODUCTION, *_addresses(), *_texts(), *_secrets(), *_inputs())) + "\n"


INTRODUCTION = """# What is tried against the desk

Made from the tests' own tables by `make report`; a test fails while it is stale. The [threat model](threat_model.md)
says what each table is for. `make security` runs bandit, asks for known vulnerabilities of what `requirements.txt`
pins (and says so where nobody can be asked), runs the tests of these tables, and fuzzes each input for `FUZZ_SECONDS`
(60), with atheris too where it is installed."""


def _addresses() -> Iterable[str]:
    yield (
        "## Addresses that are not asked (SSRF)\n\n"
        "Each form is handed to each fetcher below; none may connect to anything that is not public. An address is"
        " judged by its text (scheme, credentials, port), then every address that its name resolves to, then the very"
        " one that is connected to. Ports other than "
        + ", ".join(map(str, sorted(PORTS)))
        + " are refused; `DESK_ALLOWED_ADDRESSES` lists exceptions, none by default. Tests: `tests/edges/test_ssrf.py`."
    )
    yield _table(("Form", "Address", "Refused for"), ((f, _code(a), _refusal(a)) for f, a in ADDRESSES.items()))
    yield _table(("Fetcher", "Is told an address by"), FETCHERS.items())


def _refusal(address: str) -> str:
    return forbidden(address, frozenset()) or "where it leads"


def _texts() -> Iterable[str]:
    yield (
        "## Texts that stay texts (XSS)\n\n"
        "Each text stands at each place, and every page that shows one is walked. A page has the elements and"
        " attributes that it has with a harmless text, every link is http, https or of the desk, the text is shown as"
        " it was written, and the answer forbids scripts of others (Content-Security-Policy). The texts are also"
        " asked for in searches and addresses. Tests: `tests/plugins/test_xss.py`."
    )
    yield _table(("Text", "As planted"), ((name, _code(text)) for name, text in TEXTS.items()))
    yield "Places: " + ", ".join(PLACES) + "."


def _secrets() -> Iterable[str]:
    yield (
        "## Secrets that do not come out\n\n"
        "Planted where a deployment keeps them: " + ", ".join(SECRETS) + ". Looked for, whole, in part and encoded, in"
        " the logs at DEBUG, Airflow's whole database (XCom, rendered fields, serialized DAGs and their code), the"
        " warehouse, all files, the desk's pages, and what commands print, in runs whose check fails, whose warehouse"
        " cannot be reached, and whose object store refuses. What a running Airflow answers an admin over HTTP (logs,"
        " XCom, code, rendered fields, connections, pages) is searched for the secrets that it runs with. Tests:"
        " `tests/dags/test_secrets.py`, `tests/plugins/test_secrets_on_pages.py`, `tests/local/test_run.py`."
    )


def _inputs() -> Iterable[str]:
    yield (
        "## Inputs that are fuzzed\n\n"
        "No input may raise what is not expected, connect, start a program, touch a file of others, bring one in, take"
        " 20 seconds or 3 GB. Code: `tests/fuzzing`."
    )
    yield _table(
        ("Input", "Inputs in the short run"), ((name, str(target.examples)) for name, target in TARGETS.items())
    )


def _table(headings: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [headings, ("---",) * len(headings), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _code(text: str) -> str:
    """As a code span of a table, with what is not ASCII by its number: the page itself must stay harmless."""
    return "`" + text.encode("unicode_escape").decode("ascii").replace("|", "\\|") + "`"


if __name__ == "__main__":
    PAGE.write_text(report(), encoding="utf-8")
