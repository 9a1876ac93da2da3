# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import json
import urllib.request
from typing import Any

import pytest

ACCOUNT_IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/missing:1"


@pytest.fixture
def ecs(aws):
    return aws("ecs")


@pytest.fixture
def network(aws) -> dict[str, Any]:
    ec2 = aws("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    return {"awsvpcConfiguration": {"subnets": [subnet]}}


@pytest.fixture
def slow(endpoint):
    """Deployments that are in progress for two answers."""

    def call(path: str, **body: Any) -> None:
        request = urllib.request.Request(f"{endpoint}/moto-api/state-manager/{path}", json.dumps(body).encode(), method="POST")
        request.add_header("Content-Type", "application/json")
        urllib.request.urlopen(request).close()

    call("set-transition", model_name="ecs::deployment", transition={"progression": "manual", "times": 2})
    yield
    call("unset-transition", model_name="ecs::deployment")


def register(ecs: Any, image: str = "nginx", **settings: Any) -> str:
    settings = {"family": "web", "networkMode": "awsvpc", "cpu": "256", "memory": "512", **settings}
    container = {"name": "web", "image": image, "portMappings": [{"containerPort": 80}]}
    definition = ecs.register_task_definition(
        **settings, requiresCompatibilities=["FARGATE"], containerDefinitions=[container, {"name": "sidecar", "image": "xray"}]
    )
    return definition["taskDefinition"]["taskDefinitionArn"]


def create(ecs: Any, network: dict[str, Any], image: str = "nginx", **settings: Any) -> dict[str, Any]:
    ecs.create_cluster(clusterName="main")
    service = {"cluster": "main", "serviceName": "web", "desiredCount": 2, "launchType": "FARGATE", **settings}
    return ecs.create_service(**service, taskDefinition=register(ecs, image), networkConfiguration=network)["service"]


def described(ecs: Any) -> dict[str, Any]:
    return ecs.describe_services(cluster="main", services=["web"], include=["TAGS"])["services"][0]


def test_creating_a_standing_cluster_returns_it(ecs):
    first = ecs.create_cluster(clusterName="main", settings=[{"name": "containerInsights", "value": "enabled"}])["cluster"]
    assert ecs.create_cluster(clusterName="main")["cluster"]["settings"] == first["settings"]


def test_cluster_settings_can_be_updated(ecs):
    ecs.create_cluster(clusterName="main")
    ecs.update_cluster_settings(cluster="main", settings=[{"name": "containerInsights", "value": "enhanced"}])
    cluster = ecs.describe_clusters(clusters=["main"], include=["SETTINGS"])["clusters"][0]
    assert cluster["settings"] == [{"name": "containerInsights", "value": "enhanced"}]


def test_a_cluster_with_services_is_not_deleted(ecs, network):
    create(ecs, network)
    assert ecs.describe_clusters(clusters=["main"])["clusters"][0]["activeServicesCount"] == 1
    with pytest.raises(ecs.exceptions.ClusterContainsServicesException):
        ecs.delete_cluster(cluster="main")
    ecs.delete_service(cluster="main", service="web", force=True)
    assert ecs.delete_cluster(cluster="main")["cluster"]["status"] == "INACTIVE"


def test_what_is_gone_has_no_tags(aws, ecs, network):
    create(ecs, network, tags=[{"key": "team", "value": "shop"}])
    tagging = aws("resourcegroupstaggingapi")
    assert tagging.get_resources(TagFilters=[{"Key": "team"}])["ResourceTagMappingList"]
    ecs.delete_service(cluster="main", service="web", force=True)
    assert tagging.get_resources(TagFilters=[{"Key": "team"}])["ResourceTagMappingList"] == []
    assert ecs.list_services(cluster="main")["serviceArns"] == []


def test_a_family_is_its_latest_active_revision(ecs):
    first, second = register(ecs), register(ecs)
    ecs.deregister_task_definition(taskDefinition=second)
    assert ecs.describe_task_definition(taskDefinition="web")["taskDefinition"]["taskDefinitionArn"] == first
    ecs.deregister_task_definition(taskDefinition=first)
    with pytest.raises(ecs.exceptions.ClientException):
        ecs.describe_task_definition(taskDefinition="web")
    assert ecs.delete_task_definitions(taskDefinitions=[first, second])["failures"] == []


def test_container_definitions_are_filled_in(ecs):
    register(ecs)
    container = ecs.describe_task_definition(taskDefinition="web")["taskDefinition"]["containerDefinitions"][0]
    assert container["portMappings"] == [{"containerPort": 80, "hostPort": 80, "protocol": "tcp"}]


def test_a_task_runs_with_the_memory_of_the_task_and_all_its_containers(ecs, network):
    ecs.create_cluster(clusterName="main")
    definition = register(ecs)
    task = ecs.run_task(cluster="main", taskDefinition=definition, launchType="FARGATE", networkConfiguration=network)["tasks"][0]
    assert [container["name"] for container in task["containers"]] == ["web", "sidecar"]


def test_a_service_keeps_what_was_declared(ecs, network):
    declared = {
        "availabilityZoneRebalancing": "DISABLED",
        "deploymentConfiguration": {"deploymentCircuitBreaker": {"enable": True, "rollback": True}, "maximumPercent": 150},
        "enableECSManagedTags": True,
        "enableExecuteCommand": True,
        "healthCheckGracePeriodSeconds": 60,
        "propagateTags": "SERVICE",
    }
    create(ecs, network, **declared)
    service = described(ecs)
    assert {name: service[name] for name in declared if name != "deploymentConfiguration"}.items() <= declared.items()
    configuration = service["deploymentConfiguration"]
    assert configuration["deploymentCircuitBreaker"] == {"enable": True, "rollback": True}
    assert (configuration["maximumPercent"], configuration["minimumHealthyPercent"]) == (150, 100)
    with pytest.raises(ecs.exceptions.InvalidParameterException, match="not idempotent"):
        create(ecs, network)


def test_a_capacity_provider_strategy_takes_the_place_of_the_launch_type(ecs, network):
    ecs.create_cluster(clusterName="main")
    strategy = [{"capacityProvider": "FARGATE_SPOT", "weight": 1, "base": 0}]
    ecs.create_service(
        cluster="main",
        serviceName="web",
        taskDefinition=register(ecs),
        capacityProviderStrategy=strategy,
        networkConfiguration=network,
    )
    service = described(ecs)
    assert service["capacityProviderStrategy"] == strategy
    assert "launchType" not in service


@pytest.mark.usefixtures("slow")
def test_a_deployment_is_in_progress_before_it_is_complete(ecs, network):
    create(ecs, network)
    first = described(ecs)
    assert (first["runningCount"], first["deployments"][0]["rolloutState"]) == (0, "IN_PROGRESS")
    second = described(ecs)
    assert (second["runningCount"], second["deployments"][0]["rolloutState"]) == (2, "COMPLETED")
    ecs.update_service(cluster="main", service="web", taskDefinition=register(ecs))
    statuses = [(one["status"], one["rolloutState"]) for one in described(ecs)["deployments"]]
    assert statuses == [("PRIMARY", "IN_PROGRESS"), ("ACTIVE", "COMPLETED")]


def test_a_setting_that_tasks_do_not_carry_starts_no_deployment(ecs, network):
    before = create(ecs, network)["deployments"][0]["id"]
    ecs.update_service(cluster="main", service="web", healthCheckGracePeriodSeconds=30, desiredCount=3)
    service = described(ecs)
    assert service["deployments"][0]["id"] == before
    assert (service["desiredCount"], service["runningCount"]) == (3, 3)
    ecs.update_service(cluster="main", service="web", forceNewDeployment=True)
    assert described(ecs)["deployments"][0]["id"] != before


def test_the_circuit_breaker_rolls_back(ecs, network):
    breaker = {"deploymentCircuitBreaker": {"enable": True, "rollback": True}}
    good = create(ecs, network, deploymentConfiguration=breaker)["taskDefinition"]
    ecs.update_service(cluster="main", service="web", taskDefinition=register(ecs, ACCOUNT_IMAGE))
    described(ecs)
    service = described(ecs)
    assert service["taskDefinition"] == good
    assert [one["rolloutState"] for one in service["deployments"]] == ["COMPLETED"]
    assert any("deployment failed: tasks failed to start" in event["message"] for event in service["events"])
    stopped = ecs.list_tasks(cluster="main", serviceName="web", desiredStatus="STOPPED")["taskArns"]
    assert "CannotPullContainerError" in ecs.describe_tasks(cluster="main", tasks=stopped)["tasks"][0]["stoppedReason"]


def test_without_the_circuit_breaker_a_deployment_is_never_done(ecs, network):
    create(ecs, network, image=ACCOUNT_IMAGE)
    service = described(ecs)
    assert (service["runningCount"], service["deployments"][0]["rolloutState"]) == (0, "IN_PROGRESS")


def test_a_deleted_service_is_inactive_and_can_be_made_again(ecs, network):
    create(ecs, network)
    ecs.delete_service(cluster="main", service="web", force=True)
    assert described(ecs)["status"] == "INACTIVE"
    with pytest.raises(ecs.exceptions.ServiceNotActiveException):
        ecs.update_service(cluster="main", service="web", desiredCount=1)
    assert create(ecs, network)["status"] == "ACTIVE"


@pytest.mark.parametrize(
    ("command", "code", "output"),
    [
        (None, 0, []),
        (["node", "server.js"], 0, []),
        (["false"], 1, []),
        (["echo", "hello", "world"], 0, ["hello world"]),
        (["sh", "-c", "echo one && exit 3"], 3, ["one"]),
    ],
)
def test_a_task_ends_as_its_command_says(aws, ecs, network, command, code, output):
    ecs.create_cluster(clusterName="main")
    aws("logs").create_log_group(logGroupName="web")
    options = {"awslogs-group": "web", "awslogs-region": "us-east-1", "awslogs-stream-prefix": "app"}
    container = {"name": "web", "image": "nginx", "logConfiguration": {"logDriver": "awslogs", "options": options}}
    sized = {"networkMode": "awsvpc", "cpu": "256", "memory": "512"}
    ecs.register_task_definition(family="web", containerDefinitions=[container, {"name": "sidecar", "image": "xray"}], **sized)
    overrides = {"containerOverrides": [{"name": "web", **({"command": command} if command else {})}]}
    asked = {"cluster": "main", "taskDefinition": "web", "launchType": "FARGATE", "networkConfiguration": network}
    arn = ecs.run_task(**asked, overrides=overrides)["tasks"][0]["taskArn"]
    task = ecs.describe_tasks(cluster="main", tasks=[arn])["tasks"][0]
    assert (task["lastStatus"], task["desiredStatus"], task["stopCode"]) == ("STOPPED", "STOPPED", "EssentialContainerExited")
    assert {one["name"]: one["exitCode"] for one in task["containers"]} == {"web": code, "sidecar": 0}
    log = aws("logs").get_log_events(logGroupName="web", logStreamName=f"app/web/{arn.rpartition('/')[2]}")["events"]
    assert [event["message"] for event in log] == output
    assert aws("ec2").describe_network_interfaces()["NetworkInterfaces"] == []
    assert ecs.list_tasks(cluster="main")["taskArns"] == []
    assert ecs.list_tasks(cluster="main", desiredStatus="STOPPED")["taskArns"] == [arn]


def test_a_task_whose_image_is_missing_never_starts(ecs, network):
    ecs.create_cluster(clusterName="main")
    asked = {"cluster": "main", "taskDefinition": register(ecs, ACCOUNT_IMAGE), "launchType": "FARGATE"}
    arn = ecs.run_task(**asked, networkConfiguration=network)["tasks"][0]["taskArn"]
    task = ecs.describe_tasks(cluster="main", tasks=[arn])["tasks"][0]
    assert task["stopCode"] == "TaskFailedToStart"
    assert task["stoppedReason"].startswith("CannotPullContainerError")
    assert not any("exitCode" in container for container in task["containers"])
