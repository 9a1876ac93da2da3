# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What a diagram says of a component of each tier: from its settings, and from what stands of it. Everything here is pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..module_utils.picture import WHOLE, at
from .mermaid import BOX, STORE

Settings = Mapping[str, Any]
Types = Mapping[str, Any]
Line = str | None

CLOUDFLARE, DNS, NETWORK, SERVICES, SUBNETS = "cloudflare", "dns", "network", "services", "subnets"
ENGINES = {"aurora-postgresql": "Aurora PostgreSQL", "postgres": "PostgreSQL", "redis": "Redis", "valkey": "Valkey"}
RULES = {
    "http_ratelimit": "rate limits",
    "http_request_cache_settings": "cache",
    "http_request_dynamic_redirect": "redirects",
    "http_request_firewall_custom": "firewall",
    "http_request_firewall_managed": "managed firewall",
}


def nothing(types: Types) -> Settings:
    return {}


@dataclass(frozen=True)
class Kind:
    """How components of a tier are drawn."""

    area: str
    types: tuple[str, ...]
    """Of these one stands where the component does. None for what is not at AWS, of which there is no live picture."""
    label: Callable[[Settings], Iterable[Line]]
    """The lines under the name. What is None is not known, and left out."""
    standing: Callable[[Types], Settings] = nothing
    """What stands, in the words of the settings."""
    shape: str = BOX
    shared: bool = False
    """Whether components of other tiers have those types, too."""


def told(*words: Any, joint: str = ", ") -> Line:
    """What is known of the words, on one line; None if nothing is."""
    return joint.join(str(word) for word in words if word) or None


def span(least: Any, most: Any, unit: str, units: str = "") -> Line:
    """C(2-10 tasks), or C(1 task); C(units) is the plural where it differs."""
    if least is None:
        return None
    many = most is not None and least != most
    return f"{f'{least:g}-{most:g}' if many else f'{least:g}'} {unit if not many and least == 1 else units or unit}"


def count(number: Any, unit: str) -> Line:
    return span(number, None, unit, f"{unit}s") if number else None


def task_size(settings: Settings, tier: str) -> Line:
    """C(0.5 vCPU / 1 GB)."""
    cpu, memory = settings.get(f"{tier}_cpu"), settings.get(f"{tier}_memory")
    return told(cpu and f"{cpu / 1024:g} vCPU", memory and f"{memory / 1024:g} GB", joint=" / ")


def running(settings: Settings) -> Line:
    number = settings.get("running")
    return None if number is None else f"{number} running"


def alb(settings: Settings) -> Iterable[Line]:
    return ["internal load balancer" if settings.get("alb_scheme") == "internal" else "load balancer"]


def asg(settings: Settings) -> Iterable[Line]:
    size = span(settings.get("asg_min_size"), settings.get("asg_max_size"), "machine", "machines")
    return ["scaling group", told(settings.get("asg_instance_type"), size), running(settings)]


def cache(settings: Settings) -> Iterable[Line]:
    shards, replicas = settings.get("cache_shards"), settings.get("cache_replicas_per_shard")
    nodes = (
        told(count(shards, "shard"), replicas and f"{count(replicas, 'replica')} each")
        if settings.get("cache_cluster_mode")
        else count(settings.get("cache_nodes"), "node")
    )
    return [engine(settings, "cache"), told(settings.get("cache_node_type"), nodes)]


def cloudflare(settings: Settings) -> Iterable[Line]:
    rules = sorted(RULES.get(phase, phase) for phase in settings.get("cloudflare_rules") or {})
    return [told("zone", rules and f"rules: {', '.join(rules)}", joint="; ")]


def database(settings: Settings) -> Iterable[Line]:
    size = settings.get("database_instance_class")
    if str(settings.get("database_engine")).startswith("aurora"):
        serverless = size in (None, "", "db.serverless")
        room = span(settings.get("database_min_capacity"), settings.get("database_max_capacity"), "ACU")
        lines = [room if serverless else size]
    else:
        room = span(settings.get("database_storage"), settings.get("database_max_storage"), "GB")
        lines = [told(size, settings.get("database_multi_az") and "Multi-AZ", room)]
    return [engine(settings, "database"), *lines, count(settings.get("database_read_replicas"), "read replica")]


def dynamodb(settings: Settings) -> Iterable[Line]:
    if settings.get("dynamodb_billing_mode") != "PROVISIONED":
        return ["DynamoDB table"]
    reads = span(settings.get("dynamodb_min_read_capacity"), settings.get("dynamodb_max_read_capacity"), "reads")
    writes = span(settings.get("dynamodb_min_write_capacity"), settings.get("dynamodb_max_write_capacity"), "writes")
    return ["DynamoDB table", told(reads, writes, "a second" if reads or writes else None)]


def ecs(settings: Settings) -> Iterable[Line]:
    tasks = span(settings.get("ecs_min_tasks"), settings.get("ecs_max_tasks"), "task", "tasks")
    return ["Fargate service", task_size(settings, "ecs"), told(tasks, running(settings))]


def engine(settings: Settings, tier: str) -> Line:
    name = settings.get(f"{tier}_engine")
    return told(ENGINES.get(str(name), name), settings.get(f"{tier}_engine_version"), joint=" ")


def kms(settings: Settings) -> Iterable[Line]:
    tiers = settings.get("encrypts")
    return ["KMS key", tiers and f"encrypts {', '.join(tiers)}"]


def schedule(settings: Settings) -> Iterable[Line]:
    return ["scheduled task", settings.get("schedule_expression"), task_size(settings, "schedule")]


