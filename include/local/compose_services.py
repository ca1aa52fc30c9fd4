"""The services of docker-compose.yml, as the real Compose reads them, and what they need to run without containers."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from include.local.home import LocalFailedError
from include.settings import PROJECT

# Of the image; docker-compose.yml names files below them.
IMAGE_FOLDERS = ("/opt/airflow", "/opt/desk", "/var/lib/desk")
IMAGE_VARIABLE = re.compile(r"(\w+)=(\S+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One service of the compose file: the command it runs, in which environment, and where its volumes are mounted."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    volumes: Mapping[str, str]  # name by mount point


def read_services(variables: Mapping[str, str]) -> dict[str, Service]:
    """The services by name, with these values for the file's variables. Raises LocalFailedError."""
    compose = shutil.which("docker-compose", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if compose is None:
        raise LocalFailedError("docker-compose is missing: `include/local/bootstrap.sh --dev` installs it.")
    # An empty --env-file: a .env in the checkout is a real deployment's.
    words = [compose, "--env-file", os.devnull, "-f", str(PROJECT / "docker-compose.yml"), "config", "--format", "json"]
    done = subprocess.run(words, env=dict(variables), capture_output=True, text=True, check=False)
    if done.returncode:
        raise LocalFailedError(f"docker-compose.yml cannot be read: {done.stderr.strip().splitlines()[-1]}")
    return {name: _service(name, given) for name, given in json.loads(done.stdout)["services"].items()}


def _service(name: str, given: Mapping[str, object]) -> Service:
    volumes = given.get("volumes") or []
    environment = given.get("environment") or {}
    command = given.get("command") or []
    assert isinstance(volumes, list) and isinstance(environment, dict) and isinstance(command, list)
    return Service(
        name=name,
        command=tuple(command),
        environment=environment,
        volumes={volume["target"]: volume["source"] for volume in volumes if volume["type"] == "volume"},
    )


def image_environment() -> dict[str, str]:
    """What the Dockerfile sets for every service of ours."""
    lines = (PROJECT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    return dict(found for line in lines if line.startswith("ENV ") for found in IMAGE_VARIABLE.findall(line))


def make_root(root: Path, service: Service, volumes: Path) -> None:
    """The folders of the image below `root`: the checkout for its copy, links to the volumes for what is mounted."""
    for folder in IMAGE_FOLDERS:
        (root / folder[1:]).mkdir(parents=True, exist_ok=True)
    (root / "opt" / "desk").rmdir()
    (root / "opt" / "desk").symlink_to(PROJECT)
    for target, volume in service.volumes.items():
        (volumes / volume).mkdir(parents=True, exist_ok=True)
        (root / target[1:]).parent.mkdir(parents=True, exist_ok=True)
        (root / target[1:]).symlink_to(volumes / volume)


def placed(value: str, root: Path, addresses: Mapping[str, str]) -> str:
    """A value of the compose file with its folders below `root`, and addresses for its host names."""
    for folder in IMAGE_FOLDERS:
        value = value.replace(folder, f"{root}{folder}")
    for name, address in addresses.items():
        value = re.sub(rf"(?<=[@/]){name}(:\d+)?(?=/)", address, value)
    return value
