# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from ansible_collections.groundwork.cloud.plugins.module_utils.picture import (
    Resource,
    Scope,
    endpoints,
    found,
    pictured,
    place_of,
    snake,
    tags_in,
)
from ansible_collections.groundwork.cloud.plugins.module_utils.stack_readers import OF_TIER, READERS, name_prefix, readers

SCOPE = Scope("shop", "production", "us-east-1", "aws", "111122223333", ("web", "web-api"))
READER = {reader.shape.type: reader for reader in READERS}


def tagged(component: str = "web", part: str = "", **other: str) -> dict[str, str]:
    name = "-".join(word for word in ("shop", "production", component, part) if word)
    tags = {"groundwork:stack": "shop", "groundwork:environment": "production", "groundwork:component": component, "Name": name}
    return tags | {key.replace("_", ":"): value for key, value in other.items()}


def one(type_: str, description: dict[str, Any], tags: dict[str, str] | None = None) -> Resource:
    tags = tagged() if tags is None else tags
    (resource,) = pictured([(READER[type_].shape, description | {"Tags": tags})], SCOPE)
    return resource


@pytest.mark.parametrize(
    ("type_", "description", "status", "ready"),
    [
        ("vpc", {"VpcId": "vpc-1", "State": "available"}, "available", True),
        ("vpc", {"VpcId": "vpc-1", "State": "pending"}, "pending", False),
        ("internet_gateway", {"InternetGatewayId": "igw-1", "Attachments": []}, "detached", False),
        ("internet_gateway", {"InternetGatewayId": "igw-1", "Attachments": [{"State": "available"}]}, "available", True),
        ("nat_gateway", {"NatGatewayId": "nat-1", "State": "pending"}, "pending", False),
        ("elastic_ip", {"AllocationId": "eipalloc-1"}, "allocated", True),
        ("route_table", {"RouteTableId": "rtb-1"}, "available", True),
        ("managed_prefix_list", {"PrefixListId": "pl-1", "State": "modify-complete"}, "modify-complete", True),
        ("managed_prefix_list", {"PrefixListId": "pl-1", "State": "modify-in-progress"}, "modify-in-progress", False),
        ("key", {"KeyId": "1", "KeyState": "Enabled"}, "Enabled", True),
        ("key", {"KeyId": "1", "KeyState": "Disabled"}, "Disabled", False),
        ("secret", {"ARN": "arn:1"}, "available", True),
        ("certificate", {"CertificateArn": "arn:1", "Status": "PENDING_VALIDATION"}, "PENDING_VALIDATION", False),
        ("certificate", {"CertificateArn": "arn:1", "Status": "ISSUED"}, "ISSUED", True),
        ("load_balancer", {"LoadBalancerArn": "arn:1", "State": {"Code": "provisioning"}}, "provisioning", False),
        ("load_balancer", {"LoadBalancerArn": "arn:1", "State": {"Code": "active"}}, "active", True),
        ("db_instance", {"DBInstanceIdentifier": "a", "DBInstanceStatus": "backing-up"}, "backing-up", False),
        ("db_instance", {"DBInstanceIdentifier": "a", "DBInstanceStatus": "available"}, "available", True),
        ("db_subnet_group", {"DBSubnetGroupName": "a", "SubnetGroupStatus": "Complete"}, "Complete", True),
        ("replication_group", {"ReplicationGroupId": "a", "Status": "creating"}, "creating", False),
    ],
)
def test_ready_by_type(type_, description, status, ready):
    resource = one(type_, description)
    assert (resource.status, resource.ready) == (status, ready)


@pytest.mark.parametrize(
    ("running", "state", "status"),
    [(2, "COMPLETED", "COMPLETED"), (1, "COMPLETED", "IN_PROGRESS"), (2, "IN_PROGRESS", "IN_PROGRESS"), (2, "FAILED", "FAILED")],
)
def test_a_service_is_ready_when_its_rollout_is_complete(running, state, status):
    deployments = [{"status": "PRIMARY", "rolloutState": state}]
    service = {"serviceName": "web", "status": "ACTIVE", "runningCount": running, "desiredCount": 2, "deployments": deployments}
    resource = one("service", service)
    assert (resource.status, resource.ready) == (status, status == "COMPLETED")


@pytest.mark.parametrize(
    ("tags", "component", "part"),
    [
        (tagged("main", "public-us-east-1a"), "main", "public-us-east-1a"),
        (tagged("main"), "main", ""),
        (tagged("app.example.org") | {"Name": "shop-production-app-example-org-www"}, "app.example.org", "www"),
        (tagged("main") | {"Name": "by hand"}, "main", "by hand"),
    ],
)
def test_component_and_part_come_from_the_tags(tags, component, part):
    resource = one("subnet", {"SubnetId": "subnet-1", "State": "available"}, tags)
    assert (resource.component, resource.part) == (component, part)
    assert resource.arn == "arn:aws:ec2:us-east-1:111122223333:subnet/subnet-1"


