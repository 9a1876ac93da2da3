# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.groundwork.cloud.plugins.plugin_utils import validation
from ansible_collections.groundwork.cloud.plugins.plugin_utils.specification import UNKNOWN
from ansible_collections.groundwork.cloud.plugins.plugin_utils.validation import Component

PROJECT = Path(__file__).resolve().parents[3]
REGIONS = {"us-east-1": "aws", "sa-east-1": "aws", "cn-north-1": "aws-cn"}
MEMBERS = {
    "network": ["main"],
    "alb": ["public"],
    "ecs": ["web"],
    "iam": ["web"],
    "database": ["postgres"],
    "storage": ["logs"],
    "kms": ["key"],
    "dns": [],
}
LABEL = "use lower-case letters, digits and single hyphens, a letter first, 32 characters at most"
ENDS = "alb, asg, cache, database, ecs, function, pipeline or schedule"


def sentences(problems) -> list[str]:
    return [str(problem) for problem in problems]


def component(*tiers: str, **settings: Any) -> Component:
    return Component("web", tiers, settings)


@pytest.mark.parametrize(
    ("names", "wrong"),
    [
        (["web", "app.example.org", "a-1"], []),
        (["Web_1"], ["Web_1: the component can't be named so; use lower-case letters, digits, hyphens and dots: web-1"]),
        (["-"], ["-: the component can't be named so; use lower-case letters, digits, hyphens and dots: web"]),
        (["a" * 64], [f"{'a' * 64}: the component's name has 64 characters; use 63 at most"]),
        (["vpc"], ["vpc: the component can't be named so, because flows call vpc something else; rename it"]),
        (["a.b", "a-b"], ["a-b: what it makes would be named as that of a.b is; rename one of them"]),
    ],
)
def test_names_of_components(names, wrong):
    assert sentences(validation.check_names(names)) == wrong


@pytest.mark.parametrize(
    ("tiers", "groups", "wrong"),
    [
        (["ecs"], ["ecs"], []),
        ([], ["zone_a", "databse"], ["web: databse is not a tier; did you mean database?"]),
        ([], [], ["web: the component is in no tier; put it in one of the groups ecs or database"]),
    ],
)
def test_a_component_is_in_a_tier(tiers, groups, wrong):
    assert sentences(validation.check_tiers(component(*tiers), groups, ["ecs", "database"])) == wrong


@pytest.mark.parametrize(
    ("settings", "wrong"),
    [
        ({}, []),
        (
            {
                "stack_name": "shop",
                "stack_environment": "feature-x1",
                "stack_account": "012345678901",
                "stack_region": "us-east-1",
            },
            [],
        ),
        ({"stack_name": UNKNOWN, "stack_region": UNKNOWN}, []),
        (
            {"stack_name": "Shop", "stack_environment": "a--b"},
            [
                f"web: stack_name can't be Shop; {LABEL}",
                f"web: stack_environment can't be a--b; {LABEL}",
            ],
        ),
        ({"stack_account": "12345"}, ["web: stack_account can't be 12345; write the 12 digits of an AWS account, in quotes"]),
        ({"stack_region": "us-eat-1"}, ["web: stack_region is us-eat-1, which is no region; did you mean us-east-1?"]),
        (
            {"stack_region": "x"},
            ["web: stack_region is x, which is no region; name a region of AWS that the installed botocore knows"],
        ),
        ({"stack_profile": "prod", "stack_profiles": {"prod": {}}}, []),
        (
            {"stack_profile": "productoin", "stack_profiles": {"production": {}, "feature": {}}},
            ["web: stack_profile is productoin, which is no profile; did you mean production?"],
        ),
        (
            {"stack_profile": "zzz", "stack_profiles": {"production": {}, "feature": {}}},
            ["web: stack_profile is zzz, which is no profile; use production or feature"],
        ),
    ],
)
def test_identity(settings, wrong):
    assert sentences(validation.check_identity(component(**settings), REGIONS)) == wrong


def test_regions_are_not_checked_where_none_are_known():
    assert validation.check_identity(component(stack_region="x"), {}) == []


def test_all_components_are_of_one_stack():
    components = [
        Component("a", (), {"stack_name": "shop", "stack_environment": UNKNOWN}),
        Component("b", (), {"stack_name": "shop", "stack_environment": "x"}),
        Component("c", (), {"stack_name": "shoop"}),
    ]
    assert sentences(validation.check_agreement(components)) == [
        "c: stack_name is 'shoop' here and 'shop' on a; set it once, in group_vars/stack.yml"
    ]


