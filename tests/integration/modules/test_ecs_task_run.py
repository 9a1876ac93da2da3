# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import json
import urllib.request
from typing import Any

import pytest

NAME = "shop-production-web"
LOGGING = {"awslogs-group": NAME, "awslogs-region": "us-east-1", "awslogs-stream-prefix": "web"}
SECRETS = {"PASSWORD": "arn:aws:secretsmanager:us-east-1:123456789012:secret:shop-a1b2c3"}
UNPULLABLE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/missing:1"


@pytest.fixture
def web(aws, run_module) -> dict[str, Any]:
    """A cluster, a log group, a task definition and the options of a run."""
    ec2 = aws("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    group = ec2.create_security_group(GroupName="web", Description="web", VpcId=vpc)["GroupId"]
    aws("logs").create_log_group(logGroupName=NAME)
    run_module("ecs_cluster", name=NAME)
    register(run_module)
    return {"cluster": NAME, "task_definition": NAME, "network": {"subnets": [subnet], "security_groups": [group]}}


@pytest.fixture
def slow(endpoint):
    """Tasks that take three answers to stop, once in each of their states."""

    def call(path: str, **body: Any) -> None:
        request = urllib.request.Request(f"{endpoint}/moto-api/state-manager/{path}", json.dumps(body).encode(), method="POST")
        request.add_header("Content-Type", "application/json")
        urllib.request.urlopen(request).close()

    call("set-transition", model_name="ecs::task", transition={"progression": "manual", "times": 1})
    yield
    call("unset-transition", model_name="ecs::task")


def register(run_module: Any, image: str = "nginx") -> str:
    container = {
        "name": "web",
        "image": image,
        "secrets": SECRETS,
        "logConfiguration": {"logDriver": "awslogs", "options": LOGGING},
    }
    sidecar = {"name": "xray", "image": "xray", "essential": False}
    declared = run_module("ecs_task_definition", family=NAME, cpu=256, memory=512, containers=[sidecar, container])
    return declared["task_definition"]["arn"]


def tasks(aws: Any) -> list[dict[str, Any]]:
    ecs = aws("ecs")
    arns = [arn for status in ("RUNNING", "STOPPED") for arn in ecs.list_tasks(cluster=NAME, desiredStatus=status)["taskArns"]]
    return ecs.describe_tasks(cluster=NAME, tasks=arns, include=["TAGS"])["tasks"] if arns else []


def test_a_task_runs_to_its_end(aws, run_module, web):
    asked = {**web, "command": ["sh", "-c", "echo one; echo two"], "started_by": "shop/migration", "tags": {"team": "shop"}}
    planned = run_module("ecs_task_run", **asked, check=True)
    assert planned["changed"] is True
    assert planned["diff"]["after"]["task"]["command"] == asked["command"]
    assert tasks(aws) == [], "check mode ran it"
    done = run_module("ecs_task_run", **asked)
    assert done["changed"] is True
    task = done["task"]
    assert (task["container"], task["exit_code"], task["log_tail"]) == ("web", 0, ["one", "two"])
    [stands] = tasks(aws)
    assert stands["taskArn"] == task["arn"]
    assert stands["tags"] == [{"key": "team", "value": "shop"}]
    assert stands["launchType"] == "FARGATE"
    assert aws("ec2").describe_network_interfaces()["NetworkInterfaces"] == []
    run_module("ecs_task_run", **asked)
    assert len(tasks(aws)) == 2, "a task a run"


def test_a_task_that_ends_badly_fails_with_its_exit_code_and_its_log(run_module, web):
    command = ["sh", "-c", "echo one; echo migrating; echo relation exists already; exit 3; echo more"]
    failed = run_module("ecs_task_run", **web, command=command, log_lines=2)
    assert failed["failed"] is True
    assert failed["msg"] == (
        f"run task definition {NAME}: its container web ended with exit code 3: Essential container in task exited"
        " (web exit code 3); its log ends: migrating | relation exists already"
    )
    assert (failed["task"]["exit_code"], failed["task"]["log_tail"]) == (3, ["migrating", "relation exists already"])


def test_a_task_that_never_starts_fails_with_its_reason(run_module, web):
    register(run_module, image=UNPULLABLE)
    failed = run_module("ecs_task_run", **web)
    assert "its container web never started: CannotPullContainerError" in failed["msg"]
    assert failed["msg"].endswith("; it logged nothing")
    assert failed["task"]["exit_code"] is None


@pytest.mark.usefixtures("slow")
def test_what_an_interrupted_run_left_is_waited_for(aws, run_module, web):
    asked = {**web, "command": ["echo", "hello"], "started_by": "migration"}
    started = run_module("ecs_task_run", **asked, wait=False)["task"]
    assert (started["exit_code"], started["log_tail"]) == (None, [])
    short = run_module("ecs_task_run", **asked, wait_timeout=1)
    assert f"wait for task {started['arn']} to stop: still " in short["msg"]
    done = run_module("ecs_task_run", **asked)["task"]
    assert (done["arn"], done["log_tail"]) == (started["arn"], ["hello"])
    assert len(tasks(aws)) == 1
    other = run_module("ecs_task_run", **{**asked, "command": ["echo", "other"]}, wait=False)["task"]
    assert run_module("ecs_task_run", **asked)["task"]["arn"] != other["arn"]
    assert {task["lastStatus"] for task in tasks(aws)} == {"STOPPED"}


def test_what_can_t_work_is_refused_before_anything_runs(aws, run_module, web):
    assert "no container api" in run_module("ecs_task_run", **web, container="api", check=True)["msg"]
    assert "would show PASSWORD" in run_module("ecs_task_run", **web, environment={"PASSWORD": "x"})["msg"]
    missing = {**web, "task_definition": "missing"}
    assert run_module("ecs_task_run", **missing, check=True)["changed"] is True
    assert "there is no active task definition missing; register it" in run_module("ecs_task_run", **missing)["msg"]
    assert tasks(aws) == []