def test_what_is_not_of_the_stack_is_left_out():
    shape = READER["subnet"].shape
    others = [tagged(groundwork_environment="staging"), tagged(groundwork_stack="blog"), {"Name": "shop-production-web"}, {}]
    assert pictured([(shape, {"SubnetId": "subnet-1", "Tags": tags}) for tags in others], SCOPE) == []


@pytest.mark.parametrize(
    ("name", "placed"),
    [
        ("shop-production-web", ("web", "")),
        ("shop-production-web-latency", ("web", "latency")),
        ("shop-production-web-api", ("web-api", "")),
        ("shop-production-web-api-latency", ("web-api", "latency")),
        ("shop-production-eu-web", None),
        ("shop-productions-web", None),
    ],
)
def test_a_name_alone_speaks_only_of_known_components(name, placed):
    assert SCOPE.placed(name) == placed


def test_components_are_known_by_the_tags_of_others():
    dashboard = (READER["dashboard"].shape, {"DashboardName": "shop-production-watch", "DashboardArn": "arn:1"})
    assert pictured([dashboard], SCOPE) == []
    topic = (READER["topic"].shape, {"TopicArn": "arn:2", "Name": "shop-production-watch", "Tags": tagged("watch")})
    assert [(row.type, row.component) for row in pictured([dashboard, topic], SCOPE)] == [
        ("dashboard", "watch"),
        ("topic", "watch"),
    ]


def certificate(arn: str, status: str, day: int) -> Resource:
    created = datetime(2026, 1, day, tzinfo=UTC)
    return one("certificate", {"CertificateArn": arn, "Status": status, "CreatedAt": created})


@pytest.mark.parametrize(
    ("certificates", "chosen"),
    [
        ([("a", "ISSUED", 1), ("b", "PENDING_VALIDATION", 2)], "a"),
        ([("a", "PENDING_VALIDATION", 1), ("b", "PENDING_VALIDATION", 2)], "b"),
        ([("a", "PENDING_VALIDATION", 1), ("b", "VALIDATION_TIMED_OUT", 2)], "a"),
    ],
)
def test_the_ready_one_is_found_then_the_newest(certificates, chosen):
    picture = found(certificate(*row) for row in certificates)
    assert picture["web"]["certificate"]["id"] == chosen


def test_what_is_going_or_gone_is_not_found():
    states = {"a": "deleted", "b": "deleting"}
    resources = [one("nat_gateway", {"NatGatewayId": id_, "State": state}) for id_, state in states.items()]
    assert found(resources) == {}
    assert [bool(resource.fading) for resource in resources] == [True, False]
    assert resources[0].summary()["status"] == "deleted"


def test_parts_and_the_whole():
    subnets = [one("subnet", {"SubnetId": part or "whole"}, tagged("web", part)) for part in ("a", "")]
    assert {part: subnet["id"] for part, subnet in found(subnets)["web"]["subnet"].items()} == {"a": "a", "main": "whole"}


def test_endpoints():
    picture = {
        "public": {
            "load_balancer": {"dns_name": "lb.example"},
            "listener": {"443": {"protocol": "HTTPS"}, "80": {"protocol": "HTTP"}},
        },
        "inside": {"load_balancer": {"dns_name": "in.example"}, "listener": {"80": {"protocol": "HTTP"}}},
        "postgres": {"db_instance": {"main": {"endpoint": {"address": "db.example", "port": 5432}}, "new": {"endpoint": None}}},
        "aurora": {
            "db_cluster": {"endpoint": {"address": "writes.example", "port": 5432}},
            "db_instance": {"member-1": {"endpoint": {"address": "one.example", "port": 5432}}},
        },
        "redis": {"replication_group": {"node_groups": [{"primary_endpoint": {"address": "cache.example", "port": 6379}}]}},
        "sharded": {"replication_group": {"configuration_endpoint": {"address": "shards.example", "port": 6379}}},
        "coming": {"replication_group": {"node_groups": []}},
        "web": {"repository": {"uri": "registry.example/web"}, "security_group": {"id": "sg-1"}},
        "main": {"vpc": {"id": "vpc-1"}},
    }
    assert endpoints(picture) == {
        "public": ["https://lb.example"],
        "inside": ["http://in.example"],
        "postgres": ["db.example:5432"],
        "aurora": ["writes.example:5432"],
        "redis": ["cache.example:6379"],
        "sharded": ["shards.example:6379"],
        "web": ["registry.example/web"],
    }


@pytest.mark.parametrize(
    ("key", "snaked"),
    [
        ("DBInstanceArn", "db_instance_arn"),
        ("DNSName", "dns_name"),
        ("CanonicalHostedZoneId", "canonical_hosted_zone_id"),
        ("MultiAZ", "multi_az"),
        ("ARN", "arn"),
        ("KMSKeyId", "kms_key_id"),
        ("VpcId", "vpc_id"),
        ("IAMDatabaseAuthenticationEnabled", "iam_database_authentication_enabled"),
        ("PerformanceInsightsKMSKeyId", "performance_insights_kms_key_id"),
        ("runningCount", "running_count"),
        ("Ipv6CidrBlockAssociationSet", "ipv6_cidr_block_association_set"),
        ("OKActions", "ok_actions"),
        ("awslogs-group", "awslogs-group"),
    ],
)
def test_keys_in_snake_case(key, snaked):
    assert snake({key: 1}) == {snaked: 1}


