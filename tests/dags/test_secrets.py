"""Secrets are planted, the DAGs run well and badly, and no log, XCom, rendered field or serialized DAG holds one."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import psycopg2
import pytest

from include.local.newsstand import serve
from include.local.postgres import PostgresServer
from include.pipeline.resolve_events import resolve_events
from include.settings import Settings
from tests.hostile import hostile_server, response
from tests.pipeline.planted import NOON, Planted
from tests.planted_secrets import SECRETS, leaks, leaks_of_folder

PROJECT = Path(__file__).resolve().parent.parent.parent
PASSWORD = SECRETS["warehouse password"]
# One run of a DAG in this process; what fails fails at once, and every log line goes to standard error.
RUN = """
import json, sys
from airflow.dag_processing.bundles.manager import DagBundlesManager
from airflow.dag_processing.dagbag import DagBag
DagBundlesManager().sync_bundles_to_db()
bag = DagBag(dag_folder=sys.argv[1], bundle_name="dags-folder")
if (dag := bag.dags.get(sys.argv[2])) is None:
    print("RESULT{}")
    sys.exit()
for task in dag.tasks:
    if task.is_mapped:
        task.partial_kwargs["retries"] = 0
    else:
        task.retries = 0
dag.deadline = None  # as in tests/dags/runs.py
run = dag.test()
print("RESULT" + json.dumps({ti.task_id: ti.state for ti in run.get_task_instances()}))
"""


@pytest.fixture
def keeper(warehouse, postgres: PostgresServer) -> Iterator[str]:
    """The warehouse's address for a role whose password is the planted one."""
    connection = psycopg2.connect(postgres.dsn("postgres", "postgres"))
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("create role desk_keeper login password %s in role desk_loader", (PASSWORD,))
    name = psycopg2.extensions.parse_dsn(warehouse.loader)
    yield f"postgresql://desk_keeper:{quote(PASSWORD, safe='')}@{name['host']}:{name['port']}/{name['dbname']}"
    with connection.cursor() as cursor:
        cursor.execute("drop role desk_keeper")
    connection.close()


@pytest.fixture(scope="module")
def airflow_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Airflow's database with our DAGs in it, made in a deployment's environment; copied for each test."""
    home = tmp_path_factory.mktemp("planted")
    given = environment_of("postgresql://nobody@127.0.0.1:1/none", home)
    for words in (["db", "migrate"], ["dags", "reserialize"]):
        subprocess.run([sys.executable, "-m", "airflow", *words], env=given, check=True, capture_output=True)
    return home / "airflow" / "airflow.db"


@pytest.fixture
def environment(keeper: str, tmp_path: Path, airflow_database: Path) -> dict[str, str]:
    (tmp_path / "airflow").mkdir()
    shutil.copy(airflow_database, tmp_path / "airflow")
    return environment_of(keeper, tmp_path)


def environment_of(warehouse: str, home: Path) -> dict[str, str]:
    """What a deployment's processes are given, with every secret planted."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "AWS", "DESK"))}
    return kept | {
        "AIRFLOW_HOME": str(home / "airflow"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_FOLDER": str(PROJECT / "dags"),
        "AIRFLOW__CORE__FERNET_KEY": SECRETS["encryption key"],
        "AIRFLOW__API_AUTH__JWT_SECRET": SECRETS["signing secret"],
        "AIRFLOW__API__SECRET_KEY": SECRETS["session secret"],
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "DEBUG",
        "AIRFLOW_CONN_WAREHOUSE": warehouse,
        "AIRFLOW_CONN_ELSEWHERE": f"http://somebody:{SECRETS['connection password']}@127.0.0.1:9/",
        "AWS_ACCESS_KEY_ID": SECRETS["object store key"],
        "AWS_SECRET_ACCESS_KEY": SECRETS["object store secret"],
        "AWS_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "POSTGRES_PASSWORD": SECRETS["superuser password"],
        "DESK_SHARDS": "1",
        "DESK_HOME": str(home / "desk"),
        "PYTHONPATH": os.pathsep.join(filter(None, [str(PROJECT), os.environ.get("PYTHONPATH")])),
    }


def run_dag(name: str, environment: dict[str, str]) -> tuple[dict[str, str], str]:
    """The states of a run's tasks, and all that was logged."""
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(PROJECT / "dags"), name],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    said = done.stdout + done.stderr
    assert "RESULT" in done.stdout, said[-3000:]
    return json.loads(done.stdout.rsplit("RESULT", 1)[1].splitlines()[0]), said


def kept_by_airflow(environment: dict[str, str], table: str) -> int:
    """How many rows Airflow keeps in a table: what holds nothing can leak nothing."""
    with closing(sqlite3.connect(Path(environment["AIRFLOW_HOME"]) / "airflow.db")) as database:
        return database.execute(f"select count(*) from {table}").fetchone()[0]


def assert_nothing_leaks(environment: dict[str, str], said: str) -> None:
    assert leaks(said) == []
    found = leaks_of_folder(Path(environment["AIRFLOW_HOME"])) | leaks_of_folder(Path(environment["DESK_HOME"]))
    found.pop("airflow.cfg", None)  # the deployment's own settings; Airflow makes it readable by its user alone
    assert found == {}


