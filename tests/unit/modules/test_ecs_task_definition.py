# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.groundwork.cloud.plugins.modules.ecs_task_definition import (
    ARGUMENTS,
    described,
    refusal,
    request,
    wanted,
)

WEB = {"name": "web", "image": "nginx"}


def options(**given: Any) -> dict[str, Any]:
    bare = {name: spec.get("default") for name, spec in ARGUMENTS.items()}
    return {**bare, "family": "web", "cpu": 256, "memory": 512, "containers": [WEB], **given}


@pytest.mark.parametrize(
    ("given", "cure"),
    [
        ({"containers": []}, "name at least one with both"),
        ({"containers": [{"name": "web"}]}, "name at least one with both"),
        ({"containers": [WEB, WEB]}, "give each its own"),
        ({"cpu": None}, "declare cpu and memory"),
        ({"network_mode": "bridge"}, "use awsvpc"),
        ({"memory": 4096}, "use 512, 1024 or 2048 MiB, or 512, 1024 or 2048 CPU units with 4096 MiB"),
    ],
)
def test_what_fargate_has_not_is_refused(given, cure):
    said = refusal(options(**given))
    assert said is not None
    assert said.endswith(cure)


def test_off_fargate_any_size_will_do():
    assert refusal(options(requires_compatibilities=["EC2"], network_mode="bridge", cpu=None, memory=100)) is None


def test_a_request_has_only_what_is_declared():
    sent = {member: value for member, value in request(options(ephemeral_storage=20)).items() if value is not None}
    assert set(sent) == {"family", "requiresCompatibilities", "networkMode", "cpu", "memory", "containerDefinitions"}
    assert request(options(ephemeral_storage=40, runtime_platform={"cpu_architecture": "ARM64", "x": None}))[
        "ephemeralStorage"
    ] == {"sizeInGiB": 40}


def test_a_new_revision_is_part_of_the_plan():
    returned = {
        "family": "web",
        "revision": 4,
        "taskDefinitionArn": "arn:aws:ecs:us-east-1:111122223333:task-definition/web:4",
        "requiresCompatibilities": ["FARGATE"],
        "networkMode": "awsvpc",
        "cpu": "256",
        "memory": "512",
        "containerDefinitions": [WEB],
    }
    current = {"task_definition": described(returned), "tags": {}}
    assert "revision" not in wanted(options(), current)["task_definition"]
    due = wanted(options(memory=1024), current)["task_definition"]
    assert (due["revision"], due["arn"]) == (5, "arn:aws:ecs:us-east-1:111122223333:task-definition/web:5")
