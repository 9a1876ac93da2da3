# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.groundwork.cloud.plugins.plugin_utils import cost
from ansible_collections.groundwork.cloud.plugins.plugin_utils.specification import UNKNOWN
from ansible_collections.groundwork.cloud.plugins.plugin_utils.validation import Component

PROJECT = Path(__file__).resolve().parents[3]
TABLE: dict[str, Any] = yaml.safe_load((PROJECT / "plugins/plugin_utils/prices.yml").read_text())
ZONES = {"network_zones": ["a", "b"], "network_flow_logs": "none", "network_private_domain": ""}
SUBNETS = {"public": ["10.0.0.0/24", "10.0.1.0/24"], "private": ["10.0.2.0/24"]}
NETWORK = {**ZONES, "network_nat_gateways": "one_per_zone", "network_subnets": SUBNETS}
ALB = {"alb_scheme": "internet-facing", "alb_network": "main", "alb_subnet_tier": "public", "alb_targets": [{"name": "web"}]}
ECS = {
    "ecs_cpu": 512,
    "ecs_memory": 1024,
    "ecs_architecture": "ARM64",
    "ecs_min_tasks": 2,
    "ecs_max_tasks": 10,
    "ecs_assign_public_ip": False,
    "ecs_cluster": "web",
    "ecs_container_insights": "enabled",
}
ASG = {"asg_instance_type": "t4g.small", "asg_min_size": 2, "asg_max_size": 6, "asg_disk_gigabytes": 20}
DATABASE = {
    "database_engine": "postgres",
    "database_instance_class": "db.t4g.small",
    "database_multi_az": True,
    "database_storage_type": "gp3",
    "database_storage": 100,
    "database_max_storage": 500,
}
AURORA = {"database_engine": "aurora-postgresql", "database_min_capacity": 0.5, "database_max_capacity": 16}
CACHE = {"cache_engine": "redis", "cache_node_type": "cache.t4g.small", "cache_nodes": 2, "cache_cluster_mode": False}
SHARDS = {**CACHE, "cache_cluster_mode": True, "cache_shards": 3, "cache_replicas_per_shard": 1}
TABLE_OF_OURS = {
    "dynamodb_billing_mode": "PROVISIONED",
    "dynamodb_global_indexes": [{"name": "by-day"}],
    "dynamodb_table_class": "STANDARD",
    "dynamodb_min_read_capacity": 5,
    "dynamodb_max_read_capacity": 50,
    "dynamodb_min_write_capacity": 5,
    "dynamodb_max_write_capacity": 5,
}
ON_DEMAND = {"dynamodb_billing_mode": "PAY_PER_REQUEST", "dynamodb_global_indexes": []}
WATCH: dict[str, Any] = {"cloudwatch_unwatched": [], "cloudwatch_alarms": []}
SCHEDULE = {
    "schedule_expression": "rate(5 minutes)",
    "schedule_enabled": True,
    "schedule_cpu": 512,
    "schedule_memory": 1024,
    "schedule_architecture": "X86_64",
    "schedule_assign_public_ip": False,
    "schedule_cluster": "web",
}


def component(name: str, *tiers: str, **settings: Any) -> Component:
    return Component(name, tiers, {"stack_region": "us-east-1", **settings})


def lines(*components: Component, **assumed: float) -> list[tuple[str, float, float]]:
    """What the last of these components needs: the price, the fewest and the most of it, of hours how many at a time."""
    stack = cost.Stack({one.name: one for one in components}, {**cost.ASSUMPTIONS, **assumed})
    found = [line for tier in components[-1].tiers for line in cost.COSTS[tier](components[-1], stack)]
    prices = cost.price_table(TABLE)["us-east-1"]
    return [
        (line.what, 0, 0)
        if isinstance(line, cost.ByUse)
        else (line.price, *(amount / (730 if prices[line.price].per == "hour" else 1) for amount in (line.least, line.most)))
        for line in found
    ]


@pytest.mark.parametrize(
    ("gateways", "count"),
    [("one_per_zone", 2), ("single", 1), ("none", 0)],
)
def test_network(gateways: str, count: int):
    found = lines(component("main", "network", **NETWORK | {"network_nat_gateways": gateways}), nat_gb=7)
    gateway = [("NAT gateway", count, count), ("public IPv4 address", count, count), ("NAT gateway data", 7, 7)]
    assert found == (gateway if count else [])


def test_network_without_private_subnets_has_no_nat_gateways_and_flow_logs_are_assumed():
    settings = {**NETWORK, "network_subnets": {"public": []}, "network_flow_logs": "reject"}
    assert lines(component("main", "network", **settings)) == [("log data", 5, 5)]


