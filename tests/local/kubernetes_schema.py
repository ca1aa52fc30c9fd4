"""What Kubernetes would refuse of a manifest: by the models of its client, and by the rules that those leave out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from kubernetes.client import models

SCALARS: dict[str, type | tuple[type, ...]] = {"str": str, "int": int, "bool": bool, "object": object}
CONTAINER = re.compile(r"(list|dict)\[(?:str, )?(.+)\]")
QUANTITY = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?")
# https://kubernetes.io/docs/reference/kubernetes-api/: values that the API server checks and the models do not.
ONE_OF = {
    ("V1PodSpec", "restartPolicy"): {"Always", "OnFailure", "Never"},
    ("V1Container", "imagePullPolicy"): {"Always", "IfNotPresent", "Never"},
    ("V1SeccompProfile", "type"): {"RuntimeDefault", "Unconfined", "Localhost"},
    ("V1PersistentVolumeClaimSpec", "accessModes"): {
        "ReadWriteOnce",
        "ReadOnlyMany",
        "ReadWriteMany",
        "ReadWriteOncePod",
    },
    ("V1EmptyDirVolumeSource", "medium"): {"", "Memory"},
}
QUANTITIES = {
    ("V1ResourceRequirements", "limits"), ("V1ResourceRequirements", "requests"),
    ("V1VolumeResourceRequirements", "limits"), ("V1VolumeResourceRequirements", "requests"),
    ("V1EmptyDirVolumeSource", "sizeLimit"),
}  # fmt: skip


def refused(written: Any, kind: str, place: str = "") -> Iterator[str]:
    """A line for each unknown field, missing field and value that does not fit, each with its place."""
    if match := CONTAINER.fullmatch(kind):
        yield from _each(written, *match.groups(), place)
    elif kind in SCALARS:
        if not isinstance(written, SCALARS[kind]) or (kind == "int" and isinstance(written, bool)):
            yield f"{place}: {written!r} is no {kind}"
    elif isinstance(written, dict):
        yield from _object(written, kind, place)
    else:
        yield f"{place}: {written!r} is no {kind}"


def _each(written: Any, container: str, kind: str, place: str) -> Iterator[str]:
    if not isinstance(written, {"list": list, "dict": dict}[container]):
        yield f"{place}: {written!r} is no {container}"
        return
    for key, each in enumerate(written) if container == "list" else written.items():
        yield from refused(each, kind, f"{place}[{key}]")


def _object(written: dict[str, Any], kind: str, place: str) -> Iterator[str]:
    model = getattr(models, kind)
    attributes = {field: name for name, field in model.attribute_map.items()}
    for field, value in written.items():
        inner = f"{place}.{field}"
        if field not in attributes:
            yield f"{inner}: unknown to {kind}"
            continue
        yield from refused(value, model.openapi_types[attributes[field]], inner)
        yield from _unfit(value, (kind, field), inner)
    try:
        model(**{attributes[field]: value for field, value in written.items() if field in attributes})
    except ValueError as error:  # a field that must be there
        yield f"{place}: {error}"


def _unfit(value: Any, field: tuple[str, str], place: str) -> Iterator[str]:
    values = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else [value]
    for each in values:
        if field in ONE_OF and each not in ONE_OF[field]:
            yield f"{place}: {each!r} is none of {sorted(ONE_OF[field])}"
        if field in QUANTITIES and not QUANTITY.fullmatch(str(each)):
            yield f"{place}: {each!r} is no quantity"


def unresolved(pod: dict[str, Any]) -> Iterator[str]:
    """Mounts of a pod's spec that name none of its volumes."""
    volumes = {volume["name"] for volume in pod.get("volumes", ())}
    for container in (*pod.get("initContainers", ()), *pod["containers"]):
        for mount in container.get("volumeMounts", ()):
            if mount["name"] not in volumes:
                yield f"{container['name']}: no volume {mount['name']}"
