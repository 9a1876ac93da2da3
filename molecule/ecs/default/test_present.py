# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import json

import boto3

NAME = "molecule-ecs-default-web"


def test_service():
    ecs, ec2 = boto3.client("ecs"), boto3.client("ec2")
    [service] = ecs.describe_services(cluster=NAME, services=[NAME])["services"]
    assert (service["desiredCount"], service["runningCount"], service["launchType"]) == (1, 1, "FARGATE")
    assert service["loadBalancers"] == []
    assert service["enableExecuteCommand"] is False
    deployment = service["deploymentConfiguration"]
    assert deployment["deploymentCircuitBreaker"] == {"enable": True, "rollback": True}
    assert (deployment["minimumHealthyPercent"], deployment["maximumPercent"]) == (100, 200)
    network = service["networkConfiguration"]["awsvpcConfiguration"]
    assert network["assignPublicIp"] == "DISABLED"
    groups = ec2.describe_security_groups(GroupIds=network["securityGroups"])["SecurityGroups"]
    assert [group["GroupName"] for group in groups] == [NAME]
    subnets = ec2.describe_subnets(SubnetIds=network["subnets"])["Subnets"]
    names = [tag["Value"] for subnet in subnets for tag in subnet["Tags"] if tag["Key"] == "Name"]
    assert sorted(names) == [f"molecule-ecs-default-main-private-us-east-1{zone}" for zone in "ab"]


def test_task_definition():
    definition = boto3.client("ecs").describe_task_definition(taskDefinition=NAME)["taskDefinition"]
    assert (definition["cpu"], definition["memory"], definition["networkMode"]) == ("256", "512", "awsvpc")
    assert definition["runtimePlatform"] == {"cpuArchitecture": "X86_64", "operatingSystemFamily": "LINUX"}
    [container] = definition["containerDefinitions"]
    assert (container["name"], container["image"]) == ("web", "nginx")
    assert container["portMappings"][0]["containerPort"] == 3000
    assert container["logConfiguration"]["options"] == {
        "awslogs-group": NAME,
        "awslogs-region": "us-east-1",
        "awslogs-stream-prefix": "web",
    }
    assert not container.get("secrets")


def test_roles_are_least_privilege():
    iam = boto3.client("iam")
    roles = {role["RoleName"] for role in iam.list_roles(PathPrefix="/groundwork/molecule/ecs-default/")["Roles"]}
    assert roles == {f"{NAME}-execution", f"{NAME}-task"}
    policy = iam.get_role_policy(RoleName=f"{NAME}-execution", PolicyName="permissions")["PolicyDocument"]
    actions = json.dumps([statement["Action"] for statement in policy["Statement"]])
    assert "logs:PutLogEvents" in actions
    assert "secretsmanager" not in actions
    assert iam.list_role_policies(RoleName=f"{NAME}-task")["PolicyNames"] == []


def test_cluster_log_group_and_no_scaling():
    [cluster] = boto3.client("ecs").describe_clusters(clusters=[NAME], include=["SETTINGS"])["clusters"]
    assert cluster["settings"] == [{"name": "containerInsights", "value": "enabled"}]
    [group] = boto3.client("logs").describe_log_groups(logGroupNamePrefix=NAME)["logGroups"]
    assert group["retentionInDays"] == 7
    assert group["kmsKeyId"]
    scaling = boto3.client("application-autoscaling")
    assert (
        scaling.describe_scalable_targets(ServiceNamespace="ecs", ResourceIds=[f"service/{NAME}/{NAME}"])["ScalableTargets"] == []
    )
    assert boto3.client("cloudwatch").describe_alarms(AlarmNamePrefix=NAME)["MetricAlarms"] == []


def test_no_task_was_run_beside_the_service():
    for status in ("RUNNING", "STOPPED"):
        assert boto3.client("ecs").list_tasks(cluster=NAME, desiredStatus=status)["taskArns"] == []
