# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Run tasks as a user would, without a stack around them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ansible_collections.groundwork.cloud.plugins.plugin_utils.reads import READS, is_read

from .play import Run, play


@dataclass(frozen=True)
class TaskRun(Run):
    """What tasks did, with the whole result of each."""

    results: Sequence[dict[str, Any]] = ()


def run_tasks(
    tasks: Iterable[Mapping[str, Any]],
    *arguments: str,
    endpoint: str,
    directory: Path,
    facts: Mapping[str, Any] | None = None,
    **variables: str,
) -> TaskRun:
    """Run tasks against the emulator, each whatever became of those before.

    C(facts) are variables of the play, C(variables) those of the environment; what the first task told is C(result_0).
    """
    told = directory / "results.json"
    told.unlink(missing_ok=True)
    listed = [{"ignore_errors": True, "register": f"result_{number}", **task} for number, task in enumerate(tasks)]
    names = ", ".join(task["register"] for task in listed)
    tell = {"ansible.builtin.copy": {"dest": str(told), "content": f"{{{{ [{names}] | to_json }}}}", "mode": "600"}}
    playbook = {
        "hosts": "localhost",
        "gather_facts": False,
        "environment": {
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_URL": endpoint,
            "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_EC2_METADATA_DISABLED": "true",
        },
        "vars": {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}", **(facts or {})},
        "tasks": [*listed, {"name": "results", **tell, "check_mode": False, "diff": False, "no_log": True}],
    }
    file = directory / "tasks.json"
    file.write_text(json.dumps([playbook]))
    done = play(str(file), "-i", "localhost,", *arguments, endpoint=endpoint, directory=directory, **variables)
    results = json.loads(told.read_text()) if told.exists() else []
    events = [event for event in done.events if event["task"] != "results"]
    return TaskRun(done.code, done.output, events, results)


# Services that sign by another name than botocore's.
_SIGNED = {"elasticloadbalancing": "elbv2", "monitoring": "cloudwatch", "tagging": "resourcegroupstaggingapi"}


def written(asked: Iterable[str]) -> list[str]:
    """Those of the recorded requests that are no reads."""
    return [one for one in asked if not _only_reads(*one.split(":", 1))]


def _only_reads(signed: str, operation: str) -> bool:
    service = _SIGNED.get(signed, signed)
    method, _space, path = operation.partition(" ")
    named = re.search(r"/operation/(\w+)$", path)
    if path and not named:
        return method in ("GET", "HEAD")
    assert service in READS, service
    return is_read(service, named[1] if named else operation)
