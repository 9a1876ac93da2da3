# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import json

import boto3

STACK = "molecule-schedule-alternative"
SYNC, ONCE = f"{STACK}-sync", f"{STACK}-once"


def test_when_and_where_it_runs():
    scheduler, ec2 = boto3.client("scheduler"), boto3.client("ec2")
    schedule = scheduler.get_schedule(GroupName=SYNC, Name=SYNC)
    assert schedule["ScheduleExpression"] == "cron(0 3 ? * MON-FRI *)"
    assert schedule["ScheduleExpressionTimezone"] == "America/Montevideo"
    assert schedule["FlexibleTimeWindow"] == {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 15}
    assert schedule["Target"]["RetryPolicy"] == {"MaximumRetryAttempts": 5, "MaximumEventAgeInSeconds": 3600}
    network = schedule["Target"]["EcsParameters"]["NetworkConfiguration"]["awsvpcConfiguration"]
    assert network["AssignPublicIp"] == "ENABLED"
    subnets = ec2.describe_subnets(SubnetIds=network["Subnets"])["Subnets"]
    names = [tag["Value"] for subnet in subnets for tag in subnet["Tags"] if tag["Key"] == "Name"]
    assert sorted(names) == [f"{STACK}-main-public-us-east-1{zone}" for zone in "ab"]
    once = scheduler.get_schedule(GroupName=ONCE, Name=ONCE)
    assert (once["State"], once["ScheduleExpression"]) == ("DISABLED", "at(2030-01-01T00:00:00)")
    tags = scheduler.list_tags_for_resource(ResourceArn=f"arn:aws:scheduler:us-east-1:123456789012:schedule-group/{ONCE}")["Tags"]
    assert {"Key": "groundwork:component", "Value": "once"} in tags


def test_task_definition():
    definition = boto3.client("ecs").describe_task_definition(taskDefinition=SYNC)["taskDefinition"]
    assert (definition["cpu"], definition["runtimePlatform"]["cpuArchitecture"]) == ("512", "ARM64")
    [container] = definition["containerDefinitions"]
    assert container["image"].endswith(f"/{STACK}-web:1.4.0")
    assert (container["command"], container["readonlyRootFilesystem"]) == (["node", "sync.js"], True)
    assert {entry["name"]: entry["value"] for entry in container["environment"]} == {"NODE_ENV": "production", "BATCH": "50"}
    assert sorted(entry["name"] for entry in container["secrets"]) == ["DATABASE_PASSWORD", "SESSION_SECRET"]


def test_roles_are_least_privilege():
    iam = boto3.client("iam")

    def allowed(role: str) -> dict[str, object]:
        statements = iam.get_role_policy(RoleName=role, PolicyName="permissions")["PolicyDocument"]["Statement"]
        return {json.dumps(statement["Action"]): statement["Resource"] for statement in statements}

    assert len(allowed(f"{SYNC}-execution")['"secretsmanager:GetSecretValue"']) == 2
    repository = boto3.client("ecr").describe_repositories(repositoryNames=[f"{STACK}-web"])["repositories"][0]["repositoryArn"]
    assert repository in allowed(f"{SYNC}-execution").values()
    assert allowed(f"{SYNC}-task") == {'"s3:GetObject"': "arn:aws:s3:::uploads/*"}


def test_logs_end():
    groups = boto3.client("logs").describe_log_groups(logGroupNamePrefix=STACK)["logGroups"]
    assert {group["logGroupName"]: (group["retentionInDays"], group.get("kmsKeyId")) for group in groups} == {
        SYNC: (90, None),
        ONCE: (90, None),
    }
