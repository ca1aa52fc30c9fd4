"""What k8s/ says is what Kubernetes and Airflow read, whole, and what docker-compose.yml says."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import Any

import pytest
import yaml

from include.local.check_compose import SECRETS
from include.local.compose_services import read_services
from include.settings import PROJECT

pytest.importorskip("airflow.providers.cncf.kubernetes", reason="requirements.txt is newer than this environment")

FOLDER = PROJECT / "k8s"
SET_BY_CHART = {"AIRFLOW__CORE__EXECUTOR"}
OF_CELERY = ("AIRFLOW__CELERY__", "DUMB_INIT_")


def loaded(name: str) -> dict[str, Any]:
    return yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def worker_variables() -> dict[str, str]:
    """What the compose file gives a worker, with an example for each secret."""
    needed = SECRETS.findall((PROJECT / "docker-compose.yml").read_text(encoding="utf-8"))
    services = read_services({"PATH": os.environ["PATH"]} | dict.fromkeys(needed, "example"))
    return {
        name: value for name, value in services["airflow-worker"].environment.items() if not name.startswith(OF_CELERY)
    }


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


@pytest.mark.parametrize(("name", "model"), [("pod_template.yaml", "V1Pod"), ("configmap.yaml", "V1ConfigMap")])
def test_the_model_of_kubernetes_knows_every_field(name: str, model: str):
    """Its client drops what it does not know: nothing is lost on the way there and back."""
    from airflow.providers.cncf.kubernetes.pod_generator import PodGenerator
    from kubernetes.client import ApiClient

    client = ApiClient()
    written = loaded(name)
    read = client._ApiClient__deserialize(written, model)
    assert client.sanitize_for_serialization(read) == written
    broken = yaml.safe_load(yaml.safe_dump(written)) | {"specs": {}}
    assert client.sanitize_for_serialization(client._ApiClient__deserialize(broken, model)) != broken
    assert PodGenerator  # the client is the one that Airflow works with


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
