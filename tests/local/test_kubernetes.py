"""What k8s/ says is what Kubernetes and Airflow read, whole, and what docker-compose.yml says."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from include.local.check_compose import SECRETS
from include.local.compose_services import Service, read_services
from include.settings import PROJECT, Installation

pytest.importorskip("airflow.providers.cncf.kubernetes", reason="requirements.txt is newer than this environment")

from tests.local.kubernetes_schema import refused, unresolved

FOLDER = PROJECT / "k8s"
SET_BY_CHART = {"AIRFLOW__CORE__EXECUTOR"}
OF_CELERY = ("AIRFLOW__CELERY__", "DUMB_INIT_")
MANIFESTS = {
    "pod_template.yaml": "V1Pod",
    "configmap.yaml": "V1ConfigMap",
    "claims.yaml": "V1PersistentVolumeClaim",
    "install.yaml": "V1Job",
}
# The types, as Kubernetes' client names them, that chart/values.schema.json of the official chart gives to what we set;
# what is not listed is to be looked up there first.
VALUES = {
    "executor": "str", "airflowVersion": "str", "defaultAirflowRepository": "str", "defaultAirflowTag": "str",
    "gid": "int", "images.pod_template.repository": "str", "images.pod_template.tag": "str",
    "data.metadataSecretName": "str", "fernetKeySecretName": "str", "apiSecretKeySecretName": "str",
    "jwtSecretName": "str", "postgresql.enabled": "bool", "redis.enabled": "bool", "createUserJob.enabled": "bool",
    "extraEnvFrom": "str", "secret": "list[dict[str, str]]", "config": "dict[str, dict[str, object]]",
    "logs.persistence.enabled": "bool", "logs.persistence.existingClaim": "str",
    "apiServer.extraInitContainers": "list[V1Container]", "apiServer.extraVolumes": "list[V1Volume]",
    "apiServer.extraVolumeMounts": "list[V1VolumeMount]",
}  # fmt: skip


def loaded(name: str) -> Any:
    (document,) = documents(name)
    return document


def documents(name: str) -> list[Any]:
    return list(yaml.safe_load_all((FOLDER / name).read_text(encoding="utf-8")))


def refused_values(values: dict[str, Any], place: str = "") -> Iterator[str]:
    """The same of the values for the chart."""
    for key, value in values.items():
        name = f"{place}{key}"
        if name in VALUES:
            yield from refused(value, VALUES[name], name)
        elif isinstance(value, dict) and any(each.startswith(f"{name}.") for each in VALUES):
            yield from refused_values(value, f"{name}.")
        else:
            yield f"{name}: not looked up in the chart"


def api_server(values: dict[str, Any]) -> dict[str, Any]:
    """The spec of its pod, as far as we add to what the chart puts there."""
    added = values["apiServer"]
    return {
        "initContainers": added["extraInitContainers"],
        "containers": [{"name": "api-server", "volumeMounts": added["extraVolumeMounts"]}],
        "volumes": added["extraVolumes"],
    }


def found(written: Any, field: str) -> Iterator[Any]:
    """Every value of the field, wherever it stands."""
    for key, value in written.items() if isinstance(written, dict) else enumerate(written):
        if key == field:
            yield value
        elif isinstance(value, dict | list):
            yield from found(value, field)


def compose_service(name: str) -> Service:
    needed = SECRETS.findall((PROJECT / "docker-compose.yml").read_text(encoding="utf-8"))
    return read_services({"PATH": os.environ["PATH"]} | dict.fromkeys(needed, "example"))[name]


@pytest.fixture(scope="module")
def worker_variables() -> dict[str, str]:
    """What the compose file gives a worker, with an example for each secret."""
    worker = compose_service("airflow-worker")
    return {name: value for name, value in worker.environment.items() if not name.startswith(OF_CELERY)}


def test_airflow_renders_a_tasks_pod_of_the_template():
    from airflow.providers.cncf.kubernetes.pod_generator import PodGenerator

    base = PodGenerator.deserialize_model_file(str(FOLDER / "pod_template.yaml"))
    pod = PodGenerator.construct_pod(
        dag_id="extract_sanctions",
        task_id="clean_pages",
        pod_id="extract-sanctions-clean-pages-1",
        try_number=1,
        kube_image="registry.example/sanctions-desk:1",
        date=datetime(2026, 6, 1, tzinfo=UTC),
        args=["python", "-m", "airflow.sdk.execution_time.execute_workload"],
        pod_override_object=None,
        base_worker_pod=base,
        namespace="news",
        scheduler_job_id="1",
        run_id="manual",
        map_index=2,
    )
    (container,) = pod.spec.containers
    assert (container.name, container.image) == ("base", "registry.example/sanctions-desk:1")
    assert container.args[-1] == "airflow.sdk.execution_time.execute_workload"
    assert pod.metadata.labels["dag_id"] == "extract_sanctions" and pod.metadata.labels["map_index"] == "2"
    assert {mount.mount_path for mount in container.volume_mounts} == {"/var/lib/desk/archive", "/opt/airflow/logs"}
    assert pod.spec.security_context.run_as_non_root is True


@pytest.mark.parametrize(("name", "kind"), MANIFESTS.items())
def test_kubernetes_refuses_nothing(name: str, kind: str):
    for written in documents(name):
        assert list(refused(written, kind)) == []
        assert written["kind"] == kind.removeprefix("V1")
    assert {path.name for path in FOLDER.iterdir()} == {*MANIFESTS, "values.yaml"}


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        (("restartPolicy",), "Sometimes", "'Sometimes' is none of"),
        (("containers", 0, "imagePullPolicy"), "Perhaps", "'Perhaps' is none of"),
        (("containers", 0, "resources", "limits", "memory"), "lots", "'lots' is no quantity"),
        (("containers", 0, "volumeMounts", 0, "name"), "archives", "no volume archives"),
        (("containers", 0, "env"), {"NAME": "value"}, "is no list"),
        (("containers", 0, "ports"), [{"name": "http"}], "`container_port`, must not be `None`"),
        (("containers", 0, "commands"), ["true"], "unknown to V1Container"),
        (("activeDeadlineSeconds",), "22200", "is no int"),
    ],
)
def test_a_broken_manifest_is_refused(place: tuple[str | int, ...], value: object, said: str):
    pod = deepcopy(loaded("pod_template.yaml"))
    *way, last = place
    inner = pod["spec"]
    for step in way:
        inner = inner[step]
    inner[last] = value
    (line,) = [*refused(pod, "V1Pod"), *unresolved(pod["spec"])]
    assert said in line


def test_the_chart_takes_the_values():
    values = loaded("values.yaml")
    assert list(refused_values(values)) == []
    for change in ({"apiserver": {}}, {"apiServer": {"extraVolumes": {}}}, {"redis": {"enabled": "no"}}, {"gid": "a"}):
        assert len(list(refused_values(values | change))) == 1, change


def test_what_is_mounted_and_read_is_made_by_the_commands():
    pods = [
        loaded("pod_template.yaml")["spec"],
        loaded("install.yaml")["spec"]["template"]["spec"],
        api_server(loaded("values.yaml")),
    ]
    assert [line for pod in pods for line in unresolved(pod)] == []

    commands = (FOLDER / "values.yaml").read_text(encoding="utf-8").partition("executor:")[0].replace("#", " ")
    secrets = {
        secret.split()[0]: set(re.findall(r"--from-literal=([\w.-]+)=", secret))
        for secret in commands.split("kubectl create secret generic ")[1:]
    }
    everything = [*pods, loaded("values.yaml")]
    for reference in found(everything, "secretKeyRef"):
        assert reference["key"] in secrets[reference["name"]]
    for reference in loaded("values.yaml")["secret"]:
        assert reference["secretKey"] in secrets[reference["secretName"]]
    named = {*found(everything, "secretName"), *(each["name"] for each in found(everything, "secretRef"))}
    assert named | {each["name"] for each in found(everything, "secretKeyRef")} == secrets.keys()

    claims = {claim["metadata"]["name"] for claim in documents("claims.yaml")}
    assert {*found(everything, "claimName"), *found(everything, "existingClaim")} == claims
    (config,) = {each["name"] for each in found(everything, "configMapRef")}
    assert config == loaded("configmap.yaml")["metadata"]["name"]
    assert f"configMapRef:\n    name: {config}" in loaded("values.yaml")["extraEnvFrom"]
    assert set(re.findall(r"k8s/(\w+\.yaml)", commands)) == {*MANIFESTS, "values.yaml"}


def test_the_installing_job_gets_what_the_compose_files_does():
    commands = (FOLDER / "values.yaml").read_text(encoding="utf-8")
    secret = commands.partition("generic sanctions-desk-install")[2].partition("kubectl")[0]
    (container,) = loaded("install.yaml")["spec"]["template"]["spec"]["containers"]
    own = {each["name"] for each in container["env"]}
    needed = {(field.validation_alias or name).upper() for name, field in Installation.model_fields.items()}
    given = set(re.findall(r"--from-literal=(\w+)=", secret))
    assert given == {name for name in needed if name.endswith("_PASSWORD")}
    assert needed <= given | own | loaded("configmap.yaml")["data"].keys()
    assert tuple(container["args"]) == compose_service("airflow-init").command


def test_airflow_may_write_its_copy_of_the_passwords(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """It opens the file for appending and for writing, and what a secret mounts cannot be written."""
    from airflow.api_fastapi.auth.managers.simple.simple_auth_manager import SimpleAuthManager

    mounted, copied = tmp_path / "secret", tmp_path / "people"
    (mounted / "..data").mkdir(parents=True)
    copied.mkdir()
    (mounted / "..data" / "passwords.json").write_text('{"admin": "a", "analyst": "b"}', encoding="utf-8")
    (mounted / "..data" / "passwords.json").chmod(0o444)
    (mounted / "passwords.json").symlink_to("..data/passwords.json")  # as the kubelet does
    values = loaded("values.yaml")
    (copy,) = values["apiServer"]["extraInitContainers"]
    places = {mount["mountPath"]: mount for mount in copy["volumeMounts"]}
    assert places["/run/people"]["readOnly"]
    volumes = {volume["name"]: volume for volume in values["apiServer"]["extraVolumes"]}
    assert "emptyDir" in volumes[places["/opt/airflow/people"]["name"]]
    words = [
        word.replace("/run/people", str(mounted)).replace("/opt/airflow/people", str(copied))
        for word in copy["command"]
    ]
    subprocess.run(words, check=True)
    file = copied / Path(loaded("configmap.yaml")["data"]["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE"]).name
    assert oct(file.stat().st_mode & 0o777) == "0o600" and not file.is_symlink()
    monkeypatch.setenv("AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE", str(file))
    assert SimpleAuthManager.get_passwords() == {"admin": "a", "analyst": "b"}
    assert json.loads((mounted / "passwords.json").read_text()) == SimpleAuthManager.get_passwords()


def test_the_api_server_reads_the_archive_that_tasks_write():
    values, pod = loaded("values.yaml"), loaded("pod_template.yaml")["spec"]
    of_tasks = {mount["name"]: mount["mountPath"] for mount in pod["containers"][0]["volumeMounts"]}
    of_server = {mount["name"]: mount["mountPath"] for mount in values["apiServer"]["extraVolumeMounts"]}
    assert of_server["archive"] == of_tasks["archive"]
    assert [each for each in pod["volumes"] if each["name"] == "archive"] == [
        each for each in values["apiServer"]["extraVolumes"] if each["name"] == "archive"
    ]
    assert values["gid"] == pod["securityContext"]["fsGroup"]


def test_pods_get_the_variables_of_the_compose_files_worker(worker_variables: dict[str, str]):
    plain = loaded("configmap.yaml")["data"]
    (container,) = loaded("pod_template.yaml")["spec"]["containers"]
    own = {each["name"]: each for each in container["env"]}
    assert plain.keys() | own.keys() == worker_variables.keys()
    different = {name for name, value in plain.items() if value != str(worker_variables[name])}
    # An address within the cluster, and what each deployment says of itself.
    assert different == {"AIRFLOW__CORE__EXECUTION_API_SERVER_URL", "DESK_CONTACT_URL"}
    assert {name for name, each in own.items() if "valueFrom" not in each} == SET_BY_CHART


def test_values_name_the_secret_that_pods_read():
    values = loaded("values.yaml")
    (container,) = loaded("pod_template.yaml")["spec"]["containers"]
    keys = {each["valueFrom"]["secretKeyRef"]["key"] for each in container["env"] if "valueFrom" in each}
    named = {
        "connection",
        "fernet-key",
        "api-secret-key",
        "jwt-secret",
        *(each["secretKey"] for each in values["secret"]),
    }
    assert keys == named
    names = ("fernetKeySecretName", "apiSecretKeySecretName", "jwtSecretName")
    assert {values[name] for name in names} == {values["data"]["metadataSecretName"]} == {"sanctions-desk"}
    assert values["executor"] == "KubernetesExecutor"
    airflow = next(
        line for line in (PROJECT / "requirements.in").read_text().splitlines() if line.startswith("apache-airflow==")
    )
    assert airflow == f"apache-airflow=={values['airflowVersion']}"
