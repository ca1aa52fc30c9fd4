"""Tells people by mail, by a Slack-style webhook, and always in the log; addresses and secrets are Airflow connections.

`desk_alerts_smtp` is a connection of type SMTP; its extra holds `from_email` and `to_email`, several parted by commas.
`desk_alerts_webhook` is of type HTTP: the host with its scheme and path, what is secret of the path as the password
(https://hooks.slack.com/services and T000/B000/XXX). No message of ours repeats an address or a secret.
"""

from __future__ import annotations

import html
import http.client
import json
import logging
import smtplib
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any, Protocol

from include.records import Message

SMTP, WEBHOOK = "desk_alerts_smtp", "desk_alerts_webhook"
PATIENCE = 20.0  # seconds

log = logging.getLogger("desk")


class UndeliveredError(Exception):
    """A channel did not take a message; it is tried again at the next look."""


class Channel(Protocol):
    """A way to tell people."""

    @property
    def name(self) -> str: ...

    def send(self, message: Message) -> None:
        """Raises UndeliveredError."""


@dataclass(frozen=True, slots=True)
class LogChannel:
    """The log of the task or process that tells."""

    name: str = "log"

    def send(self, message: Message) -> None:
        log.warning("%s\n%s", message.subject, message.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpChannel:
    """Mail by the SMTP provider's hook."""

    to: tuple[str, ...]
    name: str = "smtp"

    def send(self, message: Message) -> None:
        from airflow.providers.common.compat.sdk import AirflowException
        from airflow.providers.smtp.hooks.smtp import SmtpHook

        body = f"<pre>{html.escape(message.text)}</pre>"
        try:
            with SmtpHook(smtp_conn_id=SMTP) as hook:
                hook.send_email_smtp(to=list(self.to), subject=message.subject, html_content=body)
        except (OSError, smtplib.SMTPException, AirflowException) as error:
            raise UndeliveredError(f"mail was not taken ({_kind_of(error)})") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookChannel:
    """A POST of {"text": ...}, which Slack, Mattermost, Rocket.Chat and others take."""

    url: str
    name: str = "webhook"

    def __repr__(self) -> str:  # the address is the secret
        return "WebhookChannel(...)"

    def send(self, message: Message) -> None:
        text = html.escape(f"*{message.subject}*\n{message.text}", quote=False)  # the three characters Slack wants so
        try:
            request = urllib.request.Request(  # noqa: S310  # _webhook_url lets only http and https through
                self.url,
                data=json.dumps({"text": text}).encode(),
                headers={"Content-Type": "application/json", "User-Agent": "SanctionsDesk"},
            )
            with urllib.request.urlopen(request, timeout=PATIENCE):  # noqa: S310
                pass
        except urllib.error.HTTPError as error:
            error.close()
            raise UndeliveredError(f"the webhook did not take it ({_kind_of(error)})") from None
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise UndeliveredError(f"the webhook did not take it ({_kind_of(error)})") from None


def channels() -> tuple[Channel, ...]:
    """Those that have a connection in Airflow, after the log."""
    found: list[Channel] = [LogChannel()]
    if mail := _connection(SMTP):
        extra = mail.extra_dejson
        to = tuple(part.strip() for part in str(extra.get("to_email", "")).split(",") if part.strip())
        if to:
            found.append(SmtpChannel(to=to))
        else:
            log.warning("The connection %s names nobody: its extra needs to_email", SMTP)
    if hook := _connection(WEBHOOK):
        try:
            found.append(WebhookChannel(url=_webhook_url(hook)))
        except ValueError as error:
            log.warning("%s", error)
    return tuple(found)


def _connection(conn_id: str) -> Any:
    """Airflow's connection, or None where there is none, or none for us.

    The callback of a missed deadline may read none that Airflow's database keeps: by those `watch_desk` tells.
    """
    from airflow.providers.common.compat.sdk import AirflowNotFoundException, BaseHook
    from airflow.sdk.exceptions import AirflowSecretsBackendAccessDenied

    try:
        return BaseHook.get_connection(conn_id)
    except (AirflowNotFoundException, AirflowSecretsBackendAccessDenied):
        return None


def _webhook_url(connection: Any) -> str:
    """The address; https where the connection does not say http. Anything else, a file's too, is a bad connection."""
    scheme, _, rest = str(connection.host or "").rpartition("://")
    scheme = scheme or connection.schema or "https"
    if scheme not in ("http", "https"):
        raise ValueError(f"the connection {WEBHOOK} is neither http nor https")
    authority, slash, path = rest.partition("/")
    port = f":{connection.port}" if connection.port else ""
    return f"{scheme}://{authority}{port}{slash}{path}".rstrip("/") + "/" + str(connection.password or "").lstrip("/")


def _kind_of(error: Exception) -> str:
    """What kind of error, and the server's code; its words may repeat what is secret."""
    code = getattr(error, "code", None) or getattr(error, "smtp_code", None)
    reason = getattr(error, "reason", None)
    parts = (type(error).__name__, code, type(reason).__name__ if isinstance(reason, Exception) else None)
    return " ".join(str(part) for part in parts if part)
