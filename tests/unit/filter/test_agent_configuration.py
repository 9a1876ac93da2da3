# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.groundwork.cloud.plugins.filter.agent_configuration import FilterModule
from jsonschema import Draft7Validator

MEMORY = {"mem": {"measurement": ["mem_used_percent"]}}
DISK = {"disk": {"measurement": ["used_percent"], "resources": ["/"], "drop_device": True}}
NAME = {"type": "string", "minLength": 1, "maxLength": 512}
RETENTION = [-1, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653]
SENT = {"log_group_name": NAME, "log_stream_name": NAME, "retention_in_days": {"enum": RETENTION}}


def closed(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "additionalProperties": False}


def listed(required: str, **properties: Any) -> dict[str, Any]:
    items = {**closed(**SENT, **properties), "required": [required]}
    return {
        **closed(collect_list={"type": "array", "items": items, "minItems": 1, "uniqueItems": True}),
        "required": ["collect_list"],
    }


PRIORITIES = ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"]
TEXT = {"type": "string", "minLength": 1, "maxLength": 4096}
# What is used here of amazon-cloudwatch-agent-schema.json, which the agent 1.300071.0 has in its folder doc. It lets unknown
# words pass in the section of the agent and in a metric, and nowhere else.
SCHEMA = closed(
    agent={
        "type": "object",
        "properties": {"metrics_collection_interval": {"type": "integer", "minimum": 1, "maximum": 172800}, "run_as_user": TEXT},
    },
    metrics={
        **closed(
            namespace={"type": "string", "minLength": 1, "maxLength": 255},
            append_dimensions={"type": "object", "maxProperties": 30, "additionalProperties": TEXT},
            aggregation_dimensions={"type": "array", "items": {"type": "array", "items": TEXT}, "minItems": 1},
            metrics_collected={
                "type": "object",
                "minProperties": 1,
                "additionalProperties": {
                    "type": "object",
                    "properties": {"measurement": {"type": "array"}, "resources": {"type": "array", "items": TEXT}},
                    "required": ["measurement"],
                },
            },
        ),
        "required": ["metrics_collected"],
    },
    logs={
        **closed(
            logs_collected={
                **closed(
                    files=listed("file_path", file_path=TEXT, timestamp_format=TEXT, multi_line_start_pattern=TEXT),
                    journald=listed(
                        "log_group_name",
                        units={"type": "array", "items": {"type": "string", "maxLength": 256}, "minItems": 1},
                        priority={"enum": PRIORITIES},
                    ),
                ),
                "minProperties": 1,
            }
        ),
        "required": ["logs_collected"],
    },
)
DIMENSIONS = {"InstanceId": "${aws:InstanceId}", "AutoScalingGroupName": "${aws:AutoScalingGroupName}"}


def built(metrics: dict[str, Any], **options: Any) -> dict[str, Any]:
    made: dict[str, Any] = FilterModule().filters()["agent_configuration"](metrics, "cwagent", "shop-web", **options)
    assert [error.message for error in Draft7Validator(SCHEMA).iter_errors(made)] == []
    return made


def test_metrics_are_of_the_machine_and_of_its_scaling_group():
    assert built(MEMORY | DISK, namespace="Shop", interval=30) == {
        "agent": {"run_as_user": "cwagent", "metrics_collection_interval": 30},
        "metrics": {
            "namespace": "Shop",
            "append_dimensions": DIMENSIONS,
            "aggregation_dimensions": [["AutoScalingGroupName"]],
            "metrics_collected": MEMORY | DISK,
        },
    }


@pytest.mark.parametrize(
    ("options", "collected"),
    [
        (
            {"units": ["web.service", "nginx.service"], "priority": "warning"},
            {
                "journald": [
                    {
                        "units": [f"{unit}.service"],
                        "priority": "warning",
                        "log_group_name": "shop-web",
                        "log_stream_name": f"{{instance_id}}/{unit}.service",
                    }
                    for unit in ("web", "nginx")
                ]
            },
        ),
        (
            {"files": [{"path": "/var/log/app/*.log"}]},
            {
                "files": [
                    {
                        "file_path": "/var/log/app/*.log",
                        "log_group_name": "shop-web",
                        "log_stream_name": "{instance_id}/var/log/app/_.log",
                    }
                ]
            },
        ),
        (
            {
                "units": ["web@1.service"],
                "files": [
                    {
                        "path": "/var/log/app",
                        "group": "app",
                        "stream": "{hostname}",
                        "timestamp": "%Y-%m-%d",
                        "starts_with": "{timestamp_format}",
                        "retention_days": 30,
                    }
                ],
            },
            {
                "journald": [
                    {
                        "units": ["web@1.service"],
                        "priority": "info",
                        "log_group_name": "shop-web",
                        "log_stream_name": "{instance_id}/web@1.service",
                    }
                ],
                "files": [
                    {
                        "file_path": "/var/log/app",
                        "log_group_name": "app",
                        "log_stream_name": "{hostname}",
                        "timestamp_format": "%Y-%m-%d",
                        "multi_line_start_pattern": "{timestamp_format}",
                        "retention_in_days": 30,
                    }
                ],
            },
        ),
    ],
)
def test_logs_go_to_their_groups(options: dict[str, Any], collected: dict[str, Any]):
    made = built({}, **options)
    assert set(made) == {"agent", "logs"}
    assert made["logs"]["logs_collected"] == {kind: {"collect_list": entries} for kind, entries in collected.items()}


def test_an_agent_that_would_send_nothing_is_refused():
    with pytest.raises(AnsibleFilterError, match="neither metrics, units nor files"):
        built({})
