"""Checks docker-compose.yml with the real Compose, without an engine: whole with secrets, refused without."""

from __future__ import annotations

import os
import re
import shutil
import subprocess  # nosec B404 # starts the processes of `make run`, or looks at them
import sys
from pathlib import Path

from include.settings import PROJECT

SECRETS = re.compile(r"\$\{(\w+):\?")


def main() -> int:
    compose = shutil.which("docker-compose", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if compose is None:
        print("docker-compose is missing: run `make check`, which installs it.", file=sys.stderr)
        return 1
    file = PROJECT / "docker-compose.yml"
    needed = sorted(set(SECRETS.findall(file.read_text(encoding="utf-8"))))
    bare = {name: value for name, value in os.environ.items() if name not in needed}
    complete = bare | dict.fromkeys(needed, "example")
    if not config(compose, file, complete):
        return 1
    for name in needed:
        if config(compose, file, {key: value for key, value in complete.items() if key != name}, quiet=True):
            print(f"docker-compose.yml does not insist on {name}", file=sys.stderr)
            return 1
    print(f"docker-compose.yml: whole, and refused without any of {len(needed)} secrets")
    return 0


def config(compose: str, file: Path, env: dict[str, str], *, quiet: bool = False) -> bool:
    # An empty --env-file: a .env in the checkout must not fill what is missing.
    words = [compose, "--env-file", os.devnull, "-f", str(file), "config", "-q"]
    done = subprocess.run(words, env=env, capture_output=True, text=True, check=False)  # nosec B603 # the Compose of the lock
    if done.returncode and not quiet:
        print(done.stderr, file=sys.stderr)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
