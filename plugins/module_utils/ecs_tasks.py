# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Tasks of Amazon ECS that are run by themselves: what to ask for, how they ended, where they log. Everything here is pure.

Follows the Amazon ECS API reference, action RunTask and data types Task, TaskOverride and ContainerOverride.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .ecs import EcsError, ecs_tags
from .ecs_services import request as service_request
from .ecs_services import stop_reason
from .plan import declared


def watched(definition: Mapping[str, Any], name: str | None) -> dict[str, Any]:
    """The definition of the container whose end counts: the named one, else the first that is essential."""
    containers = definition["containerDefinitions"]
    if name is None:
        return dict(next(one for one in containers if one.get("essential", True)))
    for container in containers:
        if container["name"] == name:
            return dict(container)
    there = ", ".join(container["name"] for container in containers)
    raise EcsError(f"run task definition {definition['family']}", f"it has no container {name}; name one of {there}")


def refuse_secrets(params: Mapping[str, Any], container: Mapping[str, Any]) -> None:
    """Raise when the environment would show a variable that the task definition keeps as a secret."""
    kept = sorted({secret["name"] for secret in container.get("secrets", [])} & set(params["environment"] or {}))
    if kept:
        raise EcsError(
            f"run task definition {params['task_definition']}",
            f"environment would show {', '.join(kept)}, kept in secrets there; change the secret, or name another variable",
        )


def request(params: Mapping[str, Any], definition: str, container: str) -> dict[str, Any]:
    """RunTask's arguments."""
    network = declared(params["network"] or {})
    return declared(
        {
            "cluster": params["cluster"],
            "taskDefinition": definition,
            "launchType": params["launch_type"],
            "startedBy": params["started_by"],
            "overrides": overrides(params, container) or None,
            "tags": ecs_tags(params["tags"] or {}) or None,  # empty tags are refused
            **(service_request({"network": network}, {}) if network else {}),
        }
    )


def overrides(params: Mapping[str, Any], container: str) -> dict[str, Any]:
    """What the task has otherwise than its task definition says."""
    environment = [{"name": name, "value": str(value)} for name, value in (params["environment"] or {}).items()]
    mine = declared({"command": params["command"] or None, "environment": environment or None})
    size = {name: str(params[name]) for name in ("cpu", "memory") if params[name]}
    return {**size, **({"containerOverrides": [{"name": container, **mine}]} if mine else {})}


def same_work(task: Mapping[str, Any], asked: Mapping[str, Any]) -> bool:
    """Whether a task does what a RunTask with these arguments would do."""

    def work(overrides: Mapping[str, Any]) -> list[Any]:
        containers = {one["name"]: one for one in overrides.get("containerOverrides", [])}
        return [
            (name, one.get("command") or [], sorted((pair["name"], pair["value"]) for pair in one.get("environment", [])))
            for name, one in sorted(containers.items())
            if one.get("command") or one.get("environment")
        ]

    mine, wanted = task.get("overrides", {}), asked.get("overrides", {})
    return task["taskDefinitionArn"] == asked["taskDefinition"] and work(mine) == work(wanted)


def exit_code(task: Mapping[str, Any], container: str) -> int | None:
    """The exit code of a container; None when it never started, or still runs."""
    return next((one.get("exitCode") for one in task.get("containers", []) if one["name"] == container), None)


def problem(task: Mapping[str, Any], container: str) -> str:
    """What went wrong with a task that has ended, in words; empty when nothing did."""
    code = exit_code(task, container)
    if code == 0:
        return ""
    ended = f"ended with exit code {code}" if code is not None else "never started"
    return f"its container {container} {ended}: {stop_reason(task)}"


def log_of(container: Mapping[str, Any], task: str) -> dict[str, str]:
    """Where a container of the task with this ARN logs, with the log driver awslogs; empty with another."""
    logging = container.get("logConfiguration", {})
    options = logging.get("options", {})
    if logging.get("logDriver") != "awslogs" or "awslogs-stream-prefix" not in options:
        return {}
    stream = f"{options['awslogs-stream-prefix']}/{container['name']}/{task.rpartition('/')[2]}"
    return {"group": options["awslogs-group"], "stream": stream, "region": options.get("awslogs-region", "")}