def test_a_private_domain_is_a_zone():
    settings = {**NETWORK, "network_nat_gateways": "none", "network_private_domain": "shop.internal"}
    assert lines(component("main", "network", **settings)) == [("hosted zone", 1, 1)]


@pytest.mark.parametrize(("scheme", "addresses"), [("internet-facing", [("public IPv4 address", 2, 2)]), ("internal", [])])
def test_alb(scheme: str, addresses: list[Any]):
    main = component("main", "network", **NETWORK)
    found = lines(main, component("public", "alb", **ALB | {"alb_scheme": scheme}), load_balancer_units=0.5)
    assert found == [("application load balancer", 1, 1), ("capacity unit", 0.5, 0.5), *addresses]


TASKS = [("vCPU ARM64", 1, 5), ("GB ARM64", 2, 10)]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, [*TASKS, ("alarm metric", 4, 4), ("custom metric", 25, 25)]),
        (
            {"ecs_assign_public_ip": True, "ecs_container_insights": "disabled"},
            [*TASKS, ("public IPv4 address", 2, 10), ("alarm metric", 4, 4)],
        ),
        (
            {"ecs_max_tasks": 2, "ecs_container_insights": "enhanced"},
            [("vCPU ARM64", 1, 1), ("GB ARM64", 2, 2), ("Container Insights with enhanced observability", 0, 0)],
        ),
        ({"ecs_max_tasks": 2, "ecs_cluster": "api"}, [("vCPU ARM64", 1, 1), ("GB ARM64", 2, 2), ("custom metric", 17, 17)]),
    ],
)
def test_ecs(settings: dict[str, Any], expected: list[Any]):
    assert lines(component("api", "ecs", **ECS), component("web", "ecs", **ECS | settings)) == expected


def test_asg():
    found = lines(component("web", "asg", **ASG))
    assert found == [("instance t4g.small", 2, 6), ("disk gp3", 40, 120), ("custom metric", 6, 18)]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (
            DATABASE,
            [("database db.t4g.small Multi-AZ", 1, 1), ("database storage gp3 Multi-AZ", 100, 500), ("secret", 1, 1)],
        ),
        (
            {**DATABASE, "database_multi_az": False, "database_read_replicas": 2},
            [
                ("database db.t4g.small", 1, 1),
                ("database storage gp3", 100, 500),
                ("database db.t4g.small", 2, 2),
                ("database storage gp3", 200, 1000),
                ("secret", 1, 1),
            ],
        ),
        (
            {**AURORA, "database_read_replicas": 1},
            [("Aurora capacity unit", 1, 32), ("Aurora storage", 10, 10), ("Aurora requests", 10, 10), ("secret", 1, 1)],
        ),
    ],
)
def test_database(settings: dict[str, Any], expected: list[Any]):
    assert lines(component("postgres", "database", **settings)) == expected


@pytest.mark.parametrize(("settings", "nodes"), [(CACHE, 2), (SHARDS, 6)])
def test_cache(settings: dict[str, Any], nodes: int):
    found = lines(component("redis", "cache", **settings))
    assert found == [("cache redis cache.t4g.small", nodes, nodes), ("secret", 1, 1)]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (
            TABLE_OF_OURS,
            [
                ("what the table stores", 0, 0),
                ("read capacity unit STANDARD", 10, 100),
                ("write capacity unit STANDARD", 10, 10),
            ],
        ),
        (ON_DEMAND, [("what the table stores", 0, 0), ("reads and writes", 0, 0)]),
    ],
)
def test_dynamodb(settings: dict[str, Any], expected: list[Any]):
    assert lines(component("notes", "dynamodb", **settings)) == expected


@pytest.mark.parametrize(
    ("tier", "settings", "expected"),
    [
        ("kms", {}, [("key", 1, 1)]),
        ("secrets", {"secrets_entries": [{"name": "a"}, {"name": "b"}]}, [("secret", 2, 2)]),
        ("dns", {"dns_existing": False}, [("hosted zone", 1, 1)]),
        ("dns", {"dns_existing": True}, []),
        ("certificate", {}, []),
        ("iam", {}, []),
        ("storage", {}, [("what the bucket stores, and requests", 0, 0)]),
        ("registry", {}, [("what the repository stores", 0, 0)]),
        ("cloudflare", {}, [("Cloudflare's plan of the zone", 0, 0)]),
        ("pages", {}, [("Cloudflare's plan of the account", 0, 0)]),
    ],
)
def test_the_simple_ones(tier: str, settings: dict[str, Any], expected: list[Any]):
    assert lines(component("one", tier, **settings)) == expected


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, [("vCPU X86_64", 6, 6), ("GB X86_64", 12, 12), ("custom metric", 6, 6)]),
        (
            {"schedule_architecture": "ARM64", "schedule_assign_public_ip": True},
            [("vCPU ARM64", 6, 6), ("GB ARM64", 12, 12), ("public IPv4 address", 12, 12), ("custom metric", 6, 6)],
        ),
        ({"schedule_enabled": False}, [("vCPU X86_64", 0, 0), ("GB X86_64", 0, 0), ("custom metric", 0, 0)]),
    ],
)
def test_schedule(settings: dict[str, Any], expected: list[Any]):
    # Runs of an hour every five minutes: twelve at a time.
    assert lines(component("web", "ecs", **ECS), component("sync", "schedule", **SCHEDULE | settings), run_minutes=60) == expected


