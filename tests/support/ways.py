# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Run a playbook in both ways, stock and direct, from the same empty account, and tell in what they differ."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import unified_diff
from functools import cache, partial
from itertools import zip_longest
from pathlib import Path
from typing import Any

import boto3

from . import emulator

STOCK, DIRECT = "stock", "direct"

# What two stock runs of one playbook differ in, and nothing else: a test shows for each of these that it is needed.
RULES = {
    "signature": r"(?<=Signature=)[0-9a-f]{64}|(?<=&Signature=)[\w%]+&Expires=\d+",
    "time of a request": r"(?<=\"X-Amz-Date\": \")\d{8}T\d{6}Z|(?<=X-Amz-Date=)\d{8}T\d{6}Z",
    "id of a request": r"(?<=\"Amz-Sdk-Invocation-Id\": \")[0-9a-f-]{36}",
    "time of an answer": r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT",
    "time": r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)",
    "time in seconds": r"(?<=_timestamp\": \")\d{10}(\.\d+)?",
    "time in milliseconds": r"(?<=\"creation_time\": )\d{13}",
    "time in words": r"(?<=User initiated \()20\d\d-\d\d-\d\d \d\d:\d\d:\d\d UTC",
    "token of botocore": r"(?<=[Cc]lientToken=)[0-9a-f-]{36}|(?<=(?:Token|estId)\\\": \\\")[0-9a-f-]{36}",  # or CreatorRequestId
    "token of ec2_instance": r"(?<=ClientToken=)[0-9a-f]{32}|(?<=[t_][Tt]oken\": \")[0-9a-f]{32}",
    "name of ec2_key for a trial": r"(?<==ansible-)[0-9a-f-]{36}",
    "reference of route53_zone": r"(?<=<CallerReference>example\.org\.-)[\d.]+",
    "id of a secret's version": r"[0-9a-f-]{36}(?=\": \[$)|(?<=\"version_id\": \")[0-9a-f-]{36}",  # a token
    "secret of a database": r"(?<=secret:rds!db-)[0-9a-f-]{36}-\w{6}|(?<=secret:rds!cluster-)[0-9a-f-]{36}-\w{6}",
    "number of a job": r"(?<=\"ansible_job_id\": \"j)[\d.]+|(?<=/async/j)[\d.]+|(?<=jid=j)[\d.]+",
    "number of a listener rule": r"(?<=listener-rule/app/)([\w/]+/)\d+",  # where the emulator keeps it in memory
}
# What differs too where a module asks by many threads at once, beside the order: what a client tells of those before it.
UNORDERED = {"features": r"(?<= m/)[\w,]+(?= cfg/)"}
# The length of an answer follows from what is in it: a time in seconds has fewer digits when it ends in a zero.
LENGTH = re.compile(r"(?<=\"content-length\": \")\d+")
# What the callback of direct runs adds, in the end, to what is printed.
SUMMARY = re.compile(r"^  calls +\d+ to (?:AWS|Cloudflare) in .*\n", re.MULTILINE)

# A service of the emulator draws random numbers when it is first asked, or when another one that calls on it is emptied: so
# all are asked before the seed is set, and none is asked by a playbook that was not.
SERVICES = {
    "acm": "list_certificates",
    "application-autoscaling": "describe_scalable_targets ServiceNamespace=ecs",
    "autoscaling": "describe_auto_scaling_groups",
    "cloudwatch": "describe_alarms",
    "dynamodb": "list_tables",
    "ec2": "describe_vpcs",
    "ecr": "describe_repositories",
    "ecs": "list_clusters",
    "elasticache": "describe_replication_groups",
    "elb": "describe_load_balancers",
    "elbv2": "describe_load_balancers",
    "events": "list_rules",
    "iam": "list_roles",
    "kms": "list_keys",
    "logs": "describe_log_groups",
    "rds": "describe_db_instances",
    "resourcegroupstaggingapi": "get_resources",
    "route53": "list_hosted_zones",
    "s3": "list_buckets",
    "scheduler": "list_schedules",
    "secretsmanager": "list_secrets",
    "servicediscovery": "list_namespaces",
    "sns": "list_topics",
    "sqs": "list_queues",
    "ssm": "describe_parameters",
    "sts": "get_caller_identity",
}