@pytest.mark.parametrize(
    ("caller", "wrong"),
    [
        ({"account": "111122223333", "arn": "arn:aws:iam::111122223333:user/me"}, []),
        ({"account": "111122223333"}, []),
        (
            {"account": "999999999999", "arn": "arn:aws:iam::999999999999:user/me"},
            [
                "web: stack_account is 111122223333, and the credentials are of 999999999999 "
                "(arn:aws:iam::999999999999:user/me); use credentials of 111122223333, or correct the setting"
            ],
        ),
        (
            {"account": "111122223333", "arn": "arn:aws-cn:iam::111122223333:user/me"},
            [
                "web: stack_region is us-east-1, of the partition aws, and the credentials are of aws-cn; "
                "use credentials or a region of the other"
            ],
        ),
        (
            {"failed": True, "msg": "Unable to locate credentials."},
            [
                "stack: stack_account can't be compared with that of the credentials: Unable to locate credentials; "
                "set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
            ],
        ),
        (
            {},
            [
                "stack: stack_account can't be compared with that of the credentials: no answer; "
                "see that AWS can be reached, with credentials of that account"
            ],
        ),
    ],
)
def test_account_guard(caller, wrong):
    stack = component(stack_account="111122223333", stack_region="us-east-1")
    assert sentences(validation.check_account([stack], caller, REGIONS)) == wrong


def test_the_account_guard_leaves_what_is_not_known_alone():
    assert validation.check_account([component(stack_account=UNKNOWN)], {"account": "1"}, REGIONS) == []


@pytest.mark.parametrize(
    ("flows", "wrong"),
    [
        (None, []),
        (
            [
                {"from": "internet", "to": "public", "ports": [80, "443"]},
                {"from": "public", "to": "web", "ports": ["3000-3010"]},
                {"from": "web", "to": "10.9.0.0/16", "ports": ["1"], "protocol": "udp"},
                {"from": "web", "to": "vpc", "protocol": "all"},
                {"from": "web", "to": "web", "ports": ["1-65535"]},
                {"from": UNKNOWN, "to": "web", "ports": [UNKNOWN]},
                {"from": UNKNOWN, "to": "web", "ports": UNKNOWN},
                UNKNOWN,
            ],
            [],
        ),
        ([{"from": "webb", "to": "public", "ports": ["1"]}], ["[0].from names webb, which is no component; did you mean web?"]),
        (
            [{"from": "qqqq", "to": "public", "ports": ["1"]}],
            ["[0].from names qqqq, which is no component; name a component, internet, vpc, cloudflare or an address range"],
        ),
        ([{"from": "cloudflare", "to": "public", "ports": ["443"]}], []),
        (
            [{"from": "web", "to": "cloudflare", "ports": ["443"]}],
            ["[0].to names cloudflare, which connects and is not connected to; name internet"],
        ),
        (
            [{"from": "web", "to": "logs", "ports": ["1"]}],
            [f"[0].to names logs, which is storage and has no security group; name a component of {ENDS}"],
        ),
        (
            [{"from": "10.0.0.9/24", "to": "web", "ports": ["1"]}],
            ["[0].from names 10.0.0.9/24, which is an address inside a range; did you mean 10.0.0.0/24?"],
        ),
        (
            [{"from": "a/b", "to": "web", "ports": ["1"]}],
            ["[0].from names a/b, which is no address range; write it as 10.0.0.0/16"],
        ),
        (
            [{"from": "internet", "to": "vpc", "ports": ["1"]}],
            ["[0] goes from internet to vpc; one end has to be a component of the stack"],
        ),
        ([{"from": "web", "to": "public"}], ["[0] opens no port; list its ports"]),
        (
            [{"from": "web", "to": "public", "ports": ["1"], "protocol": "all"}],
            ["[0].ports can't be chosen where the protocol is all; leave them out"],
        ),
        (
            [{"from": "web", "to": "public", "ports": ["0", "65536", "9-8", "http", "443"]}],
            [
                f"[0].ports[{number}] is '{port}'; use a number from 1 to 65535, or two of them, as in 8000-8010"
                for number, port in enumerate(["0", "65536", "9-8", "http"])
            ],
        ),
        (
            [{"from": "web", "to": "public", "ports": ["1", "2"]}, {"from": "web", "to": "public", "ports": ["2-2"]}],
            ["[1].ports[0] opens what stack_flows[0] already opens; remove one of the two"],
        ),
        (
            [{"from": "web", "to": "public", "protocol": "all"}, {"from": "web", "to": "public", "protocol": "all"}],
            ["[1] opens what stack_flows[0] already opens; remove one of the two"],
        ),
    ],
)
def test_flows(flows, wrong):
    problems = validation.check_flows(component(stack_flows=flows), "stack_flows", MEMBERS)
    assert sentences(problems) == [f"web: stack_flows{sentence}" for sentence in wrong]