@pytest.mark.parametrize(
    ("expression", "runs"),
    [
        ("rate(5 minutes)", 8760),
        ("rate(1 hour)", 730),
        ("rate(1 day)", 30.42),
        ("at(2026-12-24T03:00:00)", 1),
        ("cron(0 3 * * ? *)", 30.42),
        ("cron(0/15 8-17 ? * MON-FRI *)", 4 * 10 * 5 * 4.345),
        ("cron(0,30 3 1,15 * ? *)", 4),
        ("cron(0 3 L * ? *)", 1),
        ("cron(0 3 ? * 6#1 *)", 1),
        ("cron(5 */6 1 JAN,7 ? 2026)", 4 * 2 / 12),
    ],
)
def test_runs(expression: str, runs: float):
    assert cost.runs(expression) == pytest.approx(runs, rel=0.001)


def test_what_is_no_schedule_is_said():
    with pytest.raises(cost.UnsaidError, match="'hourly' is no schedule; write rate"):
        cost.runs("hourly")


WATCHED = [
    (component("main", "network", **NETWORK), 0),
    (component("public", "alb", **ALB), 3 + 1),
    (component("web", "ecs", **ECS), 2 + 2),  # missing tasks are calculated from two metrics
    (component("web", "ecs", **ECS | {"ecs_container_insights": "disabled"}), 2),
    (component("postgres", "database", **DATABASE, database_read_replicas=1), 2 * 5),
    (component("redis", "cache", **CACHE), 2 * 4),
    (component("web", "asg", **ASG), 2 + 2),
    (component("notes", "dynamodb", **ON_DEMAND), 10 + 2),
    (component("notes", "dynamodb", **TABLE_OF_OURS), 10 + 2 * 2 + 2 * 4),
    (component("gone", "cache", **CACHE, cache_state="absent"), 0),
]


@pytest.mark.parametrize(("watched", "metrics"), WATCHED)
def test_cloudwatch_counts_the_metrics_of_the_standard_alarms(watched: Component, metrics: int):
    found = lines(watched, component("watch", "cloudwatch", **WATCH))
    assert found == [("alarm metric", metrics, metrics), ("dashboard", 1, 1)]


@pytest.mark.parametrize(
    ("one", "kinds"),
    [
        (component("postgres", "database", **AURORA, database_read_replicas=1), ["database", "serverless"] * 2),
        (component("sync", "schedule", **SCHEDULE), ["starts", "failed_runs", "runs", "expected_runs"]),
        (component("sync", "schedule", **SCHEDULE | {"schedule_enabled": False}), ["starts", "failed_runs", "runs"]),
    ],
)
def test_what_is_watched_of_clusters_and_schedules(one: Component, kinds: list[str]):
    assert list(cost._watched(cost.Stack({one.name: one}, cost.ASSUMPTIONS))) == kinds


def test_cloudwatch_counts_alarms_of_ones_own_and_none_that_is_not_wanted():
    own = [
        {"name": "a", "metric": "Queue"},
        {"name": "b", "metrics": [{"MetricStat": {}}, {"MetricStat": {}}, {"Expression": ""}]},
    ]
    settings = {"cloudwatch_unwatched": ["cache_evictions"], "cloudwatch_alarms": own}
    found = lines(component("redis", "cache", **CACHE), component("watch", "cloudwatch", **settings))
    assert found[0] == ("alarm metric", 2 * 3 + 1 + 2, 2 * 3 + 1 + 2)


# All of it together.

PRICES = cost.price_table(TABLE)


