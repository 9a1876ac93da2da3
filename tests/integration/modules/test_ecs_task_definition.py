# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

FAMILY = "shop-production-web"
WEB = {
    "name": "web",
    "image": "nginx:1",
    "portMappings": [{"containerPort": 3000}],
    "environment": {"NODE_ENV": "production", "PORT": 3000},
    "secrets": {"DATABASE_URL": "arn:aws:secretsmanager:us-east-1:123456789012:secret:shop"},
    "healthCheck": {"command": ["CMD-SHELL", "true"]},
}
TASK = {
    "family": FAMILY,
    "cpu": 256,
    "memory": 512,
    "execution_role_arn": "arn:aws:iam::123456789012:role/execution",
    "runtime_platform": {"cpu_architecture": "ARM64"},
    "containers": [WEB, {"name": "agent", "image": "agent", "essential": False}],
    "tags": {"team": "shop"},
}


def revisions(aws: Any, status: str = "ACTIVE") -> list[str]:
    return aws("ecs").list_task_definitions(familyPrefix=FAMILY, status=status)["taskDefinitionArns"]


def latest(aws: Any) -> dict[str, Any]:
    return aws("ecs").describe_task_definition(taskDefinition=FAMILY, include=["TAGS"])


def test_lifecycle(aws, lifecycle):
    lifecycle(
        "ecs_task_definition",
        present=TASK,
        change={"memory": 1024},
        exists=lambda: bool(revisions(aws)),
        changed=lambda: latest(aws)["taskDefinition"]["memory"] == "1024",
        absent={"family": FAMILY},
    )
    assert revisions(aws, "INACTIVE") == [], "the revisions are deleted too"


def test_everything_declared_is_registered(aws, run_module):
    result = run_module("ecs_task_definition", **TASK)["task_definition"]
    answer = latest(aws)
    definition = answer["taskDefinition"]
    assert result["arn"] == definition["taskDefinitionArn"]
    assert result["revision"] == 1
    assert definition["runtimePlatform"] == {"cpuArchitecture": "ARM64"}
    assert definition["executionRoleArn"] == TASK["execution_role_arn"]
    assert {"name": "PORT", "value": "3000"} in definition["containerDefinitions"][0]["environment"]
    assert answer["tags"] == [{"key": "team", "value": "shop"}]


def test_another_order_and_what_aws_fills_in_is_no_revision(run_module):
    run_module("ecs_task_definition", **TASK)
    web = {
        **WEB,
        "environment": [{"name": "PORT", "value": "3000"}, {"name": "NODE_ENV", "value": "production"}],
        "portMappings": [{"containerPort": "3000", "hostPort": 3000, "protocol": "tcp"}],
        "essential": "true",
    }
    again = run_module("ecs_task_definition", **{**TASK, "containers": [TASK["containers"][1], web]})
    assert again["changed"] is False


def test_what_is_taken_out_of_a_container_is_a_revision(aws, run_module):
    run_module("ecs_task_definition", **TASK)
    changed = run_module("ecs_task_definition", **{**TASK, "containers": [{"name": "web", "image": "nginx:1"}]}, check=True)
    assert changed["changed"] is True
    assert changed["task_definition"]["revision"] == 2
    assert changed["task_definition"]["arn"].endswith(f"{FAMILY}:2")
    assert changed["diff"]["before"]["task_definition"]["revision"] == 1
    assert len(revisions(aws)) == 1


def test_what_is_left_out_is_taken_over(aws, run_module):
    run_module("ecs_task_definition", **TASK)
    run_module("ecs_task_definition", family=FAMILY, cpu=512, memory=1024, containers=[WEB], tags={"stage": "production"})
    answer = latest(aws)
    assert answer["taskDefinition"]["revision"] == 2
    assert answer["taskDefinition"]["executionRoleArn"] == TASK["execution_role_arn"]
    assert answer["taskDefinition"]["runtimePlatform"] == {"cpuArchitecture": "ARM64"}
    assert {tag["key"] for tag in answer["tags"]} == {"team", "stage"}


def test_tags_alone_are_no_revision(aws, run_module):
    run_module("ecs_task_definition", **TASK)
    result = run_module("ecs_task_definition", **{**TASK, "tags": {"stage": "production"}}, purge_tags=True)
    assert result["changed"] is True
    assert latest(aws)["tags"] == [{"key": "stage", "value": "production"}]
    assert len(revisions(aws)) == 1


def test_many_revisions_are_deleted_in_batches(aws, run_module):
    for number in range(12):
        run_module("ecs_task_definition", **{**TASK, "containers": [{"name": "web", "image": f"nginx:{number}"}]})
    assert len(revisions(aws)) == 12
    assert run_module("ecs_task_definition", family=FAMILY, state="absent")["changed"] is True
    assert revisions(aws) + revisions(aws, "INACTIVE") == []


def test_impossible_sizes_and_misspelt_members_are_refused_before_anything_is_registered(aws, run_module):
    refused = run_module("ecs_task_definition", **{**TASK, "memory": 4096}, check=True)
    assert refused["msg"].startswith(
        f"plan task definition {FAMILY}: Fargate has no task of 256 CPU units with 4096 MiB of memory; use 512, 1024 or 2048 MiB"
    )
    refused = run_module("ecs_task_definition", **{**TASK, "containers": [{**WEB, "imagee": "nginx"}]}, check=True)
    assert 'Unknown parameter in containerDefinitions[0]: "imagee"' in refused["msg"]
    assert revisions(aws) == []