SUBNETS = {"public": ["10.0.0.0/24", "10.0.16.0/24"], "private": ["10.0.1.0/24", "10.0.17.0/24"]}


@pytest.mark.parametrize(
    ("settings", "wrong"),
    [
        ({}, []),
        ({"network_subnets": SUBNETS}, []),
        ({"network_subnets": UNKNOWN, "network_cidr": UNKNOWN}, []),
        ({"network_subnets": {"public": UNKNOWN, "private": [UNKNOWN, "10.0.1.0/24"], "isolated": []}}, []),
        ({"network_cidr": "10.0.0.0/8"}, ["network_cidr is 10.0.0.0/8; use an IPv4 range between /16 and /28"]),
        ({"network_cidr": "fd00::/16"}, ["network_cidr is fd00::/16; use an IPv4 range between /16 and /28"]),
        (
            {"network_cidr": "10.0.1.0/16"},
            ["network_cidr is 10.0.1.0/16, which is an address inside a range; did you mean 10.0.0.0/16?"],
        ),
        ({"network_cidr": "ten"}, ["network_cidr is ten, which is no address range; write it as 10.0.0.0/16"]),
        (
            {"network_subnets": {"public": ["10.0.0.0/24"]}},
            [
                "network_subnets.public has 1 address ranges for 2 zones (us-east-1a and us-east-1b); "
                "give each zone one, or none at all"
            ],
        ),
        (
            {"network_subnets": {"public": ["10.1.0.0/24", "10.0.1.0/29"]}},
            [
                "network_subnets.public[0] is 10.1.0.0/24, outside network_cidr, which is 10.0.0.0/16; choose a range in it",
                "network_subnets.public[1] is 10.0.1.0/29; use an IPv4 range between /16 and /28",
            ],
        ),
        (
            {"network_subnets": {"public": ["10.0.0.0/24", "10.0.1.0/24"], "isolated": ["10.0.1.16/28", "10.0.2.0/28"]}},
            ["network_subnets.isolated[0] is 10.0.1.16/28, which overlaps 10.0.1.0/24 of public; choose a free range"],
        ),
        (
            {"network_zones": ["us-east-1a", "us-west-2b", UNKNOWN]},
            ["network_zones[1] is us-west-2b, which is not in stack_region, us-east-1; name zones such as us-east-1a"],
        ),
        ({"network_zones": ["us-west-2a"], "stack_region": UNKNOWN}, []),
        (
            {"network_subnets": {"private": SUBNETS["private"]}, "network_nat_gateways": "single"},
            ["network_nat_gateways is single, and there are no public subnets for NAT gateways; list some, or say none"],
        ),
        ({"network_subnets": {"private": SUBNETS["private"]}, "network_nat_gateways": "none"}, []),
        ({"network_private_domain": ""}, []),
        ({"network_private_domain": "shop.internal"}, []),
        ({"network_private_domain": UNKNOWN}, []),
        (
            {"network_private_domain": "Shop.internal."},
            [
                "network_private_domain is Shop.internal.; use a domain in lower case without a final dot, as in shop.internal",
            ],
        ),
    ],
)
def test_network(settings, wrong):
    whole = {
        "network_cidr": "10.0.0.0/16",
        "network_zones": ["us-east-1a", "us-east-1b"],
        "stack_region": "us-east-1",
        **settings,
    }
    assert sentences(validation.check_network(component("network", **whole))) == [f"web: {sentence}" for sentence in wrong]


def test_networks_of_a_stack_are_apart():
    components = [
        Component("a", ("network",), {"network_cidr": "10.0.0.0/16"}),
        Component("b", ("network",), {"network_cidr": "10.1.0.0/16"}),
        Component("c", ("network",), {"network_cidr": "10.1.128.0/17"}),
        Component("d", ("network",), {"network_cidr": UNKNOWN}),
        Component("e", ("network",), {"network_cidr": "nonsense"}),
    ]
    assert sentences(validation.check_networks(components)) == [
        "c: network_cidr is 10.1.128.0/17, which overlaps 10.1.0.0/16 of b; choose a free range"
    ]


