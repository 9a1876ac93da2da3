# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

import pytest
from ansible_collections.groundwork.cloud.plugins.module_utils.stack_readers import READERS
from ansible_collections.groundwork.cloud.plugins.plugin_utils.planned import (
    SEVERAL,
    TYPES,
    Planned,
    is_missing_parent,
    needed,
    over,
    planned,
    recall,
    remember,
    removal,
)
from ansible_collections.groundwork.cloud.plugins.plugin_utils.unknown import UNKNOWN
from support import roles

MANY = {reader.shape.type for reader in READERS if reader.shape.many}
TAGS = {"groundwork:stack": "shop", "groundwork:environment": "test", "groundwork:component": "web", "Name": "shop-test-web"}

# Roles give these modules tags, and what they make is in no picture.
NOT_IN_THE_PICTURE = {
    "groundwork.cloud.cloudwatch_dashboard": "nothing reads it",
    "groundwork.cloud.ecs_task_run": "what it starts ends by itself",
}


def options(module: str, **more: Any) -> dict[str, Any]:
    """The options of a module that makes one resource of the component web."""
    mine = {"name": "shop-test-web", "tags": TAGS, **more}
    several = SEVERAL.get(module)
    return {several: [mine]} if several else mine


def made(module: str, result: Mapping[str, Any] | None = None, **more: Any) -> Planned:
    (one,) = planned(module, options(module, **more), result or {"changed": True})
    return one


# The table of types.


@pytest.mark.parametrize("module", TYPES)
def test_a_type_is_one_that_the_picture_has_of_a_module_that_there_is(module):
    assert TYPES[module] in {reader.shape.type for reader in READERS}
    collection, _dot, name = module.rpartition(".")
    assert find_spec(f"ansible_collections.{collection}.plugins.modules.{name}")


def test_what_a_role_makes_with_tags_is_in_the_picture():
    makes = {name for name, given in roles.modules() if given.get("state") != "absent" and "tags" in given}
    several = set(SEVERAL)  # what they make brings its own tags
    assert makes | several == set(TYPES) | set(NOT_IN_THE_PICTURE)


# What is planned.


@pytest.mark.parametrize("module", TYPES)
def test_what_would_be_made_has_what_everything_in_the_picture_has(module):
    one = made(module, zone="example.org") if module.endswith("route53_zone") else made(module)
    assert (one.stack, one.environment, one.component, one.type, one.part) == ("shop", "test", "web", TYPES[module], "")
    assert {"id", "arn", "name", "ready", "status"} <= set(one.resource)
    assert (one.resource["ready"], one.resource["status"]) == (False, "planned")
    assert one.resource["arn"].startswith(UNKNOWN)
    assert "changed" not in one.resource
    assert json.loads(json.dumps(one.resource)) == one.resource


def test_a_scaled_table_is_no_scaled_service():
    one = made("groundwork.cloud.application_scaling", service_namespace="dynamodb", resource_id="table/orders")
    assert (one.type, one.resource["id"]) == ("table_scaling", "table/orders")


def test_a_parameter_group_of_clusters_is_another_type():
    assert made("groundwork.cloud.db_parameter_group", kind="cluster").type == "db_cluster_parameter_group"


def read_of(type_: str) -> set[str]:
    """What roles read of a type, as they write it: C(found[alb_network].vpc.id)."""
    part = r"(?:\.main|\[[^\]]+\])" if type_ in MANY else ""
    texts = [path.read_text() for path in roles.PROJECT.glob("roles/*/*/*") if path.suffix in (".yml", ".j2")]
    pattern = re.compile(rf"(?:\bfound\[[^\]]+\]|__[a-z]+_found)\.{type_}{part}\.([a-z_]+)")
    return {name for text in texts for name in pattern.findall(text)} - {"main"}


@pytest.mark.parametrize("module", TYPES)
def test_what_roles_read_of_it_is_there(module):
    assert read_of(TYPES[module]) - set(made(module).resource) == set()


def test_roles_are_searched_as_they_are_written():
    assert (read_of("vpc"), read_of("target_group")) == ({"id", "name"}, {"arn"})