@dataclass(frozen=True)
class Outcome:
    """All that a run shows: its exit code and output, every result in full, and every request to the API."""

    code: int
    output: str
    results: Sequence[dict[str, Any]]
    requests: Sequence[dict[str, Any]]

    def of(self, task: str) -> dict[str, Any]:
        """The last result of a task."""
        found: dict[str, Any] = next(line["result"] for line in reversed(self.results) if line["task"] == task)
        return found

    def records(self) -> Iterator[tuple[str, str]]:
        """Everything as texts, each with a title. The order in which a module returned its values is part of it."""
        for line in self.results:
            yield f"result of {line['task']}", LENGTH.sub("", json.dumps(line, indent=1))
        for number, request in enumerate(self.requests):
            body = base64.b64decode(request["body"]).decode(errors="replace") if request["body_encoded"] else request["body"]
            headers = {name: value for name, value in request["headers"].items() if name != "Content-Length"}  # it is the body's
            yield f"request {number}", json.dumps({**request, "headers": headers, "body": body}, indent=1)
        yield "output", self.output
        yield "exit code", str(self.code)

    def normalised(self, rules: Mapping[str, str]) -> list[tuple[str, str]]:
        return [(title, _normalised(text, rules)) for title, text in self.records()]


def _normalised(text: str, rules: Mapping[str, str]) -> str:
    for name, pattern in rules.items():
        text = re.sub(pattern, f"<{name}>", text, flags=re.MULTILINE)
    return text


def differences(one: Outcome, other: Outcome, rules: Mapping[str, str] = RULES, *, ordered: bool = True) -> list[str]:
    """Every record in which two outcomes differ, and its lines that do."""
    if not ordered:
        one, other = (replace(outcome, requests=_sorted(outcome.requests)) for outcome in (one, other))
        rules = {**rules, **UNORDERED}
    found = []
    pairs = zip_longest(one.normalised(rules), other.normalised(rules), fillvalue=("nothing", ""))
    for (title, text), (other_title, other_text) in pairs:
        if title != other_title:
            found.append(f"{title} is, in the other run, {other_title}")
        elif text != other_text:
            lines = unified_diff(text.splitlines(), other_text.splitlines(), lineterm="", n=1)
            found.append("\n".join([title, *list(lines)[2:]]))
    return found


def _sorted(requests: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    def key(request: dict[str, Any]) -> tuple[str, ...]:
        return request["method"], request["url"], request["body"], request["headers"].get("X-Amz-Target", "")

    return sorted(requests, key=key)


def empty(endpoint: str) -> None:
    """An account like the last one that this made, down to the ids that it will give."""
    _post(f"{endpoint}/moto-api/seed?a=42")
    emulator.reset(endpoint)
    for ask in _questions(endpoint):
        ask()
    _post(f"{endpoint}/moto-api/seed?a=42")


@cache
def _questions(endpoint: str) -> Sequence[Callable[[], Any]]:
    access = {"region_name": "us-east-1", "aws_access_key_id": "test", "aws_secret_access_key": "test"}
    found = []
    for service, call in SERVICES.items():
        operation, *options = call.split()
        client = boto3.client(service, endpoint_url=endpoint, **access)
        found.append(partial(getattr(client, operation), **dict(option.split("=") for option in options)))
    return found


def _post(url: str) -> None:
    urllib.request.urlopen(urllib.request.Request(url, method="POST")).close()


def run(playbook: Path, way: str, *arguments: str, endpoint: str, directory: Path, **environment: str) -> Outcome:
    """Run C(ansible-playbook) in that way; C(directory) keeps its traces."""
    results = directory / "results.jsonl"
    results.unlink(missing_ok=True)
    for place in ("none", "remote"):
        (directory / place).mkdir(exist_ok=True)
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "ANSIBLE_", "GROUNDWORK_"))}
    variables = {
        **inherited,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTHONHASHSEED": "0",  # the order of a set is the order of some requests
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",  # amazon.aws 10, for route53
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "ANSIBLE_CALLBACK_PLUGINS": str(emulator.PROJECT / "tests/support/callback_plugins"),
        "ANSIBLE_CALLBACKS_ENABLED": "results" if way == STOCK else "results,groundwork.cloud.runtime",
        "ANSIBLE_INVENTORY": str(emulator.PROJECT / "tests/integration/runtime/hosts.yml"),
        "ANSIBLE_STDOUT_CALLBACK": "ansible.builtin.default",
        "ANSIBLE_LOG_PATH": str(directory / "ansible.log"),
        "ANSIBLE_REMOTE_TEMP": str(directory / "remote"),
        "ANSIBLE_ASYNC_DIR": str(directory / "async"),
        "GROUNDWORK_RESULTS": str(results),
        # What ansible.cfg sets, and this takes back, is all that tells the ways apart.
        **({"ANSIBLE_ACTION_PLUGINS": str(directory / "none")} if way == STOCK else {}),
        **environment,
    }
    empty(endpoint)
    with emulator.recorded_requests(endpoint) as requests:
        done = subprocess.run(
            ["ansible-playbook", str(playbook), *arguments],
            cwd=emulator.PROJECT,
            env=variables,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    lines = results.read_text().splitlines() if results.exists() else []
    output = SUMMARY.sub("", done.stdout + done.stderr)
    return Outcome(done.returncode, output, [json.loads(line) for line in lines], requests)