@pytest.mark.parametrize(
    ("settings", "wrong"),
    [
        ({"ecs_cpu": 256, "ecs_memory": 512}, []),
        ({"ecs_cpu": 256, "ecs_memory": UNKNOWN}, []),
        (
            {"ecs_cpu": 256, "ecs_memory": 4096},
            [
                "web: ecs_cpu and ecs_memory do not go together: Fargate has no task of 256 CPU units with 4096 MiB of memory; "
                "use 512, 1024 or 2048 MiB, or 512, 1024 or 2048 CPU units with 4096 MiB"
            ],
        ),
        (
            {"schedule_cpu": 100, "schedule_memory": 512},
            [
                "web: schedule_cpu and schedule_memory do not go together: Fargate has no task of 100 CPU units; "
                "use one of 256, 512, 1024, 2048, 4096, 8192 or 16384"
            ],
        ),
    ],
)
def test_task_size(settings, wrong):
    assert sentences(validation.check_task_size(component("ecs", **settings))) == wrong


HERE = "set it in group_vars/database.yml"
INSTANCE = {"database_engine": "postgres", "database_instance_class": "db.t4g.micro"}
CLUSTER = {"database_engine": "aurora-postgresql", "database_min_capacity": 0.5, "database_max_capacity": 16.0}


@pytest.mark.parametrize(
    ("settings", "wrong"),
    [
        ({}, []),
        ({**INSTANCE, "database_log_exports": ["upgrade"], "database_restore_from": {"instance": "old"}}, []),
        ({**INSTANCE, "database_instance_class": UNKNOWN}, []),
        (
            {"database_engine": "postgres"},
            [f"database_instance_class is required where database_engine is postgres; {HERE}"],
        ),
        (
            {**INSTANCE, "database_max_capacity": 16.0},
            ["database_max_capacity is not for database_engine postgres; leave it out, or choose the other engine"],
        ),
        (
            {**INSTANCE, "database_restore_from": {"cluster": "old"}},
            ["database_restore_from.cluster is of another engine than postgres; name a snapshot, or use instance"],
        ),
        ({**CLUSTER, "database_engine_version": "15.10", "database_restore_from": {"cluster": "old"}}, []),
        ({**CLUSTER, "database_max_capacity": UNKNOWN, "database_log_exports": UNKNOWN}, []),
        ({**CLUSTER, "database_min_capacity": 256.0, "database_max_capacity": 256.0}, []),
        (
            {**CLUSTER, "database_min_capacity": None},
            [f"database_min_capacity is required where database_engine is aurora-postgresql; {HERE}"],
        ),
        (
            {**CLUSTER, "database_instance_class": "db.r8g.large"},
            ["database_instance_class is not for database_engine aurora-postgresql; leave it out, or choose the other engine"],
        ),
        (
            {**CLUSTER, "database_min_capacity": 0.7, "database_max_capacity": 0.5},
            [
                "database_min_capacity is 0.7; use a number from 0 to 256 in steps of 0.5",
                "database_max_capacity is 0.5; use a number from 1 to 256 in steps of 0.5",
            ],
        ),
        (
            {**CLUSTER, "database_min_capacity": -1.0, "database_max_capacity": 256.5},
            [
                "database_min_capacity is -1; use a number from 0 to 256 in steps of 0.5",
                "database_max_capacity is 256.5; use a number from 1 to 256 in steps of 0.5",
            ],
        ),
        ({**CLUSTER, "database_min_capacity": 0.0, "database_engine_version": "15"}, []),
        ({**CLUSTER, "database_min_capacity": 0.0, "database_engine_version": "16.4"}, []),
        ({**CLUSTER, "database_engine_version": "14.6"}, []),
        (
            {**CLUSTER, "database_min_capacity": 0.0, "database_engine_version": "14.11"},
            ["database_min_capacity is 0, which needs version 14.12 at least; use 0.5, or a later version"],
        ),
        (
            {**CLUSTER, "database_engine_version": "15.4"},
            [
                "database_engine_version is 15.4, of which AWS makes no new clusters any more; name a later one; "
                "aws rds describe-db-engine-versions --engine aurora-postgresql lists them"
            ],
        ),
        (
            {**INSTANCE, "database_read_replicas": 16, "database_engine_version": "15.4"},
            ["database_read_replicas is 16; use a number from 0 to 15"],
        ),
        (
            {**CLUSTER, "database_log_exports": ["postgresql", "upgrade"], "database_backup_retention_days": 0},
            [
                "database_log_exports has upgrade, which a cluster does not export; leave it out",
                "database_backup_retention_days is 0, and a cluster keeps backups for 1 to 35 days; choose one of those",
            ],
        ),
        (
            {**CLUSTER, "database_restore_from": {"instance": "old"}},
            ["database_restore_from.instance is of another engine than aurora-postgresql; name a snapshot, or use cluster"],
        ),
    ],
)
def test_database(settings, wrong):
    assert sentences(validation.check_database(component("database", **settings))) == [f"web: {sentence}" for sentence in wrong]