def test_words_of_the_user_and_times():
    value = {
        "AssumeRolePolicyDocument": {"Statement": []},
        "dockerLabels": {"MyLabel": "x"},
        "At": datetime(2026, 1, 2, tzinfo=UTC),
    }
    assert snake([value]) == [
        {"assume_role_policy_document": {"Statement": []}, "docker_labels": {"MyLabel": "x"}, "at": "2026-01-02T00:00:00+00:00"}
    ]


@pytest.mark.parametrize(
    "description",
    [
        {"Tags": [{"Key": "a", "Value": "1"}]},
        {"TagList": [{"Key": "a", "Value": "1"}]},
        {"tags": [{"key": "a", "value": "1"}]},
        {"Tags": [{"TagKey": "a", "TagValue": "1"}]},
        {"Tags": {"a": "1"}},
    ],
)
def test_tags_in_every_form(description):
    assert tags_in(description) == {"a": "1"}


def test_an_empty_tag_value():
    assert tags_in({"Tags": [{"Key": "a", "Value": ""}, {"Key": "b"}]}) == {"a": "", "b": ""}


def test_long_stack_names_narrow_by_what_shortening_keeps():
    scope = Scope("a-very-long-stack-name", "production")
    assert name_prefix(scope, 32) == "a-very-long-stack-name-"
    assert name_prefix(scope, 255) == "a-very-long-stack-name-production-"


def test_rows_are_complete():
    assert len(READER) == len(READERS)
    for reader in READERS:
        assert reader.covers, reader.shape.type
        assert not reader.parent or reader.parent in READER


def test_a_zone_that_a_component_borrows_is_found_whatever_its_tags_say():
    scope = Scope("shop", "production", zones={"company.org": "company"})
    zones = [
        {"Id": "/hostedzone/Z1", "Name": "company.org."},
        {"Id": "/hostedzone/Z2", "Name": "shop.org.", "Tags": tagged("dns")},
    ]
    shape = READER["hosted_zone"].shape
    company, own = pictured([(shape, zone) for zone in zones], scope)
    assert (company.component, company.id, company.borrowed) == ("company", "Z1", True)
    assert (own.component, own.borrowed) == ("dns", False)
    of_another_stack = zones[0] | {"Tags": tagged("dns") | {"groundwork:stack": "company"}}
    assert found(pictured([(shape, of_another_stack)], scope))["company"]["hosted_zone"]["name"] == "company.org"
    assert scope.borrows("certificate", "company.org") == ""


@pytest.mark.parametrize(
    ("type_", "description", "coming"),
    [
        ("load_balancer", {"LoadBalancerArn": "arn:1", "State": {"Code": "provisioning"}}, True),
        ("load_balancer", {"LoadBalancerArn": "arn:1", "State": {"Code": "active"}}, False),
        ("nat_gateway", {"NatGatewayId": "nat-1", "State": "pending"}, True),
        ("nat_gateway", {"NatGatewayId": "nat-1", "State": "failed"}, False),
        ("db_instance", {"DBInstanceIdentifier": "a", "DBInstanceStatus": "stopped"}, False),
        ("service", {"status": "ACTIVE", "deployments": [{"status": "PRIMARY", "rolloutState": "IN_PROGRESS"}]}, True),
        ("service", {"status": "ACTIVE", "deployments": [{"status": "PRIMARY", "rolloutState": "FAILED"}]}, False),
        ("certificate", {"CertificateArn": "arn:1", "Status": "PENDING_VALIDATION"}, False),  # it may need somebody
    ],
)
def test_what_aws_is_at_is_coming(type_, description, coming):
    assert one(type_, description).is_coming is coming


@pytest.mark.parametrize(
    ("arn", "place"),
    [
        ("arn:aws:kms:eu-west-1:111122223333:key/1234", "kms:key/1234"),
        ("arn:aws-cn:s3:::files", "s3:files"),
        ("arn:aws:rds:us-east-1:111122223333:db:postgres", "rds:db:postgres"),
    ],
)
def test_a_place_has_no_partition_region_or_account(arn, place):
    assert place_of(arn) == place


def test_what_other_tiers_make_is_not_looked_for():
    assert readers() == list(READERS)
    some = readers(["asg", "network"])
    assert {reader.service for reader in READERS} - {reader.service for reader in some} == OF_TIER.keys() - {"autoscaling"}
    assert {reader.shape.type for reader in some} >= {"vpc", "scaling_group", "role", "alarm"}


def test_what_is_left_out_has_no_children_elsewhere():
    services = {reader.shape.type: reader.service for reader in READERS}
    assert [reader.shape.type for reader in READERS if reader.parent and services[reader.parent] != reader.service] == []
