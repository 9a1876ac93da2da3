# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.groundwork.cloud.plugins.module_utils.containers import canonical, canonical_volumes, listed

WEB = {"name": "web", "image": "nginx"}


@pytest.mark.parametrize(
    ("declared", "returned"),
    [
        ({}, {"cpu": 0, "essential": True, "environment": [], "mountPoints": [], "volumesFrom": [], "systemControls": []}),
        (
            {"portMappings": [{"containerPort": 3000}]},
            {"portMappings": [{"containerPort": 3000, "hostPort": 3000, "protocol": "tcp"}]},
        ),
        ({"portMappings": [{"containerPort": 3000}]}, {"portMappings": [{"containerPort": 3000, "hostPort": 0}]}),
        (
            {"environment": [{"name": "B", "value": ""}, {"name": "A", "value": "1"}]},
            {"environment": [{"name": "A", "value": "1"}, {"name": "B", "value": ""}]},
        ),
        (
            {"secrets": [{"name": "B", "valueFrom": "arn:b"}, {"name": "A", "valueFrom": "arn:a"}]},
            {"secrets": [{"name": "A", "valueFrom": "arn:a"}, {"name": "B", "valueFrom": "arn:b"}]},
        ),
        (
            {"healthCheck": {"command": ["CMD", "true"]}},
            {"healthCheck": {"command": ["CMD", "true"], "interval": 30, "timeout": 5, "retries": 3, "startPeriod": 0}},
        ),
        (
            {"logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "a"}}},
            {"logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "a"}, "secretOptions": []}},
        ),
        ({"privileged": False, "dockerLabels": {}}, {}),
        ({"restartPolicy": {"enabled": True}}, {"restartPolicy": {"enabled": True, "restartAttemptPeriod": 300}}),
        (
            {"mountPoints": [{"sourceVolume": "b", "containerPath": "/b"}, {"sourceVolume": "a", "containerPath": "/a"}]},
            {
                "mountPoints": [
                    {"sourceVolume": "a", "containerPath": "/a", "readOnly": False},
                    {"sourceVolume": "b", "containerPath": "/b"},
                ]
            },
        ),
    ],
)
def test_what_aws_fills_in_is_no_difference(declared, returned):
    assert canonical([{**WEB, **declared}]) == canonical([{**WEB, **returned}])


@pytest.mark.parametrize(
    "change",
    [
        {"image": "nginx:2"},
        {"essential": False},
        {"cpu": 128},
        {"environment": [{"name": "A", "value": ""}]},
        {"portMappings": [{"containerPort": 3000, "protocol": "udp"}]},
        {"portMappings": [{"containerPort": 3000, "hostPort": 80}]},
        {"command": ["serve"]},
        {"readonlyRootFilesystem": True},
        {"healthCheck": {"command": ["CMD", "true"], "startPeriod": 10}},
    ],
)
def test_what_differs_is_seen(change: dict[str, Any]):
    base = {**WEB, "portMappings": [{"containerPort": 3000}], "healthCheck": {"command": ["CMD", "true"]}}
    assert canonical([{**base, **change}]) != canonical([base])


def test_the_order_of_containers_means_nothing_and_that_of_a_command_does():
    other = {"name": "agent", "image": "agent"}
    assert canonical([WEB, other]) == canonical([other, WEB])
    assert canonical([{**WEB, "command": ["a", "b"]}]) != canonical([{**WEB, "command": ["b", "a"]}])


def test_environment_and_secrets_may_be_mappings():
    assert listed([{**WEB, "environment": {"A": "1"}, "secrets": {"B": "arn:b"}}]) == [
        {**WEB, "environment": [{"name": "A", "value": "1"}], "secrets": [{"name": "B", "valueFrom": "arn:b"}]}
    ]


def test_volumes_without_what_aws_fills_in():
    declared = [{"name": "data", "efsVolumeConfiguration": {"fileSystemId": "fs-1"}}, {"name": "scratch"}]
    returned = [
        {"name": "scratch", "host": {}},
        {
            "name": "data",
            "efsVolumeConfiguration": {
                "fileSystemId": "fs-1",
                "rootDirectory": "/",
                "transitEncryption": "DISABLED",
                "authorizationConfig": {"iam": "DISABLED"},
            },
        },
    ]
    assert canonical_volumes(declared) == canonical_volumes(returned)
