"""What is asked of the web, and what can come of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from include.records import Reason, Rejected, Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """An address to ask, with what is known of its last answer."""

    item_id: str
    url: str
    etag: str = ""
    last_modified: str = ""
    accept: str = "*/*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A whole answer: 2xx with its decoded body, or 304 with none."""

    request: Request
    url: str  # that answered, after redirects
    status: int
    headers: Mapping[str, str]  # names in lower case
    body: bytes
    seconds: float
    redirects: tuple[tuple[int, str], ...] = ()  # status and where it led

    @property
    def is_unchanged(self) -> bool:
        return self.status == 304

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """No answer, or none of use."""

    request: Request
    reason: Reason
    detail: str
    seconds: float
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_postponed(self) -> bool:
        """True when nothing was asked: the host has had its share of this run, or wants to be left alone."""
        return self.reason is Reason.HOST_BUSY

    def rejected(self, stage: Stage) -> Rejected:
        return Rejected(stage=stage, reason=self.reason, item_id=self.request.item_id, detail=self.detail)


Answer = Fetched | Failed
