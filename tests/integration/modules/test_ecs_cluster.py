# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

NAME = "shop-production-web"
FULL = {
    "name": NAME,
    "container_insights": "enhanced",
    "capacity_providers": ["FARGATE_SPOT", "FARGATE"],
    "default_capacity_provider_strategy": [
        {"capacity_provider": "FARGATE_SPOT", "weight": 3},
        {"capacity_provider": "FARGATE", "weight": 1, "base": 1},
    ],
    "execute_command": {"logging": "override", "log_group": "/shop/commands"},
    "tags": {"team": "shop"},
}


def cluster(aws: Any) -> dict[str, Any]:
    include = ["TAGS", "SETTINGS", "CONFIGURATIONS"]
    found = aws("ecs").describe_clusters(clusters=[NAME], include=include)["clusters"]
    return found[0] if found and found[0]["status"] == "ACTIVE" else {}


def test_lifecycle(aws, lifecycle):
    lifecycle(
        "ecs_cluster",
        present=FULL,
        change={"container_insights": "enabled", "capacity_providers": ["FARGATE", "FARGATE_SPOT", "shop"]},
        exists=lambda: bool(cluster(aws)),
        changed=lambda: cluster(aws)["settings"][0]["value"] == "enabled" and "shop" in cluster(aws)["capacityProviders"],
    )


def test_everything_declared_is_made(aws, run_module):
    result = run_module("ecs_cluster", **FULL)["cluster"]
    stands = cluster(aws)
    assert stands["settings"] == [{"name": "containerInsights", "value": "enhanced"}]
    assert stands["configuration"]["executeCommandConfiguration"] == {
        "logging": "OVERRIDE",
        "logConfiguration": {"cloudWatchLogGroupName": "/shop/commands"},
    }
    assert stands["tags"] == [{"key": "team", "value": "shop"}]
    assert result["arn"] == stands["clusterArn"]
    assert result["default_capacity_provider_strategy"][1] == {"capacity_provider": "FARGATE_SPOT", "weight": 3, "base": 0}


def test_what_is_left_out_stays(aws, run_module):
    run_module("ecs_cluster", **FULL)
    assert run_module("ecs_cluster", name=NAME)["changed"] is False
    run_module("ecs_cluster", name=NAME, default_capacity_provider_strategy=[{"capacity_provider": "FARGATE"}])
    assert cluster(aws)["capacityProviders"] == ["FARGATE", "FARGATE_SPOT"]
    run_module("ecs_cluster", name=NAME, execute_command={"logging": "override", "bucket": "shop-commands"})
    logs = cluster(aws)["configuration"]["executeCommandConfiguration"]["logConfiguration"]
    assert logs == {"cloudWatchLogGroupName": "/shop/commands", "s3BucketName": "shop-commands"}


def test_tags_are_changed_and_purged(aws, run_module):
    run_module("ecs_cluster", **FULL)
    result = run_module("ecs_cluster", name=NAME, tags={"stage": "production"}, purge_tags=True)
    assert result["cluster"]["tags"] == {"stage": "production"}
    assert cluster(aws)["tags"] == [{"key": "stage", "value": "production"}]


def test_an_inactive_cluster_is_absent_and_can_be_made_again(aws, run_module):
    run_module("ecs_cluster", name=NAME)
    aws("ecs").delete_cluster(cluster=NAME)
    assert run_module("ecs_cluster", name=NAME, state="absent")["changed"] is False
    assert run_module("ecs_cluster", name=NAME)["changed"] is True


def test_a_cluster_with_services_is_not_deleted(aws, run_module):
    run_module("ecs_cluster", name=NAME)
    ecs = aws("ecs")
    ecs.register_task_definition(family="web", containerDefinitions=[{"name": "web", "image": "nginx", "memory": 128}])
    ecs.create_service(cluster=NAME, serviceName="web", taskDefinition="web", desiredCount=1)
    refused = run_module("ecs_cluster", name=NAME, state="absent")
    assert refused["msg"] == f"delete cluster {NAME}: it still has 1 active services; remove them first"
    assert run_module("ecs_cluster", name=NAME, state="absent", check=True)["changed"] is True, "a plan may remove both"


def test_a_strategy_of_unknown_providers_is_refused(aws, run_module):
    refused = run_module(
        "ecs_cluster",
        name=NAME,
        capacity_providers=["FARGATE"],
        default_capacity_provider_strategy=[{"capacity_provider": "FARGATE_SPOT"}],
        check=True,
    )
    assert "its default strategy uses FARGATE_SPOT, which capacity_providers does not name; add it there" in refused["msg"]
    assert cluster(aws) == {}
