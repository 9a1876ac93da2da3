# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A scheduled task is run by hand as its schedule would start it, with its end shown; nothing is run by mistake."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from support.play import Run
from support.small_stack import written

HOSTS = """\
stack:
  children:
    network: {hosts: {main: }}
    ecs: {hosts: {web: }}
    schedule: {hosts: {sync: , report: }}
"""
STACK = """\
stack_name: shop
stack_environment: test
stack_region: us-east-1
stack_account: "123456789012"
stack_flows:
  - {from: web, to: internet, ports: [443]}
  - {from: sync, to: internet, ports: [443]}
  - {from: report, to: internet, ports: [443]}
network_cidr: 10.6.0.0/16
network_zones: [us-east-1a]
network_subnets: {private: [10.6.0.0/24]}
network_nat_gateways: none
ecs_cpu: 256
ecs_memory: 512
ecs_image: nginx
"""
SCHEDULE = """\
schedule_expression: rate(1 hour)
schedule_cpu: 256
schedule_memory: 512
schedule_image: busybox
"""
NAME = "shop-test-sync"
TAGS = {"groundwork:stack": "shop", "groundwork:environment": "test", "groundwork:component": "sync", "Name": NAME}


@pytest.fixture
def run(endpoint: str, aws_environment: dict[str, str], tmp_path: Path) -> Callable[..., Run]:
    stack = written(tmp_path, endpoint, HOSTS, STACK)
    (tmp_path / "shop/group_vars/schedule.yml").write_text(SCHEDULE)
    return partial(stack, "playbooks/run.yml")


@pytest.fixture
def sync(aws: Callable[[str], Any]) -> dict[str, Any]:
    """A schedule that is disabled, and what it would start."""
    ec2, ecs, scheduler = aws("ec2"), aws("ecs"), aws("scheduler")
    vpc = ec2.create_vpc(CidrBlock="10.6.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.6.0.0/24")["Subnet"]["SubnetId"]
    group = ec2.create_security_group(GroupName=NAME, Description=NAME, VpcId=vpc)["GroupId"]
    cluster = ecs.create_cluster(clusterName="shop-test-web")["cluster"]["clusterArn"]
    aws("logs").create_log_group(logGroupName=NAME)
    logging = {"awslogs-group": NAME, "awslogs-region": "us-east-1", "awslogs-stream-prefix": "sync"}
    container = {"name": "sync", "image": "busybox", "command": ["sh", "-c", "echo synced"]}
    definition = ecs.register_task_definition(
        family=NAME,
        networkMode="awsvpc",
        requiresCompatibilities=["FARGATE"],
        cpu="256",
        memory="512",
        containerDefinitions=[{**container, "logConfiguration": {"logDriver": "awslogs", "options": logging}}],
    )["taskDefinition"]["taskDefinitionArn"]
    trust = json.dumps({"Statement": [{"Principal": {"Service": "scheduler.amazonaws.com"}}]})
    role = aws("iam").create_role(RoleName=NAME, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    network = {"Subnets": [subnet], "SecurityGroups": [group], "AssignPublicIp": "ENABLED"}
    parameters = {"TaskDefinitionArn": definition, "NetworkConfiguration": {"awsvpcConfiguration": network}}
    scheduler.create_schedule_group(Name=NAME, Tags=[{"Key": key, "Value": value} for key, value in TAGS.items()])
    scheduler.create_schedule(
        Name=NAME,
        GroupName=NAME,
        ScheduleExpression="rate(1 hour)",
        State="DISABLED",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": cluster, "RoleArn": role, "EcsParameters": parameters},
    )
    return {"subnet": subnet, "definition": definition}


def tasks(aws: Callable[[str], Any]) -> list[dict[str, Any]]:
    ecs = aws("ecs")
    arns = ecs.list_tasks(cluster="shop-test-web", desiredStatus="STOPPED")["taskArns"]
    return list(ecs.describe_tasks(cluster="shop-test-web", tasks=arns, include=["TAGS"])["tasks"]) if arns else []


def test_a_task_is_run_as_its_schedule_would_start_it(aws, run, sync):
    plan = run("-e", "task=sync", "--check")
    assert (plan.code, plan.changed) == (0, {("sync", "The task runs to its end")}), plan.output
    assert tasks(aws) == []

    done = run("-e", "task=sync")
    assert done.code == 0, done.output
    assert "Exit code 0" in done.output
    assert "synced" in done.output
    [task] = tasks(aws)
    assert (task["taskDefinitionArn"], task["startedBy"]) == (sync["definition"], f"{NAME}-run")
    details = {one["name"]: one["value"] for one in task["attachments"][0]["details"]}
    assert details["subnetId"] == sync["subnet"]
    assert {"key": "groundwork:component", "value": "sync"} in task["tags"]

    failed = run("-e", json.dumps({"task": "sync", "command": ["sh", "-c", "echo out of order; exit 3"]}))
    assert failed.code == 2
    assert "its container sync ended with exit code 3" in failed.failures[0]
    assert "its log ends: out of order" in failed.failures[0]


def test_what_is_refused_before_anything(aws, run, sync):
    for arguments, said in (
        ((), "No task was named; name one of sync, report: -e task=sync"),
        (("-e", "task=web"), "web is no scheduled task; name one of sync, report"),
        (("-e", "task=report"), "report is not there yet; stand it up with site.yml first"),
    ):
        refused = run(*arguments)
        assert (refused.code, refused.changed) == (2, set()), refused.output
        assert said in refused.failures[0]
    assert tasks(aws) == []