def named(*lines: str) -> Callable[[Settings], Iterable[Line]]:
    """The label of a tier of which the settings say nothing about the architecture."""
    return lambda settings: lines


def of_asg(types: Types) -> Settings:
    group = types["scaling_group"]
    machines = group.get("instances") or []
    kinds = sorted({machine["instance_type"] for machine in machines if machine.get("instance_type")})
    return {
        "asg_min_size": group.get("min_size"),
        "asg_max_size": group.get("max_size"),
        "running": len(machines),
        **({"asg_instance_type": ", ".join(kinds)} if kinds else {}),
    }


def of_cache(types: Types) -> Settings:
    group = types["replication_group"]
    shards = group.get("node_groups") or [{}]
    return {
        "cache_node_type": group.get("cache_node_type"),
        "cache_nodes": len(group.get("member_clusters") or []),
        "cache_cluster_mode": group.get("cluster_enabled"),
        "cache_shards": len(shards),
        "cache_replicas_per_shard": max(len(shards[0].get("node_group_members") or []) - 1, 0),
        **({"cache_engine": group["engine"]} if group.get("engine") else {}),
    }


def of_database(types: Types) -> Settings:
    instances = types.get("db_instance", {})
    one = types.get("db_cluster") or instances.get(WHOLE, {})
    return {
        "database_engine": one.get("engine"),
        "database_engine_version": one.get("engine_version"),
        "database_instance_class": instances.get(WHOLE, {}).get("db_instance_class"),
        "database_multi_az": one.get("multi_az"),
        "database_storage": one.get("allocated_storage"),
        "database_max_storage": one.get("max_allocated_storage"),
        "database_min_capacity": at(one, "serverless_v2_scaling_configuration.min_capacity"),
        "database_max_capacity": at(one, "serverless_v2_scaling_configuration.max_capacity"),
        "database_read_replicas": max(len(instances) - 1, 0),
    }


def of_dynamodb(types: Types) -> Settings:
    table = types["table"]
    reads, writes = (at(table, f"provisioned_throughput.{way}_capacity_units") for way in ("read", "write"))
    return {
        "dynamodb_billing_mode": at(table, "billing_mode_summary.billing_mode") or ("PROVISIONED" if reads else None),
        **{f"dynamodb_{least}_read_capacity": reads for least in ("min", "max")},
        **{f"dynamodb_{least}_write_capacity": writes for least in ("min", "max")},
    }


def of_ecs(types: Types) -> Settings:
    service, scaled = types["service"], types.get("scalable_target", {})
    return {
        "ecs_min_tasks": scaled.get("min_capacity", service.get("desired_count")),
        "ecs_max_tasks": scaled.get("max_capacity", service.get("desired_count")),
        "running": service.get("running_count"),
        **of_task(types, "ecs"),
    }


def of_task(types: Types, tier: str) -> Settings:
    task = types.get("task_definition", {})
    return {f"{tier}_{name}": int(task[name]) for name in ("cpu", "memory") if task.get(name)}


def of_schedule(types: Types) -> Settings:
    return {"schedule_expression": types["schedule"].get("schedule_expression"), **of_task(types, "schedule")}


def of_network(types: Types) -> Settings:
    subnets: dict[str, list[tuple[str, str]]] = {}
    for part, subnet in types.get("subnet", {}).items():
        zone = subnet["availability_zone"]
        subnets.setdefault(part.removesuffix(f"-{zone}"), []).append((subnet["cidr_block"], zone))
    return {
        "network_cidr": types.get("vpc", {}).get("cidr_block"),
        "subnets": {tier: sorted(ranges, key=lambda one: one[1]) for tier, ranges in subnets.items()},
        "nat": len(types.get("nat_gateway", {})),
    }


KINDS: Mapping[str, Kind] = {
    "cloudflare": Kind(CLOUDFLARE, (), cloudflare),
    "pages": Kind(CLOUDFLARE, (), named("Pages site")),
    "dns": Kind(DNS, ("hosted_zone",), named("Route 53 zone")),
    "network": Kind(NETWORK, ("vpc",), lambda settings: [settings.get("network_cidr")], of_network),
    "alb": Kind(SUBNETS, ("load_balancer",), alb, lambda types: {"alb_scheme": types["load_balancer"].get("scheme")}),
    "ecs": Kind(SUBNETS, ("service",), ecs, of_ecs),
    "asg": Kind(SUBNETS, ("scaling_group",), asg, of_asg),
    "schedule": Kind(SUBNETS, ("schedule",), schedule, of_schedule),
    "database": Kind(SUBNETS, ("db_instance", "db_cluster"), database, of_database, STORE),
    "cache": Kind(SUBNETS, ("replication_group",), cache, of_cache, STORE),
    "certificate": Kind(SERVICES, ("certificate",), named("ACM certificate")),
    "registry": Kind(SERVICES, ("repository",), named("ECR repository")),
    "secrets": Kind(SERVICES, ("secret",), named("Secrets Manager"), shared=True),
    "storage": Kind(SERVICES, ("bucket",), named("S3 bucket"), shape=STORE),
    "dynamodb": Kind(SERVICES, ("table",), dynamodb, of_dynamodb, STORE),
    "kms": Kind(SERVICES, ("key",), kms),
    "iam": Kind(SERVICES, ("role",), named("IAM roles"), shared=True),
    "cloudwatch": Kind(SERVICES, ("topic", "alarm", "dashboard"), named("CloudWatch alarms, dashboard"), shared=True),
}
