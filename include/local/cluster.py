"""`make cluster-test`: the services of docker-compose.yml as processes of this machine, and one of two workers killed.

Commands and environment are read from the compose file; only its host names and the image's folders are put in their
places here. Collects and extracts a newsstand of many pages, kills a worker amid its tasks, and compares the rows with
those of the pipeline run in one process. Ends within its time and leaves nothing behind; what failed keeps its logs.
"""

from __future__ import annotations

import argparse
import base64
import os
import secrets
import shutil
import signal
import socket
import subprocess  # nosec B404 # starts the processes of `make run`, or looks at them
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

import psutil
from rich.console import Console

from include.edges.migrate import migrate
from include.edges.warehouse import transaction
from include.local.airflow_services import Api, start
from include.local.compose_services import Service, image_environment, make_root, placed, read_services
from include.local.desk import Desk
from include.local.first_run import SECONDS, follow
from include.local.home import LocalFailedError, end_sessions, home, only_one
from include.local.machines import Machine, Network, network
from include.local.postgres import (
    PostgresFailedError,
    free_port,
    load_passwords,
    reachable_place,
    start_postgres,
    stop_leftover,
)
from include.local.run import StopRequested, failed, ignore_signals, stop_signals
from include.local.single_machine import CONTENTS, contents, differences, run_here
from include.settings import PROJECT

WORKERS = 2
TASKS_OF_A_WORKER = 2  # half of the shards: each worker must take some
LOST_SECONDS = 12  # after which a silent task is tried again; the compose file's own figure is for live machines
TESTED = ("collect_news", "extract_sanctions")
# A night's work begins with the first start; learning furniture from half of the pages, it would change the stories.
BESIDE = ("rebuild_day", "keep_house")
KILLED_TASKS = ("clean_pages", "extract_events")  # of few pages the first may be over before it is seen
RESOLVING = "resolve_events"


@dataclass(slots=True)
class Cluster:
    """The services, where each runs, and what has been started so far."""

    desk: Desk
    network: Network
    services: dict[str, Service] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)  # host:port by the name that the compose file uses
    began: float = field(default_factory=time.monotonic)

    def say(self, text: str) -> None:
        self.desk.console.print(f"{time.monotonic() - self.began:6.1f} s  {text}", highlight=False)

    def environment(self, service: Service, machine: Machine) -> dict[str, str]:
        """The service's own environment, put in its places; of ours only what any process needs."""
        root = self.root(machine)
        given = {
            name: placed(value, root, self.addresses)
            for name, value in (image_environment() | dict(service.environment)).items()
        }
        here = {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(root),
            "LANG": os.environ.get("LANG", "C.UTF-8"),
        }
        return here | given | self._names(machine)

    def _names(self, machine: Machine) -> dict[str, str]:
        """What stands for the names `postgres` and `airflow-apiserver`, and for ports of a machine of one's own."""
        postgres_host, postgres_port = self.addresses["postgres"].split(":")
        names = {"POSTGRES_HOST": postgres_host, "PGPORT": postgres_port}
        if machine.prefix:
            return names
        return names | {
            "AIRFLOW__API__HOST": "127.0.0.1",
            "AIRFLOW__API__PORT": self.addresses["airflow-apiserver"].split(":")[1],
            "AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT": str(free_port()),
            "AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT": str(free_port()),
        }

    def root(self, machine: Machine) -> Path:
        return self.desk.folder / "machines" / machine.name

    def start(self, service: Service, machine: Machine, *further: str) -> None:
        make_root(self.root(machine), service, self.desk.folder / "volumes")
        words = [*machine.prefix, *service.command, *further]
        environment = self.environment(service, machine)
        self.desk.children[machine.name] = start(self.desk.folder, machine.name, words, environment)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make cluster-test", description=__doc__)
    parser.add_argument("--pages", type=int, default=2000, help="pages of the newsstand")
    parser.add_argument("--without-checks", action="store_true", help="do not wait for the checks of quality")
    parser.add_argument("--minutes", type=float, default=15, help="after which it is given up")
    args = parser.parse_args()
    console = Console(width=None if sys.stdout.isatty() else 140)
    try:
        check_programs()
        folder = home() / "cluster"
        folder.mkdir(mode=0o711, exist_ok=True)
        with only_one(folder), stop_signals(), time_limit(args.minutes):
            return test(folder, console, args.pages, last_task=RESOLVING if args.without_checks else None)
    except (LocalFailedError, PostgresFailedError) as error:
        return failed(str(error))
    except StopRequested:
        return 130


