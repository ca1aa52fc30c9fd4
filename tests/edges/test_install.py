"""Installing a deployment: databases, roles and people, from nothing and again."""

import json
from pathlib import Path

import psycopg2

from include.edges.install import install, main
from include.local.postgres import free_port
from include.settings import Installation


def test_makes_all_that_the_compose_file_needs_and_can_run_again(postgres, tmp_path: Path, monkeypatch):
    monkeypatch.setenv("PGPORT", str(postgres.port))
    wanted = Installation(
        postgres_host=postgres.host,
        postgres_password=postgres.passwords["postgres"],
        airflow_db_password=postgres.passwords["airflow"],
        desk_owner_password=postgres.passwords["desk_owner"],
        desk_loader_password=postgres.passwords["desk_loader"],
        desk_analyst_password=postgres.passwords["desk_analyst"],
        airflow_admin_password="p@ss word",
        airflow_analyst_password="other",
        people_file=tmp_path / "passwords.json",
    )
    install(wanted)
    install(wanted)

    connection = psycopg2.connect(postgres.dsn("warehouse", "desk_analyst"))
    with connection, connection.cursor() as cursor:
        cursor.execute("select count(*) from mart.events")
        assert cursor.fetchone() == (0,)
    connection.close()
    psycopg2.connect(postgres.dsn("airflow", "airflow")).close()
    assert json.loads(wanted.people_file.read_text()) == {"admin": "p@ss word", "analyst": "other"}
    assert wanted.people_file.stat().st_mode & 0o777 == 0o600


def test_a_server_that_is_not_there_is_told_in_one_sentence(monkeypatch, capsys):
    monkeypatch.setenv("PGPORT", str(free_port()))
    for name, field in Installation.model_fields.items():
        monkeypatch.setenv(str(field.validation_alias or name.upper()), "planted-secret")
    monkeypatch.setenv("POSTGRES_HOST", "127.0.0.1")
    assert main() == 1
    told = capsys.readouterr().err
    assert told.startswith("PostgreSQL cannot be used (connection to server at") and told.count("\n") == 1
    assert "Traceback" not in told and "planted-secret" not in told
