# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import json

import boto3

STACK = "molecule-ecs-alternative"
WEB, WORKER = f"{STACK}-web", f"{STACK}-worker"


def test_service_behind_the_load_balancer():
    ecs, ec2, elb = boto3.client("ecs"), boto3.client("ec2"), boto3.client("elbv2")
    [service] = ecs.describe_services(cluster=WEB, services=[WEB], include=["TAGS"])["services"]
    assert (service["desiredCount"], service["runningCount"]) == (2, 2)
    [balancer] = service["loadBalancers"]
    assert (balancer["containerName"], balancer["containerPort"]) == ("web", 8080)
    assert elb.describe_target_groups(TargetGroupArns=[balancer["targetGroupArn"]])["TargetGroups"]
    assert service["healthCheckGracePeriodSeconds"] == 120
    deployment = service["deploymentConfiguration"]
    assert deployment["deploymentCircuitBreaker"] == {"enable": True, "rollback": True}
    assert (deployment["minimumHealthyPercent"], deployment["maximumPercent"]) == (50, 150)
    assert service["enableExecuteCommand"] is True
    network = service["networkConfiguration"]["awsvpcConfiguration"]
    assert network["assignPublicIp"] == "ENABLED"
    subnets = ec2.describe_subnets(SubnetIds=network["subnets"])["Subnets"]
    names = [tag["Value"] for subnet in subnets for tag in subnet["Tags"] if tag["Key"] == "Name"]
    assert sorted(names) == [f"{STACK}-main-public-us-east-1{zone}" for zone in "ab"]
    assert {"key": "groundwork:component", "value": "web"} in service["tags"]


def test_tasks_are_found_by_name():
    cloud_map = boto3.client("servicediscovery")
    [service] = cloud_map.list_services()["Services"]
    assert (service["Name"], service["DnsConfig"]["DnsRecords"]) == ("web", [{"Type": "A", "TTL": 10}])
    assert service["HealthCheckCustomConfig"] == {"FailureThreshold": 1}
    [registry] = boto3.client("ecs").describe_services(cluster=WEB, services=[WEB])["services"][0]["serviceRegistries"]
    assert registry["registryArn"] == service["Arn"]
    found = cloud_map.list_instances(ServiceId=service["Id"])["Instances"]
    assert {one["Attributes"]["ECS_SERVICE_NAME"] for one in found} == {WEB}
    assert len(found) == 2


def test_second_service_in_the_cluster():
    ecs = boto3.client("ecs")
    [service] = ecs.describe_services(cluster=WEB, services=[WORKER])["services"]
    assert (service["desiredCount"], service["loadBalancers"]) == (2, [])
    definition = ecs.describe_task_definition(taskDefinition=service["taskDefinition"])["taskDefinition"]
    assert definition["containerDefinitions"][0]["command"] == ["node", "worker.js"]
    assert ecs.describe_clusters(clusters=[WORKER])["clusters"] == []
    [cluster] = ecs.describe_clusters(clusters=[WEB], include=["SETTINGS"])["clusters"]
    assert cluster["settings"] == [{"name": "containerInsights", "value": "enhanced"}]


def test_task_definition():
    definition = boto3.client("ecs").describe_task_definition(taskDefinition=WEB)["taskDefinition"]
    assert definition["runtimePlatform"]["cpuArchitecture"] == "ARM64"
    [container] = definition["containerDefinitions"]
    assert container["image"].endswith(f"/{WEB}:1.4.0")
    assert container["command"] == ["node", "server.js"]
    assert container["readonlyRootFilesystem"] is True
    assert {entry["name"]: entry["value"] for entry in container["environment"]} == {"NODE_ENV": "production", "WORKERS": "2"}
    secrets = {entry["name"]: entry["valueFrom"] for entry in container["secrets"]}
    [database] = boto3.client("rds").describe_db_instances(DBInstanceIdentifier=f"{STACK}-postgres")["DBInstances"]
    assert secrets["DATABASE_PASSWORD"] == f"{database['MasterUserSecret']['SecretArn']}:password::"
    assert secrets["SESSION_SECRET"] == boto3.client("secretsmanager").describe_secret(SecretId=f"{WEB}-session")["ARN"]


def test_roles_are_least_privilege():
    iam = boto3.client("iam")

    def allowed(role: str) -> dict[str, object]:
        statements = iam.get_role_policy(RoleName=role, PolicyName="permissions")["PolicyDocument"]["Statement"]
        return {json.dumps(statement["Action"]): statement["Resource"] for statement in statements}

    secrets = allowed(f"{WEB}-execution")['"secretsmanager:GetSecretValue"']
    assert len(secrets) == 2
    repository = boto3.client("ecr").describe_repositories(repositoryNames=[WEB])["repositories"][0]["repositoryArn"]
    assert repository in allowed(f"{WEB}-execution").values()
    assert allowed(f"{WEB}-task")['"s3:GetObject"'] == "arn:aws:s3:::uploads/*"
    assert any("ssmmessages:OpenDataChannel" in actions for actions in allowed(f"{WEB}-task"))


def test_migration_ran_once_before_the_service_had_the_revision():
    ecs = boto3.client("ecs")
    arns = ecs.list_tasks(cluster=WEB, desiredStatus="STOPPED")["taskArns"]
    [task] = ecs.describe_tasks(cluster=WEB, tasks=arns, include=["TAGS"])["tasks"]
    assert task["overrides"]["containerOverrides"][0]["command"] == ["sh", "-c", "echo 3 migrations applied"]
    assert task["startedBy"] == f"{WEB}-migration"
    assert [container["exitCode"] for container in task["containers"]] == [0]
    assert {"key": "Name", "value": f"{WEB}-migration"} in task["tags"]
    stream = f"web/web/{task['taskArn'].rpartition('/')[2]}"
    events = boto3.client("logs").get_log_events(logGroupName=WEB, logStreamName=stream)["events"]
    assert [event["message"] for event in events] == ["3 migrations applied"]


def test_scaling_of_one_and_not_of_the_other():
    scaling = boto3.client("application-autoscaling")
    [target] = scaling.describe_scalable_targets(ServiceNamespace="ecs", ResourceIds=[f"service/{WEB}/{WEB}"])["ScalableTargets"]
    assert (target["MinCapacity"], target["MaxCapacity"]) == (2, 4)
    alarms = {
        alarm["AlarmName"]: alarm for alarm in boto3.client("cloudwatch").describe_alarms(AlarmNamePrefix=WEB)["MetricAlarms"]
    }
    assert {name: alarms[name]["Threshold"] for name in (f"{WEB}-out-cpu", f"{WEB}-out-memory")} == {
        f"{WEB}-out-cpu": 60,
        f"{WEB}-out-memory": 75,
    }
    assert boto3.client("cloudwatch").describe_alarms(AlarmNamePrefix=WORKER)["MetricAlarms"] == []


def test_logs_end():
    groups = boto3.client("logs").describe_log_groups(logGroupNamePrefix=STACK)["logGroups"]
    assert {group["logGroupName"]: (group["retentionInDays"], group.get("kmsKeyId")) for group in groups} == {
        WEB: (90, None),
        WORKER: (90, None),
    }