def test_a_stack():
    key, gone = component("encryption", "kms"), component("old", "kms", kms_state="absent")
    told = cost.cost([key, gone, component("web", "ecs", "registry", **ECS)], PRICES, cost.assumptions({"transfer_gb": 100}))
    assert {name: (row["least"], row["most"]) for name, row in told["components"].items()} == {
        "encryption": (1, 1),
        "old": (0, 0),
        "web": (36.74, 152.08),
        "(stack)": (10, 10),
    }
    assert (told["least"], told["most"], told["complete"]) == (47.74, 163.08, True)
    assert told["components"]["web"]["by_use"] == ["what the repository stores"]
    assert told["components"]["encryption"]["lines"] == [
        {
            "what": "key",
            "price": "key",
            "region": "us-east-1",
            "quantity": {"least": 1, "most": 1},
            "usd": 1.0,
            "per": "month",
            "page": "AWS Key Management Service pricing",
            "seen": "infracost",
            "least": 1.0,
            "most": 1.0,
        }
    ]
    assert (told["prices"], told["unverified"]) == (7, [])
    far = cost.cost([component("watch", "cloudwatch", **WATCH, stack_region="sa-east-1")], PRICES, cost.ASSUMPTIONS)
    assert (far["prices"], far["unverified"]) == (3, ["dashboard in sa-east-1"])


def test_some_of_a_stack_have_no_share_of_the_whole():
    told = cost.cost([component("one", "kms"), component("other", "kms")], PRICES, cost.ASSUMPTIONS, ["other"])
    assert list(told["components"]) == ["other"]
    assert list(cost.cost([], PRICES, cost.ASSUMPTIONS)["components"]) == ["(stack)"]


@pytest.mark.parametrize(
    ("one", "reason"),
    [
        (
            component("web", "asg", **ASG | {"asg_instance_type": "x9.huge"}),
            "machines: no price of instance x9.huge in us-east-1; add it to plugins/plugin_utils/prices.yml",
        ),
        (
            component("key", "kms", stack_region="eu-west-1"),
            "key: no price of key in eu-west-1; add it to plugins/plugin_utils/prices.yml",
        ),
        (component("web", "asg", **ASG | {"asg_max_size": UNKNOWN}), "asg_max_size is known only when the stack is run"),
        (component("web", "asg"), "asg_min_size has no value; set it"),
        (component("public", "alb", **ALB), "there is no component main"),
    ],
)
def test_what_has_no_price_is_no_zero(one: Component, reason: str):
    told = cost.cost([one], PRICES, cost.ASSUMPTIONS)
    assert told["components"][one.name]["missing"] == [reason]
    assert told["complete"] is False


def test_the_difference():
    before = cost.cost([component("one", "kms"), component("gone", "kms")], PRICES, cost.ASSUMPTIONS)
    after = cost.cost([component("one", "asg", **ASG), component("more", "kms")], PRICES, cost.ASSUMPTIONS)
    assert cost.difference(before, after) == {
        "least": 28.53,
        "most": 87.58,
        "components": {
            "one": {"least": 28.53, "most": 87.58},
            "more": {"least": 1.0, "most": 1.0},
            "(stack)": {"least": 0.0, "most": 0.0},
            "gone": {"least": -1.0, "most": -1.0},
        },
    }


def test_assumptions():
    assert cost.assumptions({"transfer_gb": "500"}) == {**cost.ASSUMPTIONS, "transfer_gb": 500.0}
    with pytest.raises(ValueError, match="transfer_gbs is no assumption; did you mean transfer_gb"):
        cost.assumptions({"transfer_gbs": 1})
    with pytest.raises(ValueError, match="zzz is no assumption; choose of transfer_gb, nat_gb"):
        cost.assumptions({"zzz": 1})


@pytest.mark.parametrize("document", ["docs/cost.md", "plugins/modules/cost.py"])
def test_every_assumption_is_documented(document: str):
    text = (PROJECT / document).read_text()
    assert [name for name in cost.ASSUMPTIONS if f"`{name}`" not in text and f"V({name})" not in text] == []


# The table of prices.


def test_every_price_has_a_source():
    for region, groups in TABLE["regions"].items():
        names = [name for group in groups for name in group["prices"]]
        assert len(names) == len(set(names)), f"a price is twice in {region}"
        assert {group["seen"] for group in groups} <= {*TABLE["seen"], "unverified"}
        assert all(0 < usd < 100 for group in groups for usd in group["prices"].values())


TYPES = {
    "asg_instance_type": "instance {}",
    "cache_node_type": "cache redis {}",
    "database_instance_class": "database {}",
}


def test_every_instance_type_of_an_inventory_has_a_price():
    used: list[tuple[str, str]] = []
    for stack in sorted(PROJECT.glob("inventories/*/*/group_vars/stack.yml")):
        if region := (yaml.safe_load(stack.read_text()) or {}).get("stack_region"):
            texts = "\n".join(file.read_text() for file in stack.parent.parent.rglob("*.yml"))
            used += [
                (region, name.format(value))
                for setting, name in TYPES.items()
                for value in re.findall(rf"{setting}: ([\w.]+)", texts)
            ]
    assert len(used) >= 6
    assert [one for one in used if one[1] not in PRICES[one[0]]] == []
