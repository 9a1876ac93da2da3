# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Container definitions and volumes of Amazon ECS in one form, so that what AWS fills in or reorders is no difference.

Follows the Amazon ECS API reference, data types ContainerDefinition and Volume.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# Lists of pairs whose order means nothing: member -> (name of the key, name of the value).
PAIRS = {"environment": ("name", "value"), "secrets": ("name", "valueFrom")}
# Other lists whose order means nothing, and what they are sorted by.
SORTED_BY = {
    "dependsOn": "containerName",
    "mountPoints": "containerPath",
    "secretOptions": "name",
    "systemControls": "namespace",
    "ulimits": "name",
    "volumesFrom": "sourceContainer",
}
# What AWS fills in, by member.
DEFAULTS: dict[str, dict[str, Any]] = {
    "": {"cpu": 0, "versionConsistency": "enabled"},
    "healthCheck": {"interval": 30, "timeout": 5, "retries": 3, "startPeriod": 0},
    "restartPolicy": {"restartAttemptPeriod": 300},
    "efsVolumeConfiguration": {"rootDirectory": "/", "transitEncryption": "DISABLED"},
    "authorizationConfig": {"iam": "DISABLED"},
}


def listed(containers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Container definitions in the API's form: environment and secrets may also be given as mappings."""
    return [
        {
            member: [{PAIRS[member][0]: name, PAIRS[member][1]: text} for name, text in value.items()]
            if member in PAIRS and isinstance(value, Mapping)
            else value
            for member, value in container.items()
        }
        for container in containers
    ]


def canonical(containers: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Container definitions by name, without what AWS fills in; environment and secrets as mappings."""
    return {container.get("name", ""): _container(container) for container in containers}


def canonical_volumes(volumes: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Volumes by name, without what AWS fills in."""
    return {volume.get("name", ""): _stripped("", {**volume, "name": None}) for volume in volumes}


def _container(container: Mapping[str, Any]) -> dict[str, Any]:
    pairs = {
        member: {pair[key]: pair.get(value, "") for pair in container[member]}
        for member, (key, value) in PAIRS.items()
        if container.get(member)
    }
    ports = sorted((_port(port) for port in container.get("portMappings") or []), key=str)
    rest = {member: value for member, value in container.items() if member not in (*PAIRS, "name", "essential", "portMappings")}
    result = {**_stripped("", rest), **pairs}
    if ports:
        result["portMappings"] = ports
    if container.get("essential") is False:
        result["essential"] = False
    return result


def _port(port: Mapping[str, Any]) -> dict[str, Any]:
    filled_in = {"protocol": ("tcp",), "hostPort": (0, port.get("containerPort"))}
    return {member: value for member, value in port.items() if value is not None and value not in filled_in.get(member, ())}


def _stripped(member: str, value: Any) -> Any:
    """A value without the empty members and those that have the value that AWS fills in."""
    if isinstance(value, Mapping):
        defaults = DEFAULTS.get(member, {})
        inner = {key: _stripped(key, one) for key, one in value.items()}
        return {key: one for key, one in inner.items() if not _empty(one) and not (key in defaults and defaults[key] == one)}
    if isinstance(value, list | tuple):
        items = [_stripped(member, one) for one in value]
        return sorted(items, key=lambda one: str(one.get(SORTED_BY[member]))) if member in SORTED_BY else items
    return value


def _empty(value: Any) -> bool:
    return value is None or value is False or value in ("", [], {})
