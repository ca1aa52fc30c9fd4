"""Mail and webhooks reach real servers on loopback, and what fails is told without what is secret."""

from __future__ import annotations

import json
import logging
import os
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as MessageHandler
from airflow.providers.common.compat.sdk import BaseHook
from airflow.sdk.exceptions import AirflowSecretsBackendAccessDenied

from include.edges.alert_channels import LogChannel, SmtpChannel, UndeliveredError, WebhookChannel, channels
from include.records import Message

SAID = Message(subject="Sanctions Desk: Feeds of wires are out", text="3 of 4 feeds fail <timed_out> & more")
SECRET = "T000/B000/not-for-logs"


class Mailbox(MessageHandler):
    """What a mail server took."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: list = []

    def handle_message(self, message) -> None:
        self.taken.append(message)


@pytest.fixture
def mailbox(monkeypatch) -> Iterator[Mailbox]:
    box = Mailbox()
    server = Controller(box, hostname="127.0.0.1", port=free_port())
    server.start()
    mail_connection(monkeypatch, server.port)
    yield box
    server.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def mail_connection(monkeypatch, port: int) -> None:
    extra = {
        "from_email": "desk@desk.example", "to_email": "one@desk.example, two@desk.example",
        "disable_ssl": True, "disable_tls": True, "retry_limit": 0, "timeout": 5,
    }  # fmt: skip
    given = {"conn_type": "smtp", "host": "127.0.0.1", "port": port, "extra": extra}
    monkeypatch.setenv("AIRFLOW_CONN_DESK_ALERTS_SMTP", json.dumps(given))


@pytest.fixture
def hook(monkeypatch) -> Iterator[Hook]:
    server = Hook()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    webhook_connection(monkeypatch, server.server_port)
    yield server
    server.shutdown()
    server.server_close()


def webhook_connection(monkeypatch, port: int) -> None:
    given = {"conn_type": "http", "host": "http://127.0.0.1/services", "port": port, "password": SECRET}
    monkeypatch.setenv("AIRFLOW_CONN_DESK_ALERTS_WEBHOOK", json.dumps(given))


class Hook(ThreadingHTTPServer):
    """A server of webhooks, which answers with the status it is told to."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.status = 200
        self.taken: list[tuple[str, dict]] = []


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.taken.append((self.path, json.loads(body)))
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_) -> None:
        pass


@pytest.fixture
def said() -> Iterator[list[str]]:
    """What the desk's log says; Airflow sets logging up anew when a connection is first asked for."""
    kept: list[str] = []

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            kept.append(record.getMessage())

    keeper = Keeper()
    logging.getLogger("desk").addHandler(keeper)
    yield kept
    logging.getLogger("desk").removeHandler(keeper)


def named(name: str):
    (found,) = [channel for channel in channels() if channel.name == name]
    return found


def test_without_connections_there_is_the_log(said):
    (only,) = channels()
    only.send(SAID)
    assert isinstance(only, LogChannel)
    assert said == [f"{SAID.subject}\n{SAID.text}"]


def test_a_connection_that_airflow_keeps_from_a_callback_is_left_to_others(monkeypatch, hook):
    of_environment = BaseHook.get_connection

    def as_in_a_callback(conn_id: str):
        if f"AIRFLOW_CONN_{conn_id.upper()}" not in os.environ:
            raise AirflowSecretsBackendAccessDenied(conn_id)
        return of_environment(conn_id)

    monkeypatch.setattr(BaseHook, "get_connection", as_in_a_callback)
    assert [channel.name for channel in channels()] == ["log", "webhook"]


def test_mail_is_delivered_to_everybody(mailbox):
    named("smtp").send(SAID)
    (mail,) = mailbox.taken
    assert mail["Subject"] == SAID.subject
    assert mail["From"] == "desk@desk.example"
    assert mail["X-RcptTo"] == "one@desk.example, two@desk.example"
    (part,) = mail.get_payload()
    assert part.get_payload(decode=True).decode() == "<pre>3 of 4 feeds fail &lt;timed_out&gt; &amp; more</pre>"


def test_the_webhook_gets_what_slack_takes(hook):
    named("webhook").send(SAID)
    assert hook.taken == [
        (
            f"/services/{SECRET}",
            {"text": "*Sanctions Desk: Feeds of wires are out*\n3 of 4 feeds fail &lt;timed_out&gt; &amp; more"},
        )
    ]


@pytest.mark.parametrize("status", [404, 429, 500])
def test_a_webhook_that_refuses(hook, status):
    hook.status = status
    with pytest.raises(UndeliveredError, match=f"HTTPError {status}") as caught:
        named("webhook").send(SAID)
    assert SECRET not in str(caught.value)


def test_a_webhook_that_is_not_there(monkeypatch):
    webhook_connection(monkeypatch, free_port())
    channel = named("webhook")
    with pytest.raises(UndeliveredError, match="ConnectionRefusedError") as caught:
        channel.send(SAID)
    assert SECRET not in str(caught.value) + repr(channel)


def test_a_mail_server_that_is_not_there(monkeypatch):
    mail_connection(monkeypatch, free_port())
    with pytest.raises(UndeliveredError, match="mail was not taken"):
        named("smtp").send(SAID)


def test_a_mail_connection_without_people_is_told(monkeypatch, said):
    monkeypatch.setenv("AIRFLOW_CONN_DESK_ALERTS_SMTP", json.dumps({"conn_type": "smtp", "host": "127.0.0.1"}))
    assert [channel.name for channel in channels()] == ["log"]
    assert "names nobody" in said[0]


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ({"host": "https://hooks.slack.com/services", "password": "T/B/X"}, "https://hooks.slack.com/services/T/B/X"),
        ({"host": "hooks.slack.com", "password": "/T/B/X"}, "https://hooks.slack.com/T/B/X"),
        ({"host": "chat.example", "schema": "http", "port": 8065}, "http://chat.example:8065/"),
    ],
)
def test_addresses_of_webhooks(monkeypatch, given, url):
    monkeypatch.setenv("AIRFLOW_CONN_DESK_ALERTS_WEBHOOK", json.dumps({"conn_type": "http", **given}))
    assert named("webhook") == WebhookChannel(url=url)


def test_a_webhook_is_no_file(monkeypatch, said):
    given = {"conn_type": "http", "host": "file:///etc", "password": "passwd"}
    monkeypatch.setenv("AIRFLOW_CONN_DESK_ALERTS_WEBHOOK", json.dumps(given))
    assert [channel.name for channel in channels()] == ["log"]
    assert "neither http nor https" in said[0]


def test_channels_do_not_repeat_addresses():
    assert "hooks" not in repr(WebhookChannel(url="https://hooks.slack.com/services/T/B/X"))
    assert SmtpChannel(to=("a@desk.example",)).name == "smtp"
