"""Two desks of one machine keep out of each other's ports."""

from __future__ import annotations

import socket
from pathlib import Path

from rich.console import Console

from include.local.desk import Desk
from include.local.postgres import free_port
from include.local.run import port_for


def desk(folder: Path) -> Desk:
    return Desk(folder=folder, console=Console(record=True, quiet=True))


def test_a_port_that_somebody_listens_on_is_not_claimed(tmp_path: Path):
    one = desk(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken = server.getsockname()[1]
        assert not one.claim(taken)
        assert port_for(one, "Airflow", usual=taken) != taken
    one.give_up_claims()


def test_a_port_is_claimed_by_one_desk_until_it_stops(tmp_path: Path):
    one, other, usual = desk(tmp_path / "one"), desk(tmp_path / "other"), free_port()
    assert port_for(one, "Airflow", usual=usual) == usual
    with socket.create_server(("127.0.0.1", usual)):  # the claim does not stand in its own server's way
        pass
    assert port_for(other, "Airflow", usual=usual) != usual  # although nobody listens yet
    one.give_up_claims()
    assert other.claim(usual)
    other.give_up_claims()