def test_a_schedule():
    def wrong(*tiers: str, **settings: Any) -> list[str]:
        return sentences(validation.check_schedule(validation.Component("sync", tiers, settings)))

    assert wrong("schedule", schedule_expression="rate(5 minutes)") == []
    assert wrong("schedule", schedule_expression=UNKNOWN) == []
    assert wrong("schedule", schedule_expression="rate(5)") == [
        "sync: schedule_expression is 'rate(5)'; write a number of minutes, hours or days, as rate(5 minutes)"
    ]
    assert wrong("schedule", schedule_timezone="America/Montevideo") == []
    assert wrong("schedule", schedule_timezone="Montevideo") == [
        "sync: schedule_timezone is Montevideo, which is no time zone; write UTC or Europe/Rome"
    ]
    [both] = wrong("ecs", "schedule")
    assert both.endswith("make two components of it")


@pytest.mark.parametrize(
    ("settings", "wrong"),
    [
        ({"ecs_min_tasks": 1, "ecs_max_tasks": 1}, []),
        ({"ecs_min_tasks": 9, "ecs_max_tasks": UNKNOWN}, []),
        (
            {"ecs_min_tasks": 9, "ecs_max_tasks": 2, "database_storage": 200, "database_max_storage": 100},
            [
                "web: database_storage is 200, more than database_max_storage, which is 100; "
                "lower it, or raise database_max_storage",
                "web: ecs_min_tasks is 9, more than ecs_max_tasks, which is 2; lower it, or raise ecs_max_tasks",
            ],
        ),
    ],
)
def test_order(settings, wrong):
    assert sentences(validation.check_order(component("ecs", **settings))) == wrong


@pytest.mark.parametrize(
    ("settings", "wrong"),
    [
        ({"schedule_max_age_seconds": 60, "schedule_max_attempts": UNKNOWN}, []),
        ({"schedule_max_age_seconds": 30}, ["web: schedule_max_age_seconds is 30; use a number from 60 to 86400"]),
    ],
)
def test_bounds(settings, wrong):
    assert sentences(validation.check_bounds(component("schedule", **settings))) == wrong


@pytest.mark.parametrize(
    ("settings", "wrong"),
    [
        ({"ecs_key": "key", "stack_key": "", "stack_network": "main", "ecs_load_balancer": "public", "database_key": "zzz"}, []),
        ({"ecs_key": UNKNOWN, "dns_records": UNKNOWN, "ecs_secrets": [{"component": UNKNOWN}, {}]}, []),
        ({"ecs_key": "kay"}, ["ecs_key names kay, which is no kms component; did you mean key?"]),
        ({"stack_network": "zzz"}, ["stack_network names zzz, which is no network component; name one of main"]),
        ({"stack_artifacts": "zzz"}, ["stack_artifacts names zzz, which is no storage component; name one of logs"]),
        ({"stack_zone": "zzz"}, ["stack_zone names zzz, which is no dns component; put one in the group dns"]),
        ({"alb_certificate": "of a tier that it is not in"}, []),
        (
            {"dns_records": [{"alias": "public"}, {"name": "x"}, {"alias": "web"}]},
            ["dns_records[2].alias names web, which is no alb component; name one of public"],
        ),
        (
            {"dns_records": {"a": {"alias": "web"}}},
            ["dns_records.a.alias names web, which is no alb component; name one of public"],
        ),
        (
            {"ecs_secrets": [{"component": "postgras"}]},
            ["ecs_secrets[0].component names postgras, which is no cache, database or secrets component; did you mean postgres?"],
        ),
        (
            {"ecs_registry": "web", "ecs_image": UNKNOWN},
            ["ecs_registry names web, which is no registry component; put one in the group registry"],
        ),
        ({"ecs_registry": "web", "ecs_image": "docker.io/library/nginx"}, []),
    ],
)
def test_references(settings, wrong):
    problems = validation.check_references(component("ecs", "dns", **settings), MEMBERS)
    assert sentences(problems) == [f"web: {sentence}" for sentence in wrong]