def check_programs() -> None:
    """Raises LocalFailedError where a program is missing that no wheel brings."""
    if shutil.which("redis-server") is None:
        raise LocalFailedError(
            "redis-server is missing: install it (on Debian, as root: apt-get install redis-server), then try again."
        )


@contextmanager
def time_limit(minutes: float) -> Iterator[None]:
    def give_up(number: int, frame: FrameType | None) -> None:
        raise LocalFailedError(f"The cluster test took more than {minutes:g} minutes and was ended.")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.setitimer(signal.ITIMER_REAL, minutes * 60)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test(folder: Path, console: Console, pages: int, *, last_task: str | None) -> int:
    """The exit status; nothing runs any more when it comes back."""
    clear(folder)
    desk = Desk(folder=folder, console=console)
    is_done = False
    with network(folder) as made:
        cluster = Cluster(desk=desk, network=made)
        try:
            serve(cluster, pages, last_task)
            check_rows(cluster)
            is_done = True
        except StopRequested:
            is_done = True  # nobody wants the logs of what they stopped
            raise
        finally:
            ignore_signals()
            signal.setitimer(signal.ITIMER_REAL, 0)
            stop(desk)
            if is_done:
                clear(folder)
            else:
                console.print(f"The logs are in {folder / 'logs'}, until the next cluster test.", highlight=False)
    return 0


def clear(folder: Path) -> None:
    """Ends what a killed cluster test left, and deletes everything but the lock."""
    end_sessions(folder)
    stop_leftover(folder / "postgres")
    place = reachable_place(folder / "postgres")
    if place != folder / "postgres":
        shutil.rmtree(place, ignore_errors=True)
    for entry in folder.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        elif entry.name != "run.pid":
            entry.unlink()
    (folder / "logs").mkdir()


def stop(desk: Desk) -> None:
    """Returns when everything is gone; at once, as its data is not kept."""
    kill_children(desk)
    end_sessions(desk.folder)
    if desk.postgres is not None:
        desk.postgres.stop()
    stop_leftover(desk.folder / "postgres")


def kill_children(desk: Desk, *, but: str = "") -> None:
    for name in desk.children.keys() - {but}:
        kill_tree(desk.children.pop(name))


def kill_tree(child: subprocess.Popen[bytes]) -> int:
    """How many processes it was: the child and all that it started."""
    tree = tree_of(child.pid)
    for process in tree:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    child.wait()
    return len(tree)


