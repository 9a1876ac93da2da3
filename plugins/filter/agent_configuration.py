# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
name: agent_configuration
version_added: 0.1.0
short_description: The configuration of the Amazon CloudWatch agent
description:
  - Sends the journal of units and the lines of files to log groups, and metrics to a namespace.
  - Follows the Amazon CloudWatch user guide, "Manually create or edit the CloudWatch agent configuration file".
  - Metrics have the dimensions InstanceId and AutoScalingGroupName, and are there for the whole scaling group as well.
author:
  - The Groundwork authors (@groundwork)
positional: user, group, units, files, namespace, interval, priority
options:
  _input:
    description: Metrics in the agent's own words, by its name for their source.
    type: dict
    required: true
  user:
    description: The user that the agent runs as.
    type: str
    required: true
  group:
    description: The log group of what names none.
    type: str
    required: true
  units:
    description: Units of systemd whose journal is sent, each to a stream of its own.
    type: list
    elements: str
    default: []
  files:
    description: Files that are sent, each with its C(path), and with what the role C(agent) lets say of it.
    type: list
    elements: dict
    default: []
  namespace:
    description: The namespace of the metrics.
    type: str
    default: CWAgent
  interval:
    description: Seconds between two values of a metric.
    type: int
    default: 60
  priority:
    description: The least urgent entries of the journal that are sent.
    type: str
    default: info
"""

EXAMPLES = r"""
- name: Show what the agent of a web server is told
  ansible.builtin.debug:
    msg: "{{ metrics | groundwork.cloud.agent_configuration('cwagent', 'shop-production-web', units=['nginx']) }}"
  vars:
    metrics: {mem: {measurement: [mem_used_percent]}}
"""

RETURN = r"""
_value:
  description: The configuration.
  type: dict
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible.errors import AnsibleFilterError

# What a file is told by, and the agent's word for it.
_WORDS = {
    "timestamp": "timestamp_format",
    "starts_with": "multi_line_start_pattern",
    "retention_days": "retention_in_days",
}
_NOT_IN_A_STREAM = re.compile(r"[:*?\[\]{}]")


def agent_configuration(
    metrics: Mapping[str, Any],
    user: str,
    group: str,
    units: Sequence[str] = (),
    files: Sequence[Mapping[str, Any]] = (),
    namespace: str = "CWAgent",
    interval: int = 60,
    priority: str = "info",
) -> dict[str, Any]:
    collected = {
        "journald": [_unit(unit, group, priority) for unit in units],
        "files": [_file(file, group) for file in files],
    }
    logs = {kind: {"collect_list": listed} for kind, listed in collected.items() if listed}
    if not (metrics or logs):
        raise AnsibleFilterError("the agent has neither metrics, units nor files to send; declare some, or remove the agent")
    return {
        "agent": {"run_as_user": user, "metrics_collection_interval": interval},
        **({"metrics": _metrics(metrics, namespace)} if metrics else {}),
        **({"logs": {"logs_collected": logs}} if logs else {}),
    }


def _metrics(metrics: Mapping[str, Any], namespace: str) -> dict[str, Any]:
    return {
        "namespace": namespace,
        "append_dimensions": {name: f"${{aws:{name}}}" for name in ("InstanceId", "AutoScalingGroupName")},
        "aggregation_dimensions": [["AutoScalingGroupName"]],
        "metrics_collected": dict(metrics),
    }


def _unit(unit: str, group: str, priority: str) -> dict[str, Any]:
    return {"units": [unit], "priority": priority, "log_group_name": group, "log_stream_name": _stream(f"/{unit}")}


def _file(file: Mapping[str, Any], group: str) -> dict[str, Any]:
    return {
        "file_path": file["path"],
        "log_group_name": file.get("group") or group,
        "log_stream_name": file.get("stream") or _stream(file["path"]),
        **{_WORDS[word]: file[word] for word in _WORDS if file.get(word)},
    }


def _stream(path: str) -> str:
    """A stream of each machine; the agent knows the instance."""
    return "{instance_id}" + _NOT_IN_A_STREAM.sub("_", path)


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"agent_configuration": agent_configuration}