@pytest.mark.parametrize(
    ("module", "given", "expected"),
    [
        ("groundwork.cloud.vpc", {"cidr": "10.0.0.0/16"}, {"cidr_block": "10.0.0.0/16", "id": UNKNOWN, "vpc_id": UNKNOWN}),
        ("groundwork.cloud.subnets", {"name": "public", "vpc_id": UNKNOWN}, {"vpc_id": UNKNOWN, "name": "shop-test-web"}),
        ("groundwork.cloud.elb_load_balancer", {"scheme": "internal"}, {"type": "application", "scheme": "internal"}),
        ("amazon.aws.route53_zone", {"name": None, "zone": "example.org"}, {"name": "example.org", "id": UNKNOWN}),
        ("groundwork.cloud.acm_certificate", {"domain_name": "example.org"}, {"name": "example.org"}),
        ("groundwork.cloud.application_scaling", {"resource_id": "service/a/b"}, {"id": "service/a/b"}),
        ("groundwork.cloud.dynamodb_table", {"deletion_protection": True}, {"deletion_protection_enabled": True}),
        (
            "groundwork.cloud.dynamodb_table",
            {"billing_mode": "PAY_PER_REQUEST", "read_capacity": 5, "global_indexes": [{"name": "by_day"}]},
            {
                "provisioned_throughput": {"read_capacity_units": 0, "write_capacity_units": 0},
                "global_secondary_indexes": [{"index_name": "by_day"}],
            },
        ),
        (
            "groundwork.cloud.dynamodb_table",
            {"billing_mode": "PROVISIONED", "read_capacity": 5},
            {
                "provisioned_throughput": {"read_capacity_units": 5, "write_capacity_units": UNKNOWN},
                "global_secondary_indexes": None,
            },
        ),
        ("groundwork.cloud.dynamodb_table", {}, {"provisioned_throughput": None}),
        (
            "groundwork.cloud.autoscaling_group",
            {"metrics": True},
            {"enabled_metrics": [{"metric": "GroupMinSize"}, {"metric": "GroupInServiceInstances"}]},
        ),
        ("groundwork.cloud.autoscaling_group", {"metrics": False}, {"enabled_metrics": []}),
        ("groundwork.cloud.autoscaling_group", {}, {"enabled_metrics": None}),
        (
            "groundwork.cloud.scheduler_schedule",
            {"schedule_expression": "rate(1 hour)", "enabled": False},
            {"name": "shop-test-web", "schedule_expression": "rate(1 hour)", "state": "DISABLED"},
        ),
        ("groundwork.cloud.scheduler_schedule", {"schedule_expression": None}, {"state": None}),
        ("community.aws.sqs_queue", {}, {"id": "shop-test-web", "name": "shop-test-web"}),
        ("groundwork.cloud.db_instance", {"allocated_storage": 20}, {"id": "shop-test-web", "allocated_storage": 20}),
        ("groundwork.cloud.db_instance", {"cluster": "shop-test-web"}, {"db_cluster_identifier": "shop-test-web"}),
        (
            "groundwork.cloud.db_cluster",
            {"port": 5433},
            {"id": "shop-test-web", "endpoint": {"address": UNKNOWN, "port": 5433}, "port": 5433},
        ),
        ("groundwork.cloud.db_parameter_group", {"family": "postgres17"}, {"name": "shop-test-web"}),
        ("groundwork.cloud.ecr_repository", {}, {"uri": UNKNOWN}),
        ("groundwork.cloud.cloud_map_namespace", {"name": "shop.internal"}, {"name": "shop.internal", "id": UNKNOWN}),
        ("groundwork.cloud.cloud_map_service", {"namespace": "ns-1"}, {"namespace_id": "ns-1", "arn": UNKNOWN}),
        ("groundwork.cloud.ecs_task_definition", {"name": None, "family": "web"}, {"name": "web", "id": UNKNOWN}),
        ("groundwork.cloud.ecs_service", {"cluster": "shop-test-all"}, {"cluster_arn": f"{UNKNOWN}/shop-test-all"}),
        (
            "groundwork.cloud.ecs_cluster",
            {"container_insights": "enabled"},
            {"arn": f"{UNKNOWN}/shop-test-web", "settings": [{"name": "containerInsights", "value": "enabled"}]},
        ),
        ("groundwork.cloud.ecs_cluster", {"container_insights": None}, {"arn": f"{UNKNOWN}/shop-test-web"}),
        ("groundwork.cloud.iam_role", {"path": "/groundwork/"}, {"id": "shop-test-web", "path": "/groundwork/"}),
        ("groundwork.cloud.kms_key", {"name": None, "alias": "shop-test-web"}, {"name": "shop-test-web", "id": UNKNOWN}),
        ("groundwork.cloud.security_groups", {"description": "of web"}, {"description": "of web", "id": UNKNOWN}),
    ],
)
def test_what_the_options_tell_of_it_is_known(module, given, expected):
    resource = made(module, **given).resource
    assert {name: resource[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("module", "result", "expected"),
    [
        ("groundwork.cloud.vpc", {"changed": True, "vpc": {"owner_id": "1"}, "diff": {"after": {}}}, {"owner_id": "1"}),
        ("amazon.aws.ec2_vpc_nacl", {"changed": True, "owner_id": "1", "tags": {}}, {"owner_id": "1"}),
    ],
)
def test_what_the_result_tells_of_it_is_known(module, result, expected):
    resource = made(module, result).resource
    assert {name: resource[name] for name in expected} == expected
    assert "diff" not in resource


@pytest.mark.parametrize(
    ("given", "members"),
    [
        ({}, ["redis-001"]),
        ({"nodes": 3}, ["redis-001", "redis-002", "redis-003"]),
        ({"nodes": "2"}, ["redis-001", "redis-002"]),
        ({"shards": 2}, ["redis-0001-001", "redis-0002-001"]),
        (
            {"shards": "2", "replicas_per_shard": "1"},
            ["redis-0001-001", "redis-0001-002", "redis-0002-001", "redis-0002-002"],
        ),
    ],
)
def test_members_of_a_replication_group_are_known_by_their_number(given, members):
    resource = made("groundwork.cloud.elasticache_replication_group", name="redis", **given).resource
    assert resource["member_clusters"] == members


@pytest.mark.parametrize(
    ("module", "given"),
    [
        ("amazon.aws.iam_policy", options("amazon.aws.iam_policy")),
        ("groundwork.cloud.vpc", {"name": "shop"}),
        ("groundwork.cloud.vpc", {"name": "shop", "tags": None}),
        ("groundwork.cloud.vpc", {"name": "shop", "tags": {"Name": "shop-test-web", "groundwork:stack": "shop"}}),
        ("groundwork.cloud.security_groups", {"groups": [{"name": "default"}]}),
        ("groundwork.cloud.cloudwatch_alarms", {"purge": ["a"], "tags": {}}),
    ],
)
def test_what_is_of_no_component_is_in_no_picture(module, given):
    assert planned(module, given, {"changed": True}) == []


def test_several_are_several():
    alarms = [{"name": f"shop-test-web-{name}", "tags": {"Name": f"shop-test-web-{name}"} | TAGS} for name in ("cpu", "memory")]
    assert [one.name for one in planned("groundwork.cloud.cloudwatch_alarms", {"alarms": alarms}, {})] == [
        "shop-test-web-cpu",
        "shop-test-web-memory",
    ]


@pytest.mark.parametrize(
    ("module", "given", "declared"),
    [
        ("groundwork.cloud.ecs_cluster", {"name": "all"}, {}),
        (
            "groundwork.cloud.ecs_cluster",
            {"name": "all", "container_insights": "disabled"},
            {"settings": [{"name": "containerInsights", "value": "disabled"}]},
        ),
        ("groundwork.cloud.vpc", {"state": "present", "cidr": "10.0.0.0/16"}, {"cidr_block": "10.0.0.0/16"}),
        ("groundwork.cloud.vpc", {"cidr": None}, {}),
        ("groundwork.cloud.elb_target_group", {"port": 3000, "vpc_id": UNKNOWN}, {"port": 3000}),
    ],
)
def test_what_is_declared_is_known_and_no_state(module, given, declared):
    (one,) = planned(module, {"tags": TAGS, **given}, {})
    assert one.declared == declared


@pytest.mark.parametrize(
    ("module", "given", "expected"),
    [
        ("groundwork.cloud.subnets", {"vpc_id": UNKNOWN, "subnets": []}, {"vpc_id", "subnets"}),
        ("groundwork.cloud.route_tables", {"vpc_id": "vpc-1", "tables": [UNKNOWN]}, {"vpc_id"}),
        ("groundwork.cloud.nat_gateways", {"vpc_id": "vpc-1", "gateways": [UNKNOWN], "wait": True}, {"vpc_id", "wait"}),
        ("groundwork.cloud.vpc", {"tables": [UNKNOWN]}, {"tables"}),
    ],
)
def test_what_stands_is_read_without_what_is_not_known_of_one_item(module, given, expected):
    assert set(needed(module, given)) == expected


# The picture with the plan.


def new(type_: str, part: str = "", component: str = "web", name: str = "new", **resource: Any) -> Planned:
    return Planned("shop", "test", component, type_, part, name, {"id": name, **resource}, {"name": name, **resource})


def gone(module: str, given: Mapping[str, Any]) -> Planned:
    names = {"role": "iam_role"}
    (one,) = removal(f"groundwork.cloud.{names.get(module, module)}", {"state": "absent", **given})
    return one


def test_what_is_in_no_picture_is_not_missed():
    assert removal("groundwork.cloud.cloudwatch_dashboard", {"name": "web"}) == []


@pytest.mark.parametrize(
    ("found", "plan", "shown"),
    [
        ({}, [], {}),
        ({}, [new("vpc")], {"web": {"vpc": {"id": "new"}}}),
        ({"web": {"key": {"id": "old"}}}, [new("vpc")], {"web": {"key": {"id": "old"}, "vpc": {"id": "new"}}}),
        ({"web": {"vpc": {"id": "old"}}}, [new("vpc")], {"web": {"vpc": {"id": "old"}}}),
        ({}, [new("subnet", "a"), new("subnet", "b")], {"web": {"subnet": {"a": {"id": "new"}, "b": {"id": "new"}}}}),
        ({}, [new("db_instance")], {"web": {"db_instance": {"main": {"id": "new"}}}}),
        (
            {"web": {"subnet": {"a": {"id": "old"}}}},
            [new("subnet", "a"), new("subnet", "b")],
            {"web": {"subnet": {"a": {"id": "old"}, "b": {"id": "new"}}}},
        ),
        (
            {"web": {"cluster": {"id": "old", "name": "old", "size": 1}}},
            [new("cluster", size=2, words="mine")],
            {"web": {"cluster": {"id": "old", "name": "old", "size": 2}}},
        ),
        (
            {"web": {"db_instance": {"main": {"id": "old", "allocated_storage": 20}}}},
            [new("db_instance", allocated_storage=50)],
            {"web": {"db_instance": {"main": {"id": "old", "allocated_storage": 50}}}},
        ),
        (
            {"web": {"vpc": {"id": "vpc-1", "name": "main"}, "role": {"main": {"id": "a"}}}, "api": {"vpc": {"id": "vpc-1"}}},
            [gone("vpc", {"vpc_id": "vpc-1"}), gone("role", {"name": "a"})],
            {"web": {}, "api": {}},
        ),
        ({"web": {"vpc": {"id": "old"}}}, [gone("vpc", {"name": "other"})], {"web": {"vpc": {"id": "old"}}}),
        (
            {"web": {"subnet": {"a": {"name": "shop-a"}, "b": {"name": "shop-b"}}}},
            [gone("subnets", {"subnets": [{"name": "shop-a"}]})],
            {"web": {"subnet": {"b": {"name": "shop-b"}}}},
        ),
        ({}, [gone("subnets", {"subnets": [{"name": "shop-a"}]})], {}),
        (
            {"web": {"role": {"main": {"id": "a"}}}},
            [gone("role", {"name": "a"}), new("role")],
            {"web": {"role": {"main": {"id": "new"}}}},
        ),
    ],
)
def test_the_picture_is_as_the_plan_would_leave_it(found, plan, shown):
    before = json.dumps(found)
    assert over(found, plan) == shown
    assert json.dumps(found) == before


# Children of what is planned.


@pytest.mark.parametrize(
    ("result", "given", "missing"),
    [
        ({"error": {"code": "NoSuchBucket"}}, {"name": "logs"}, True),
        ({"error_code": "ClusterNotFoundException"}, {"cluster": "logs"}, True),
        ({"error_code": "InvalidVpcID.NotFound"}, {"groups": [{"of": ("logs",)}]}, True),
        ({"error_code": "QueueDoesNotExist"}, {"name": "logs", "count": 1}, True),
        ({"error_code": "AWS.SimpleQueueService.NonExistentQueue"}, {"name": "logs"}, True),
        ({"error": {"code": "NoSuchBucket"}}, {"name": "other"}, False),
        ({"error": {"code": "AccessDenied"}}, {"name": "logs"}, False),
        ({"error": {}}, {"name": "logs"}, False),
        ({"error": "NoSuchBucket"}, {"name": "logs"}, False),
        ({"msg": "no such bucket"}, {"name": "logs"}, False),
        ({"error_code": "UnknownOperationException"}, {"name": "logs"}, False),
        ({"error": {"code": "NoSuchBucket"}}, {"name": ""}, False),
    ],
)
def test_what_is_missing_is_planned_only_when_this_plan_makes_it(result, given, missing):
    plan = [new("bucket", name="logs"), new("vpc", name="")]
    assert is_missing_parent({"failed": True, **result}, given, plan) is missing


def test_a_zone_of_cloudflare_that_this_plan_adds_is_no_missing_one():
    zone = {"name": "example.org"}
    plan = planned("groundwork.cloud.cloudflare_zone", zone, {"changed": True, "zone": zone})
    refused = {"failed": True, "error_code": "NoSuchZone"}
    assert is_missing_parent(refused, {"zone": "example.org"}, plan) is True
    assert is_missing_parent(refused, {"zone": "example.net"}, plan) is False
    assert over({}, [one for one in plan if one.stack]) == {}, "it is in no picture"


# What a run remembers.


def test_a_run_recalls_what_it_remembers(tmp_path):
    assert recall(str(tmp_path)) == []
    plan = [new("vpc"), new("subnet", "a", zone=UNKNOWN)]
    remember(str(tmp_path), plan[:1])
    remember(str(tmp_path), [])
    remember(str(tmp_path), plan[1:])
    assert recall(str(tmp_path)) == plan