def serve(cluster: Cluster, pages: int, last_task: str | None) -> None:
    """Starts every service and runs the pipeline once, with a worker killed amid it."""
    desk, made = cluster.desk, cluster.network
    cluster.say(
        "network namespaces, one for each service"
        if made.is_real
        else "plain processes: namespaces need root and iproute2"
    )
    start_postgres_for(cluster)
    newsstand = start_newsstand(cluster, pages)
    variables = secret_variables(desk.folder) | {
        "DESK_FEEDS": "newsstand",
        "DESK_NEWSSTAND_URL": newsstand,
        "DESK_ALLOWED_ADDRESSES": newsstand.removeprefix("http://"),
        "WORKER_CONCURRENCY": str(TASKS_OF_A_WORKER),
        "WORKER_LOST_SECONDS": str(LOST_SECONDS),
    }
    cluster.services = read_services(variables)
    start_redis(cluster)
    api_machine = made.add("apiserver")
    cluster.addresses["airflow-apiserver"] = f"{api_machine.address}:{api_machine.port(8080)}"
    install(cluster)
    cluster.say("both databases are made")
    cluster.start(cluster.services["airflow-apiserver"], api_machine)
    for name in ("airflow-dag-processor", "airflow-triggerer"):
        cluster.start(cluster.services[name], made.add(name.removeprefix("airflow-")))
    for number in range(1, WORKERS + 1):
        machine = made.add(f"worker-{number}")
        # Celery names a worker by its host; where two share one, they must be told apart.
        further = () if machine.prefix else ("--celery-hostname", machine.name)
        cluster.start(cluster.services["airflow-worker"], machine, *further)
    base_url = f"http://{cluster.addresses['airflow-apiserver']}"
    api = Api(base_url=base_url, user="admin", password=variables["AIRFLOW_ADMIN_PASSWORD"])
    run_pipeline(cluster, api, newsstand, last_task)
    cluster_rows = contents(cluster_warehouse(cluster))
    cluster.say("the cluster's rows: " + ", ".join(f"{len(cluster_rows[name])} {name}" for name in CONTENTS))
    if len(cluster_rows["articles"]) < pages * 9 // 10:
        raise LocalFailedError(f"Of {pages} pages only {len(cluster_rows['articles'])} became articles.")
    cluster.say(f"they take {sizes(cluster)}")


def start_postgres_for(cluster: Cluster) -> None:
    """The server, answering the machines' subnet too."""
    folder = cluster.desk.folder / "postgres"
    cluster.desk.postgres = server = start_postgres(folder)
    if cluster.network.is_real:
        server.stop()
        with (server.data / "postgresql.conf").open("a", encoding="utf-8") as configuration:
            configuration.write(f"listen_addresses = '127.0.0.1,{cluster.network.gateway}'\n")
        with (server.data / "pg_hba.conf").open("a", encoding="utf-8") as rules:
            rules.write(f"host all all {cluster.network.subnet}.0/24 scram-sha-256\n")
        cluster.desk.postgres = server = start_postgres(folder)
    cluster.addresses["postgres"] = f"{cluster.network.gateway}:{server.port}"


def start_newsstand(cluster: Cluster, pages: int) -> str:
    """Its address, once it answers."""
    host, port = cluster.network.gateway, free_port()
    words = [
        sys.executable,
        "-m",
        "include.local.newsstand",
        "--host",
        host,
        "--port",
        str(port),
        "--pages",
        str(pages),
    ]
    env = os.environ | {"PYTHONPATH": str(PROJECT)}
    cluster.desk.children["newsstand"] = start(cluster.desk.folder, "newsstand", words, env)
    cluster.desk.wait("The newsstand's start", answers(host, port), seconds=30)
    return f"http://{host}:{port}"


def secret_variables(folder: Path) -> dict[str, str]:
    """What the compose file insists on: new secrets, and the passwords that the server was made with."""
    passwords = load_passwords(folder / "postgres" / "passwords")
    named = {f"{role.upper()}_PASSWORD": value for role, value in passwords.items() if role != "airflow"}
    made = ("REDIS_PASSWORD", "AIRFLOW_API_SECRET_KEY", "AIRFLOW_JWT_SECRET")
    people = ("AIRFLOW_ADMIN_PASSWORD", "AIRFLOW_ANALYST_PASSWORD")
    return (
        named
        | {name: secrets.token_urlsafe(64) for name in made}
        | {name: secrets.token_urlsafe(15) for name in people}
        | {
            "AIRFLOW_DB_PASSWORD": passwords["airflow"],
            "AIRFLOW_FERNET_KEY": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
            "DESK_CONTACT_URL": "https://example.org/sanctions-desk",
        }
    )


