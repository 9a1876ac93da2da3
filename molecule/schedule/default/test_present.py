# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import json
from typing import Any

import boto3

STACK = "molecule-schedule-default"
NAME = f"{STACK}-sync"
HERE = "us-east-1:123456789012"
ROLES = "arn:aws:iam::123456789012:role/groundwork/molecule/schedule-default/"
DEAD_LETTER = f"arn:aws:sqs:{HERE}:{NAME}-dead-letter"


def attributes(queue: str) -> dict[str, Any]:
    sqs = boto3.client("sqs")
    url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    return sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]


def test_schedule():
    schedule = boto3.client("scheduler").get_schedule(GroupName=NAME, Name=NAME)
    assert (schedule["ScheduleExpression"], schedule["ScheduleExpressionTimezone"]) == ("rate(5 minutes)", "UTC")
    assert (schedule["State"], schedule["FlexibleTimeWindow"]) == ("ENABLED", {"Mode": "OFF"})
    target = schedule["Target"]
    assert target["Arn"] == f"arn:aws:ecs:{HERE}:cluster/{STACK}-web"
    assert target["RoleArn"] == f"{ROLES}schedule/{NAME}-schedule"
    assert target["DeadLetterConfig"] == {"Arn": DEAD_LETTER}
    assert target["RetryPolicy"] == {"MaximumRetryAttempts": 2, "MaximumEventAgeInSeconds": 300}
    task = target["EcsParameters"]
    assert task["TaskDefinitionArn"] == f"arn:aws:ecs:{HERE}:task-definition/{NAME}:1"
    assert (task["LaunchType"], task["TaskCount"], task["PropagateTags"]) == ("FARGATE", 1, "TASK_DEFINITION")
    network = task["NetworkConfiguration"]["awsvpcConfiguration"]
    assert network["AssignPublicIp"] == "DISABLED"
    ec2 = boto3.client("ec2")
    groups = ec2.describe_security_groups(GroupIds=network["SecurityGroups"])["SecurityGroups"]
    assert [group["GroupName"] for group in groups] == [NAME]
    subnets = ec2.describe_subnets(SubnetIds=network["Subnets"])["Subnets"]
    names = [tag["Value"] for subnet in subnets for tag in subnet["Tags"] if tag["Key"] == "Name"]
    assert sorted(names) == [f"{STACK}-main-private-us-east-1{zone}" for zone in "ab"]


def test_task_definition_and_logs():
    definition = boto3.client("ecs").describe_task_definition(taskDefinition=NAME)["taskDefinition"]
    assert (definition["cpu"], definition["memory"], definition["networkMode"]) == ("256", "512", "awsvpc")
    [container] = definition["containerDefinitions"]
    assert (container["name"], container["image"], container.get("portMappings", [])) == ("sync", "busybox", [])
    assert container["logConfiguration"]["options"]["awslogs-group"] == NAME
    assert {definition["executionRoleArn"], definition["taskRoleArn"]} == {
        f"{ROLES}ecs/{NAME}-{one}" for one in ("execution", "task")
    }
    [group] = boto3.client("logs").describe_log_groups(logGroupNamePrefix=NAME)["logGroups"]
    assert group["retentionInDays"] == 7
    assert group["kmsKeyId"]


def test_the_role_may_start_this_task_alone():
    iam = boto3.client("iam")
    [trust] = iam.get_role(RoleName=f"{NAME}-schedule")["Role"]["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "scheduler.amazonaws.com"}
    group = f"arn:aws:scheduler:{HERE}:schedule-group/{NAME}"
    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": "123456789012", "aws:SourceArn": group}}
    document = iam.get_role_policy(RoleName=f"{NAME}-schedule", PolicyName="permissions")["PolicyDocument"]
    allowed = {statement["Action"]: statement for statement in document["Statement"]}
    assert set(allowed) == {"ecs:RunTask", "ecs:TagResource", "iam:PassRole", "sqs:SendMessage"}
    assert allowed["ecs:RunTask"]["Resource"] == f"arn:aws:ecs:{HERE}:task-definition/{NAME}:*"
    assert allowed["ecs:RunTask"]["Condition"] == {"ArnEquals": {"ecs:cluster": f"arn:aws:ecs:{HERE}:cluster/{STACK}-web"}}
    assert sorted(allowed["iam:PassRole"]["Resource"]) == [f"{ROLES}ecs/{NAME}-{one}" for one in ("execution", "task")]
    assert allowed["iam:PassRole"]["Condition"] == {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}
    assert allowed["sqs:SendMessage"]["Resource"] == DEAD_LETTER


def ended(*containers: dict[str, Any], family: str = NAME, **detail: Any) -> str:
    """An event as Amazon ECS sends it."""
    task = {"clusterArn": f"arn:aws:ecs:{HERE}:cluster/{STACK}-web", "lastStatus": "STOPPED", "containers": list(containers)}
    task |= {"taskDefinitionArn": f"arn:aws:ecs:{HERE}:task-definition/{family}:3", "stopCode": "EssentialContainerExited"}
    event = {"id": "1", "account": "123456789012", "source": "aws.ecs", "time": "2026-03-01T12:00:00Z", "region": "us-east-1"}
    return json.dumps({**event, "resources": [], "detail-type": "ECS Task State Change", "detail": {**task, **detail}})


def test_what_fails_and_what_succeeds_is_told_apart():
    events = boto3.client("events")
    patterns = {name: events.describe_rule(Name=f"{NAME}-{name}")["EventPattern"] for name in ("failed", "succeeded")}
    for rule in patterns:
        [target] = events.list_targets_by_rule(Rule=f"{NAME}-{rule}")["Targets"]
        assert target["Arn"] == f"arn:aws:sqs:{HERE}:{NAME}-runs"

    def told(event: str) -> set[str]:
        return {
            name for name, pattern in patterns.items() if events.test_event_pattern(EventPattern=pattern, Event=event)["Result"]
        }

    assert told(ended({"exitCode": 0})) == {"succeeded"}
    assert told(ended({"exitCode": 1})) == {"failed"}
    assert told(ended({"name": "sync"}, stopCode="TaskFailedToStart")) == {"failed"}
    assert told(ended({"exitCode": 143}, stopCode="UserInitiated")) == {"failed"}
    assert told(ended({"exitCode": 0}, lastStatus="DEPROVISIONING")) == set()
    assert told(ended({"exitCode": 1}, family=f"{NAME}-other")) == set()
    assert told(ended({"exitCode": 1}, clusterArn="other")) == set()


def test_queues_are_encrypted_and_let_only_the_rules_in():
    for queue in ("dead-letter", "runs"):
        kept = attributes(f"{NAME}-{queue}")
        assert (kept["SqsManagedSseEnabled"].lower(), kept["MessageRetentionPeriod"]) == ("true", "1209600")
    statements = {one["Sid"]: one for one in json.loads(attributes(f"{NAME}-runs")["Policy"])["Statement"]}
    rules = [f"arn:aws:events:{HERE}:rule/{NAME}-{name}" for name in ("failed", "succeeded")]
    assert statements["RunsOfThisTask"]["Condition"] == {"ArnEquals": {"aws:SourceArn": rules}}
    assert statements["EncryptedConnectionsOnly"]["Effect"] == "Deny"
    assert [one["Effect"] for one in json.loads(attributes(f"{NAME}-dead-letter")["Policy"])["Statement"]] == ["Deny"]