@pytest.mark.parametrize(
    ("settings", "wrong"),
    [
        ({"database_key": "key", "database_network": "main"}, []),
        ({"database_key": UNKNOWN}, []),
        ({"stack_key": "", "stack_network": "", "schedule_key": "", "alb_network": ""}, []),
        ({"database_key": ""}, ["database_key is empty; name one of key"]),
        ({"schedule_cluster": ""}, ["schedule_cluster is empty; name one of web"]),
        ({"schedule_registry": ""}, ["schedule_registry is empty; put a component in the group registry, or name one"]),
        ({"schedule_registry": "", "schedule_image": "docker.io/library/nginx"}, []),
        ({"schedule_secrets": [{"component": ""}]}, ["schedule_secrets[0].component is empty; name one of postgres"]),
        # What is to go needs nothing.
        ({"database_key": "", "database_network": "", "database_state": "absent"}, []),
    ],
)
def test_what_a_tier_can_not_do_without(settings, wrong):
    problems = validation.check_needed(component("database", "schedule", **settings), MEMBERS)
    assert sentences(problems) == [f"web: {sentence}" for sentence in wrong]


def test_a_key_and_a_network_that_are_not_asked_for_have_to_be_there():
    """What a role reads of the picture without a condition, whatever the setting is."""
    read = {
        setting
        for file in PROJECT.glob("roles/*/*/*.yml")
        for line in file.read_text().splitlines()
        for setting in re.findall(r"found\[(\w+_(?:key|network))\]", line)
        if f"if {setting}" not in line
    }
    assert read == {name for name in validation.NEEDED if name.endswith(("_key", "_network"))}


TARGETS = [{"name": "web"}, {"name": "api"}]


@pytest.mark.parametrize(
    ("settings", "wrong"),
    [
        ({"alb_targets": TARGETS, "alb_default": "web", "alb_rules": [{"target": "api"}]}, []),
        ({"alb_targets": TARGETS, "alb_default": ""}, []),
        ({"alb_targets": UNKNOWN, "alb_default": "zzz"}, []),
        (
            {"alb_targets": TARGETS, "alb_default": "zzz", "alb_rules": [{"target": "webb"}]},
            [
                "web: alb_default names zzz, which alb_targets does not list; name one of web and api",
                "web: alb_rules[0].target names webb, which alb_targets does not list; did you mean web?",
            ],
        ),
    ],
)
def test_elements(settings, wrong):
    assert sentences(validation.check_elements(component("alb", **settings))) == wrong


@pytest.mark.parametrize(
    ("settings", "wrong"),
    [
        ({"storage_load_balancer_logs": True, "storage_key": ""}, []),
        ({"storage_load_balancer_logs": False, "storage_key": "key"}, []),
        ({"storage_load_balancer_logs": True, "storage_key": UNKNOWN}, []),
        (
            {"storage_load_balancer_logs": True, "storage_key": "key"},
            [
                "web: storage_key is key, and load balancers deliver their logs to buckets with Amazon S3's own key alone; "
                "leave it empty"
            ],
        ),
    ],
)
def test_buckets_of_logs_have_no_key_of_their_own(settings, wrong):
    assert sentences(validation.check_log_bucket(component("storage", **settings))) == wrong


@pytest.mark.parametrize(
    ("settings", "wrong"),
    [
        ({"dns_records": [{"name": "example.org"}, {"name": "WWW.example.org."}, {"name": UNKNOWN}]}, []),
        ({"dns_records": [{"name": "mail"}], "dns_zone": UNKNOWN}, []),
        ({}, []),
        (
            {"dns_records": [{"name": "www.example.org"}, {"name": "mail"}, {"name": "an-example.org"}]},
            [
                "web: dns_records[1].name is mail, which is not in the zone example.org; write the full name: mail.example.org",
                "web: dns_records[2].name is an-example.org, which is not in the zone example.org; "
                "write the full name: an-example.org.example.org",
            ],
        ),
    ],
)
def test_names_lie_in_their_zone(settings, wrong):
    assert sentences(validation.check_records(component("dns", **{"dns_zone": "example.org", **settings}))) == wrong


