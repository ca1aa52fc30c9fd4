"""The only reader of the environment; .env.example lists every variable."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from pydantic import AfterValidator, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT = Path(__file__).resolve().parent.parent
DRIVER = re.compile(r"^(postgres(?:ql)?)\+\w+://")  # SQLAlchemy's, of which libpq knows nothing
# What libpq says of a bad address repeats a part of it, and that can be the password.
NO_DSN = "it must read postgresql://USER:PASSWORD@HOST:PORT/DATABASE, with @ : / and % in a password percent-encoded"


class SettingsError(Exception):
    """The environment does not fit; the message is one sentence, and repeats no value."""


def dsn_of(written: str) -> str:
    """The address as libpq takes it: of a URL with a driver in it, and of Airflow's JSON, too."""
    import psycopg2  # parsing a DAG should not need it
    from psycopg2.extensions import parse_dsn

    try:
        dsn = _url_of(json.loads(written)) if written.lstrip().startswith("{") else DRIVER.sub(r"\1://", written)
        parts = parse_dsn(dsn)
    except (psycopg2.Error, ValueError, TypeError, AttributeError):
        raise ValueError(NO_DSN) from None
    if not re.fullmatch(r"[\d,]*", parts.get("port", "")):
        raise ValueError(NO_DSN)
    return dsn


def _url_of(connection: dict[str, Any]) -> str:
    """The URL of a connection in Airflow's JSON form."""
    login, password, host, port, database = (
        quote(str(connection.get(name) or ""), safe="") for name in ("login", "password", "host", "port", "schema")
    )
    extra = connection.get("extra") or {}
    further = urlencode(json.loads(extra) if isinstance(extra, str) else extra, quote_via=quote)
    return f"postgresql://{login}:{password}@{host}{port and f':{port}'}/{database}{further and f'?{further}'}"


def _folder_of_its_own(home: Path) -> Path:
    if home.resolve() == PROJECT:  # where `make reset` would find folders of ours, and git secrets
        raise ValueError("it must be a folder of its own, not the checkout")
    return home


Dsn = Annotated[str, AfterValidator(lambda written: written and dsn_of(written))]


class Settings(BaseSettings):
    """What a deployment decides; defaults fit `make run`."""

    model_config = SettingsConfigDict(
        env_prefix="DESK_", frozen=True, extra="ignore", env_ignore_empty=True, hide_input_in_errors=True
    )

    home: Annotated[Path, AfterValidator(_folder_of_its_own)] = Field(
        default=PROJECT / ".desk", description="Folder of everything that outlives a run"
    )
    archive_url: str = Field(default="", description="Folder or s3:// prefix of the WARC archive; default HOME/archive")
    snapshot_url: str = Field(
        default="", description="Folder or s3:// prefix of the nightly Parquet snapshots; default HOME/snapshots"
    )
    snapshot_days: int = Field(default=30, ge=1, le=36_500, description="Days that a snapshot is kept")
    fetches_days: int = Field(default=90, ge=30, le=36_500, description="Days that requests are kept")
    sketches_days: Annotated[int, Field(ge=90, le=36_500)] | None = Field(
        default=None, description="Days that postings are kept, by which later articles find their story"
    )
    texts_days: Annotated[int, Field(ge=90, le=36_500)] | None = Field(
        default=None,
        description="Days that the warehouse keeps texts that support no act; then the archive has them",
    )
    backfill_places: str = Field(
        default="",
        description="Folders and s3:// prefixes, parted by commas, below which people may name files for rebuild_day;"
        " default HOME/backfill, the archive, and Common Crawl's public bucket",
    )
    s3_endpoint: str = Field(
        default="", validation_alias="AWS_ENDPOINT_URL", description="Of an object store that is not Amazon's own"
    )
    contact_url: str = Field(default="https://example.org/sanctions-desk", description="Said in the User-Agent")
    feeds: str = Field(default="live", description="live, newsstand, or both parted by a comma")
    newsstand_url: str = Field(default="", description="Address of the demo newsstand, for feeds=newsstand")
    allowed_addresses: str = Field(
        default="", description="host:port pairs, parted by commas, that may be fetched although they are not public"
    )
    analyst_minutes: int = Field(
        default=10, ge=1, le=1440, description="Age of a transaction of desk_analyst at which its session is ended"
    )
    shards: int = Field(default=4, ge=1, le=64, description="Mapped tasks of one stage")
    fetch_connections: int = Field(default=32, ge=1, le=1024, description="Open connections of one fetching task")
    batch_size: int = Field(default=1000, ge=1, le=10_000, description="Rows of one write")
    pg_bindir: Path | None = Field(default=None, description="Folder of another PostgreSQL's binaries, for `make run`")
    warehouse: Dsn = Field(default="", validation_alias="AIRFLOW_CONN_WAREHOUSE", description="DSN of desk_loader")
    warehouse_owner: Dsn = Field(
        default="", validation_alias="AIRFLOW_CONN_WAREHOUSE_OWNER", description="DSN of desk_owner, who migrates"
    )
    warehouse_analyst: Dsn = Field(
        default="",
        validation_alias="AIRFLOW_CONN_WAREHOUSE_ANALYST",
        description="DSN of desk_analyst, for `make psql`",
    )

    @property
    def archive(self) -> str:
        """URL of the archive's root, without a slash at its end."""
        # Not as_uri(): storage takes %20 as it stands.
        return (self.archive_url or f"file://{self.home.absolute()}/archive").rstrip("/")

    @property
    def snapshots(self) -> str:
        """URL of the folder of the days' snapshots, without a slash at its end."""
        return (self.snapshot_url or f"file://{self.home.absolute()}/snapshots").rstrip("/")

    @property
    def backfill_roots(self) -> tuple[str, ...]:
        """The folders and prefixes below which a person may name files of a past day."""
        named = tuple(part.strip() for part in self.backfill_places.split(",") if part.strip())
        return named or (f"{self.home.absolute()}/backfill", self.archive, "s3://commoncrawl")

    @property
    def user_agent(self) -> str:
        return f"SanctionsDesk/0.1 (+{self.contact_url})"

    @property
    def feed_sources(self) -> frozenset[str]:
        return frozenset(part.strip() for part in self.feeds.split(",") if part.strip())

    @property
    def allowed(self) -> frozenset[str]:
        return frozenset(part.strip() for part in self.allowed_addresses.split(",") if part.strip())


class Installation(BaseSettings):
    """What making the databases of a deployment takes; `make run` generates all of it."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", populate_by_name=True, hide_input_in_errors=True)

    postgres_host: str = "postgres"
    postgres_password: str
    airflow_db_password: str
    desk_owner_password: str
    desk_loader_password: str
    desk_analyst_password: str
    airflow_admin_password: str
    airflow_analyst_password: str
    people_file: Path = Field(validation_alias="AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE")

    @property
    def role_passwords(self) -> dict[str, str]:
        return {
            "airflow": self.airflow_db_password,
            "desk_owner": self.desk_owner_password,
            "desk_loader": self.desk_loader_password,
            "desk_analyst": self.desk_analyst_password,
        }


@cache
def settings() -> Settings:
    """The settings of this process, read once. Raises SettingsError."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        name, trouble = str(first["loc"][0]), first["msg"].removeprefix("Value error, ")
        variable = name if name.isupper() else f"DESK_{name.upper()}"
        raise SettingsError(f"The environment's {variable} does not fit ({trouble}): see .env.example.") from None