def test_a_run_with_a_check_that_fails_gives_no_secret_away(warehouse, environment: dict[str, str]):
    planted = Planted(dsn=warehouse.loader)
    planted.three_reports()
    resolve_events(Settings(AIRFLOW_CONN_WAREHOUSE=warehouse.loader), now=NOON)
    planted.run("update sanctions.event_parties set name = ' '")
    states, said = run_dag("extract_sanctions", environment)
    assert {"success", "failed"} <= set(states.values())
    assert "resolve_events:" in said  # the log is in what is searched
    for table in ("serialized_dag", "dag_code", "xcom", "rendered_task_instance_fields", "task_instance"):
        assert kept_by_airflow(environment, table), table
    assert_nothing_leaks(environment, said)
    for row in planted.run("select table_schema || '.' || table_name from information_schema.tables"
                           " where table_schema in ('news', 'sanctions')"):  # fmt: skip
        assert leaks(repr(planted.run(f"select * from {row[0]}"))) == [], row


@pytest.mark.parametrize("fault", ["wrong password", "no address"])
def test_tasks_that_cannot_reach_the_warehouse_give_no_secret_away(environment: dict[str, str], fault: str):
    address = environment["AIRFLOW_CONN_WAREHOUSE"]
    broken = {
        "wrong password": address.replace("desk_keeper", "desk_loader"),
        "no address": f"postgresql://desk_keeper:{PASSWORD}@[::/warehouse",
    }
    environment["AIRFLOW_CONN_WAREHOUSE"] = broken[fault]
    states, said = run_dag("collect_news", environment)
    assert states.get("sync_feeds") == (None if fault == "no address" else "failed")
    assert "error" in said
    assert_nothing_leaks(environment, said)


def test_an_object_store_that_refuses_gives_no_key_away(environment: dict[str, str]):
    with serve(0) as stand, hostile_server() as store:
        for method in ("/desk", "/desk/"):
            store.answers[method] = response(status="403 Forbidden")
        environment |= {
            "DESK_FEEDS": "newsstand",
            "DESK_NEWSSTAND_URL": stand,
            "DESK_ALLOWED_ADDRESSES": stand.removeprefix("http://"),
            "DESK_ARCHIVE_URL": "s3://desk/archive",
            "AWS_ENDPOINT_URL": store.url(""),
        }
        states, said = run_dag("collect_news", environment)
        assert store.asked
    assert states["poll_feeds"] == "failed"
    assert_nothing_leaks(environment, said)


COMMANDS = (
    ["include.cli", "export", "--format", "csv", "-o", "out"],
    ["include.cli", "dictionary"],
)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_commands_give_no_secret_away(environment: dict[str, str], tmp_path: Path, command: list[str]):
    address = environment["AIRFLOW_CONN_WAREHOUSE"]
    given = {
        "well": address,
        "wrong password": address.replace("desk_keeper", "desk_loader"),
        "no server": address.replace(address.rpartition(":")[2].split("/")[0], "1"),
        "no address": f"postgresql://desk_keeper:{PASSWORD}@[::/warehouse",
        "no URL at all": PASSWORD,
    }
    for fault, dsn in given.items():
        environment["AIRFLOW_CONN_WAREHOUSE"] = environment["AIRFLOW_CONN_WAREHOUSE_OWNER"] = dsn
        done = subprocess.run(
            [sys.executable, "-m", *command], env=environment, cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert (done.returncode == 0) == (fault == "well"), (fault, done.stderr)
        assert leaks(done.stdout + done.stderr) == [], fault


@pytest.mark.parametrize("fault", ["no other password", "no server", "wrong password"])
def test_installing_gives_no_secret_away(environment: dict[str, str], postgres: PostgresServer, fault: str):
    roles = ("AIRFLOW_DB", "DESK_OWNER", "DESK_LOADER", "DESK_ANALYST", "AIRFLOW_ADMIN", "AIRFLOW_ANALYST")
    given = roles[-2:] if fault == "no other password" else roles
    environment |= {f"{role}_PASSWORD": SECRETS["connection password"] for role in given}
    environment |= {
        "POSTGRES_HOST": "127.0.0.1",
        "PGPORT": str(postgres.port) if fault == "wrong password" else "1",
    }
    if fault != "no other password":  # else the passwords are the last that pydantic would repeat
        environment["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE"] = "people.json"
    command = [sys.executable, "-m", "include.edges.install"]
    done = subprocess.run(command, env=environment, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert leaks(done.stdout + done.stderr) == []


def test_the_look_for_secrets_finds_them(tmp_path: Path):
    """A search that finds nothing anywhere would prove nothing."""
    for name, secret in SECRETS.items():
        assert leaks(f"x{secret}y") == [name]
        assert leaks(f"postgresql://u:{quote(secret, safe='')}@h/w") == [name]
    with closing(sqlite3.connect(tmp_path / "a.db")) as database:
        database.execute("create table t (x text)")
        database.execute("insert into t values (?)", (f"before {PASSWORD} after",))
        database.commit()
    assert leaks_of_folder(tmp_path) == {"a.db": ["warehouse password"]}