def options_of(role: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every option of a role at any depth, as C(dns_records.*.alias)."""

    def within(options: dict[str, Any], path: str) -> Iterator[tuple[str, dict[str, Any]]]:
        for name, spec in options.items():
            yield path + name, spec
            yield from within(spec.get("options", {}), f"{path}{name}.*." if spec.get("elements") else f"{path}{name}.")

    for entry in yaml.safe_load((role / "meta/argument_specs.yml").read_text())["argument_specs"].values():
        yield from within(entry.get("options", {}), "")


@pytest.mark.parametrize("role", sorted(file.parents[1].name for file in PROJECT.glob("roles/*/meta/argument_specs.yml")))
def test_what_a_spec_describes_as_a_component_is_checked_as_one(role):
    checked = validation.references_of([role])
    for name, spec in options_of(PROJECT / "roles" / role):
        description = spec["description"]
        said = re.match(r"The (?:(\w+) )?component\b", description if isinstance(description, str) else description[0])
        if said:
            assert name in checked, "add it to REFERENCES in plugins/plugin_utils/validation.py"
            assert said[1] is None or checked[name] == (said[1],)
        else:
            assert name not in checked, "describe it as 'The ... component ...'"


def test_one_component_is_checked_whole_and_its_flows_once():
    flows = [{"from": "web", "to": "zzzz", "ports": ["1"]}]
    other = [{"from": "web", "to": "yyyy", "ports": ["1"]}]
    counts = {"ecs_min_tasks": 2, "ecs_max_tasks": 1, "ecs_cpu": 1, "ecs_memory": 1}
    settings = {**counts, "ecs_key": "kay", "ecs_network": "", "network_cidr": "x"}

    def wrong(**more: Any) -> list[str]:
        return [problem.setting for problem in validation.check_component(component("ecs", **settings, **more), MEMBERS)]

    rest = ["network_cidr", "ecs_cpu", "ecs_min_tasks", "ecs_key", "ecs_network"]
    assert wrong(stack_flows=flows, network_flows=flows) == ["stack_flows[0].to", *rest]
    assert wrong(stack_flows=flows, network_flows=other) == ["stack_flows[0].to", "network_flows[0].to", *rest]


def test_the_settings_of_the_stack_are_those_of_the_project():
    """Whatever the project's group_vars say for every stack is a known setting, and so is spared from the check of names."""
    text = (PROJECT / "plugins/plugin_utils/stack_settings.yml").read_text()
    known = yaml.safe_load(text)["argument_specs"]["main"]["options"]
    said = {
        name
        for file in (PROJECT / "group_vars/all").glob("*.yml")
        for name in yaml.safe_load(file.read_text())
        if not name.startswith(("ansible_", "__"))
    }
    assert said <= set(known), "describe them in plugins/plugin_utils/stack_settings.yml"


TWO, FOUR = ["a", "b"], ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    ("lock", "rule", "wrong"),
    [
        ("", {"priority": 50000, "hosts": FOUR, "paths": ["/"]}, []),
        ("origin", {"priority": 49999, "hosts": TWO, "paths": ["/"]}, []),
        ("origin", UNKNOWN, []),
        ("origin", {"priority": UNKNOWN, "hosts": UNKNOWN}, []),
        ("", {"priority": 1, "hosts": FOUR, "paths": TWO}, ["[0] has 6 hosts and paths, and may have 5; make two rules of it"]),
        (
            "origin",
            {"priority": 1, "paths": FOUR},
            ["[0] has 4 hosts and paths, and may have 3 beside the lock; make two rules of it"],
        ),
        ("origin", {"priority": 50000}, ["[0].priority is 50000; use a number from 1 to 49999"]),
        ("", {"priority": 0}, ["[0].priority is 0; use a number from 1 to 50000"]),
    ],
)
def test_a_load_balancer_takes_its_rules(lock, rule, wrong):
    found = sentences(validation.check_rules(component("alb", alb_origin_lock=lock, alb_rules=[rule])))
    assert found == [f"web: alb_rules{sentence}" for sentence in wrong]


def test_rules_that_are_not_known_take_nothing():
    assert validation.check_rules(component("alb", alb_rules=UNKNOWN)) == []