def start_redis(cluster: Cluster) -> None:
    """Redis keeps its file where it is started, as in its image, and not in the checkout."""
    service, machine = cluster.services["redis"], cluster.network.add("redis")
    port = machine.port(6379)
    place = cluster.desk.folder / "redis"
    place.mkdir()
    further = () if machine.prefix else ("--port", str(port), "--bind", "127.0.0.1")
    with (cluster.desk.logs / "redis.log").open("ab") as out:
        cluster.desk.children["redis"] = subprocess.Popen(  # nosec B603 # the compose file's command
            [*machine.prefix, *service.command, *further],
            cwd=place, stdout=out, stderr=out, stdin=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
    cluster.addresses["redis"] = f"{machine.address}:{port}"
    cluster.desk.wait("Redis's start", answers(machine.address, port), seconds=30)


def answers(host: str, port: int) -> Callable[[], bool]:
    def claim() -> bool:
        with socket.socket() as probe:
            probe.settimeout(2)
            return probe.connect_ex((host, port)) == 0

    return claim


def install(cluster: Cluster) -> None:
    """Runs airflow-init, which ends by itself."""
    machine = cluster.network.add("init")
    cluster.start(cluster.services["airflow-init"], machine)
    child = cluster.desk.children.pop("init")
    try:
        status = child.wait(timeout=180)
    except subprocess.TimeoutExpired:
        status = 1
    if status:
        raise LocalFailedError(f"airflow-init ended with status {status}: see {cluster.desk.logs / 'init.log'}.")


def run_pipeline(cluster: Cluster, api: Api, newsstand: str, last_task: str | None) -> None:
    """One run of collect_news and the extract_sanctions that it sets off, green although a worker dies amid it."""
    desk = cluster.desk
    began = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    api = logged_in(cluster, api)
    desk.wait("Loading the DAGs", lambda: all(map(api.has_dag, (*TESTED, *BESIDE))), seconds=180)
    for dag_id in BESIDE:
        api.call("PATCH", f"/api/v2/dags/{dag_id}", {"is_paused": True})
    cluster.start(cluster.services["airflow-scheduler"], cluster.network.add("scheduler"))
    desk.wait("Airflow's start", api.is_healthy, seconds=180)
    cluster.say("Airflow is healthy")
    run_id = api.active_run("collect_news") or api.trigger("collect_news")
    follow(desk, api, "collect_news", run_id, quiet)
    cluster.say("collect_news is green")

    def set_off() -> bool:
        return api.newest_run("extract_sanctions", after=began) is not None

    desk.wait("Setting off extract_sanctions", set_off, seconds=120)
    next_id = api.newest_run("extract_sanctions", after=began)
    assert next_id is not None
    hit = kill_a_worker(cluster, api, next_id)
    # Meanwhile: the cluster must first miss the dead worker's tasks, and wait before it tries them again.
    run_here(desk.folder / "single", make_single_warehouse(cluster), newsstand)
    cluster.say("the same newsstand in one process: done")
    if last_task is None:
        follow(desk, api, "extract_sanctions", next_id, quiet)
    else:
        desk.wait(last_task, lambda: is_done(api, next_id, last_task), seconds=SECONDS)
    tasks = api.tasks("extract_sanctions", next_id)
    tried_again = [task for task in tasks if (task["task_id"], task["map_index"]) in hit and task["try_number"] > 1]
    if not tried_again:
        raise LocalFailedError(
            "The killed worker's tasks were not tried again: it was killed too late to test anything."
        )
    cluster.say(
        f"extract_sanctions: {last_task or 'all'} green;"
        f" {len(tried_again)} tasks of the killed worker were done by the other"
    )


def logged_in(cluster: Cluster, api: Api) -> Api:
    """The API once it answers."""
    found: list[Api] = []

    def answering() -> bool:
        found.append(api.logged_in())
        return True

    cluster.desk.wait("The API server's start", answering, seconds=180)
    return found[-1]


def is_done(api: Api, run_id: str, task_id: str) -> bool:
    if api.run_state("extract_sanctions", run_id) == "failed":
        raise LocalFailedError("extract_sanctions failed.")
    return any(t["task_id"] == task_id and t["state"] == "success" for t in api.tasks("extract_sanctions", run_id))


def quiet(text: str) -> None:
    """Nobody watches it step by step."""


def kill_a_worker(cluster: Cluster, api: Api, run_id: str) -> set[tuple[str, int]]:
    """Names and map indexes of the tasks that ran on the worker when it was killed; each try has an id of its own."""
    killed: set[tuple[str, int]] = set()

    def running_in(name: str) -> set[tuple[str, int]]:
        tree = {process.pid for process in tree_of(cluster.desk.children[name].pid)}
        return {
            (task["task_id"], task["map_index"])
            for task in api.tasks("extract_sanctions", run_id)
            if task["task_id"] in KILLED_TASKS and task["state"] == "running" and task["pid"] in tree
        }

    def kill_one() -> bool:
        for name in [f"worker-{number}" for number in range(1, WORKERS + 1)]:
            if not running_in(name):
                continue
            with suspended(cluster.desk.children[name]):  # what has not ended by now does not end before the kill
                if hit := running_in(name):
                    count = kill_tree(cluster.desk.children.pop(name))
                    cluster.say(f"{name} is killed with {count} processes, amid {len(hit)} tasks of {min(hit)[0]}")
                    killed.update(hit)
                    return True
        return False

    cluster.desk.wait(f"One of {', '.join(KILLED_TASKS)} on a worker", kill_one, seconds=180)
    return killed


@contextmanager
def suspended(child: subprocess.Popen[bytes]) -> Iterator[None]:
    """Neither the child nor what it started does anything until the end of the block."""
    tree = tree_of(child.pid)
    try:
        for process in tree:
            with suppress(psutil.NoSuchProcess):
                process.suspend()
        yield
    finally:
        for process in tree:
            with suppress(psutil.NoSuchProcess):
                process.resume()


def tree_of(leader: int) -> list[psutil.Process]:
    """The process and all that it started."""
    try:
        process = psutil.Process(leader)
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def cluster_warehouse(cluster: Cluster) -> str:
    assert cluster.desk.postgres is not None
    return cluster.desk.postgres.dsn("warehouse", "desk_loader")


def make_single_warehouse(cluster: Cluster) -> str:
    """The address of a second warehouse, new and migrated."""
    server = cluster.desk.postgres
    assert server is not None
    server.create_database("single")
    migrate(server.dsn("single", "desk_owner"))
    return server.dsn("single", "desk_loader")


def sizes(cluster: Cluster) -> str:
    """What the cluster's warehouse and archive hold, in megabytes."""
    with transaction(cluster_warehouse(cluster)) as connection, connection.cursor() as cursor:
        cursor.execute("select pg_database_size(current_database())")
        ((database,),) = cursor.fetchall()
    files = (cluster.desk.folder / "volumes" / "archive").rglob("*.warc.gz")
    return f"{database / 1e6:.0f} MB of warehouse, {sum(file.stat().st_size for file in files) / 1e6:.1f} MB of archive"


def check_rows(cluster: Cluster) -> None:
    """Raises LocalFailedError where the cluster's warehouse and that of the one process differ."""
    server = cluster.desk.postgres
    assert server is not None
    ours, theirs = contents(cluster_warehouse(cluster)), contents(server.dsn("single", "desk_loader"))
    if found := differences(ours, theirs):
        first = next(iter(found.values()))[0]
        counts = ", ".join(f"{len(rows)} {name}" for name, rows in found.items())
        raise LocalFailedError(f"The cluster's rows are not those of one process: {counts} differ, first {first[:600]}")
    cluster.say("the same rows as in one process: " + ", ".join(f"{len(ours[name])} {name}" for name in CONTENTS))


if __name__ == "__main__":
    sys.exit(main())
