# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What a stack costs a month: each tier's settings become quantities, and a table has the prices. Everything here is pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from ..module_utils.schedules import HOW, parsed
from .monitoring import RULES, Rule
from .problems import did_you_mean, listed
from .specification import Unknown
from .validation import Component

HOURS = 730  # of a month, as AWS counts them
DAYS = HOURS / 24
UNITS = 1024  # CPU units of a vCPU, and MiB of a GB
TABLE = "plugins/plugin_utils/prices.yml"
UNVERIFIED = "unverified"
WHOLE = "(stack)"  # what is charged of the stack as a whole; no component can be named so

# What is charged by use, and so is in no inventory: a month's quantities, which a user may know better.
ASSUMPTIONS: Mapping[str, float] = {
    "transfer_gb": 55,  # to the internet, of the whole stack
    "nat_gb": 10,  # through the NAT gateways of a network
    "log_gb": 2,  # written to CloudWatch Logs by the whole stack
    "flow_log_gb": 5,  # of flow logs, of a network that has them
    "load_balancer_units": 1,  # capacity units of a load balancer, on average
    "aurora_gb": 10,  # stored by a cluster of Aurora
    "aurora_million_requests": 10,  # of a cluster of Aurora to its storage
    "machine_metrics": 3,  # that the role agent sends of a machine
    "run_minutes": 1,  # of a run of a schedule
}
# Metrics of Container Insights, which are charged as custom ones: Amazon CloudWatch pricing, example of Amazon ECS (from memory).
CLUSTER_METRICS, SERVICE_METRICS, TASK_METRICS = 8, 11, 6


@dataclass(frozen=True)
class Price:
    """A price in USD for an hour, a month, a GB and so on; C(page) is AWS's page that has it, C(seen) where it was read."""

    usd: float
    per: str
    page: str
    seen: str


Prices = Mapping[str, Mapping[str, Price]]  # by region and by what is bought


@dataclass(frozen=True)
class Line:
    """A quantity of a month, the fewest and the most of it, and the name of its price."""

    what: str
    price: str
    least: float
    most: float


@dataclass(frozen=True)
class ByUse:
    """What is charged by use and has no assumption, so that it is said and not counted."""

    what: str


class UnsaidError(Exception):
    """A setting that decides the cost has no value before the stack is run."""


@dataclass(frozen=True)
class Stack:
    components: Mapping[str, Component]
    assumptions: Mapping[str, float]
    used: set[str] = field(default_factory=set)

    def assumed(self, name: str) -> float:
        """An assumption, which the result then names."""
        self.used.add(name)
        return self.assumptions[name]

    def of_tier(self, tier: str) -> list[Component]:
        """The components of a tier that are to be there."""
        return [one for one in self.components.values() if tier in one.tiers and is_there(one, tier)]

    def named(self, name: str) -> Component:
        if name in self.components:
            return self.components[name]
        raise UnsaidError(f"there is no component {name}")


def said(one: Component, setting: str, default: Any = None) -> Any:
    """The value of a setting; one that nobody knows before the run is not guessed."""
    value = one.settings.get(setting, default)
    if isinstance(value, Unknown):
        raise UnsaidError(f"{setting} is known only when the stack is run")
    if value is None:
        raise UnsaidError(f"{setting} has no value; set it")
    return value


def is_there(one: Component, tier: str) -> bool:
    return bool(said(one, f"{tier}_state", "present") == "present")


def always(what: str, price: str, least: float, most: float | None = None) -> Line:
    """Something that is paid by the hour and is there all the time."""
    return Line(what, price, HOURS * least, HOURS * (least if most is None else most))


def fixed(what: str, price: str, count: float) -> Line:
    return Line(what, price, count, count)


Lines = Iterator[Line | ByUse]


# The tiers.


def nothing(one: Component, stack: Stack) -> Lines:
    """AWS charges nothing for it."""
    yield from ()


def network(one: Component, stack: Stack) -> Lines:
    ways = {"none": 0, "single": 1, "one_per_zone": len(said(one, "network_zones"))}[said(one, "network_nat_gateways")]
    if ways and "private" in said(one, "network_subnets"):
        yield always("NAT gateways", "NAT gateway", ways)
        yield always("public addresses of NAT gateways", "public IPv4 address", ways)
        yield fixed("data through NAT gateways", "NAT gateway data", stack.assumed("nat_gb"))
    if said(one, "network_flow_logs") != "none":
        yield fixed("flow logs", "log data", stack.assumed("flow_log_gb"))
    if said(one, "network_private_domain"):
        yield fixed("zone of the private domain", "hosted zone", 1)


def alb(one: Component, stack: Stack) -> Lines:
    yield always("load balancer", "application load balancer", 1)
    yield always("capacity units", "capacity unit", stack.assumed("load_balancer_units"))
    if said(one, "alb_scheme") == "internet-facing":
        subnets = said(stack.named(said(one, "alb_network")), "network_subnets")
        yield always("public addresses", "public IPv4 address", len(subnets.get(said(one, "alb_subnet_tier"), [])))


def ecs(one: Component, stack: Stack) -> Lines:
    least, most = said(one, "ecs_min_tasks"), said(one, "ecs_max_tasks")
    yield from _fargate("tasks", one, "ecs", HOURS * least, HOURS * most)
    if said(one, "ecs_assign_public_ip"):
        yield always("public addresses of tasks", "public IPv4 address", least, most)
    if most > least:
        yield fixed("alarms that scale", "alarm metric", 4)  # two on one metric each, one on both
    metrics = SERVICE_METRICS + TASK_METRICS + (CLUSTER_METRICS if said(one, "ecs_cluster") == one.name else 0)
    yield from _insights(one, "ecs", stack, metrics)


def _insights(one: Component, tier: str, stack: Stack, metrics: float) -> Lines:
    """What Container Insights costs, as the component says that makes the cluster."""
    level = said(stack.named(said(one, f"{tier}_cluster")), "ecs_container_insights")
    if level == "enhanced":
        yield ByUse("Container Insights with enhanced observability")
    elif level == "enabled":
        yield fixed("metrics of Container Insights", "custom metric", metrics)


def _size(one: Component, tier: str) -> tuple[float, float]:
    """The vCPUs and GB of a task."""
    return said(one, f"{tier}_cpu") / UNITS, said(one, f"{tier}_memory") / UNITS


def _fargate(what: str, one: Component, tier: str, least: float, most: float) -> Lines:
    """Tasks of a size, for so many hours of them together."""
    processors, memory = _size(one, tier)
    architecture = said(one, f"{tier}_architecture")
    yield Line(f"vCPUs of {what}", f"vCPU {architecture}", processors * least, processors * most)
    yield Line(f"memory of {what}", f"GB {architecture}", memory * least, memory * most)


def asg(one: Component, stack: Stack) -> Lines:
    least, most = said(one, "asg_min_size"), said(one, "asg_max_size")
    disk, metrics = said(one, "asg_disk_gigabytes"), stack.assumed("machine_metrics")
    yield always("machines", f"instance {said(one, 'asg_instance_type')}", least, most)
    yield Line("disks", "disk gp3", disk * least, disk * most)
    yield Line("metrics of machines", "custom metric", metrics * least, metrics * most)


def database(one: Component, stack: Stack) -> Lines:
    members = 1 + said(one, "database_read_replicas", 0)
    if _is_cluster(one):
        least, most = said(one, "database_min_capacity"), said(one, "database_max_capacity")
        yield always("capacity", "Aurora capacity unit", members * least, members * most)
        yield fixed("storage", "Aurora storage", stack.assumed("aurora_gb"))
        yield fixed("requests to storage", "Aurora requests", stack.assumed("aurora_million_requests"))
    else:
        double = " Multi-AZ" if said(one, "database_multi_az") else ""
        size, storage = said(one, "database_instance_class"), f"database storage {said(one, 'database_storage_type')}"
        least, most = said(one, "database_storage"), said(one, "database_max_storage")
        yield always("instance", f"database {size}{double}", 1)
        yield Line("storage", f"{storage}{double}", least, most)
        if members > 1:
            replicas = members - 1
            yield always("replicas", f"database {size}", replicas)
            yield Line("storage of replicas", storage, replicas * least, replicas * most)
    yield fixed("credentials", "secret", 1)


def _is_cluster(one: Component) -> bool:
    return str(said(one, "database_engine")).startswith("aurora")


def _nodes(one: Component) -> int:
    if said(one, "cache_cluster_mode"):
        return int(said(one, "cache_shards") * (1 + said(one, "cache_replicas_per_shard")))
    return int(said(one, "cache_nodes"))


def cache(one: Component, stack: Stack) -> Lines:
    yield always("nodes", f"cache {said(one, 'cache_engine')} {said(one, 'cache_node_type')}", _nodes(one))
    yield fixed("auth token", "secret", 1)


def kms(one: Component, stack: Stack) -> Lines:
    yield fixed("key", "key", 1)


def secrets(one: Component, stack: Stack) -> Lines:
    yield fixed("secrets", "secret", len(said(one, "secrets_entries")))


def dns(one: Component, stack: Stack) -> Lines:
    if not said(one, "dns_existing"):
        yield fixed("zone", "hosted zone", 1)


def cloudwatch(one: Component, stack: Stack) -> Lines:
    unwatched = said(one, "cloudwatch_unwatched")
    rules = [rule for rule in RULES if rule.setting not in unwatched]
    kinds = list(_watched(stack))
    standard = sum(_metrics(rule) for kind in kinds for rule in rules if rule.kind == kind)
    own = sum(_metrics_of(alarm) for alarm in said(one, "cloudwatch_alarms"))
    yield fixed("metrics of alarms", "alarm metric", standard + own)
    yield fixed("dashboard", "dashboard", 1)


# An alarm is charged by the metrics that it looks at.


def _metrics(rule: Rule) -> int:
    return len(rule.formula.inputs) if rule.formula else 1


def _metrics_of(alarm: Mapping[str, Any]) -> int:
    return max(1, sum("MetricStat" in query for query in alarm.get("metrics") or []))


def _watched(stack: Stack) -> Iterator[str]:
    """The kinds of what has standard alarms, once for each of them; C(monitoring.watched) finds the same in what stands."""
    for one in stack.of_tier("alb"):
        yield from ["load_balancer", *("target_group" for _target in said(one, "alb_targets"))]
    for one in stack.of_tier("ecs"):
        counted = said(stack.named(said(one, "ecs_cluster")), "ecs_container_insights") != "disabled"
        yield from ["service", *(["tasks"] if counted else [])]
    for one in stack.of_tier("database"):
        yield from ["database", "serverless" if _is_cluster(one) else "disk"] * (1 + said(one, "database_read_replicas", 0))
    for one in stack.of_tier("cache"):
        yield from ["cache"] * _nodes(one)
    for _one in stack.of_tier("asg"):
        yield from ("scaling_group", "machines")
    for one in stack.of_tier("dynamodb"):
        parts = 1 + len(said(one, "dynamodb_global_indexes"))
        yield from ["requests", *["table"] * parts, *["provisioned"] * (parts if _provisioned(one) else 0)]
    for one in stack.of_tier("schedule"):
        weekly = _runs(one) > DAYS / 7  # what runs more seldom can't be missed by an alarm
        yield from ["starts", "failed_runs", "runs", *(["expected_runs"] if weekly else [])]


def _provisioned(one: Component) -> bool:
    return bool(said(one, "dynamodb_billing_mode") == "PROVISIONED")


def dynamodb(one: Component, stack: Stack) -> Lines:
    yield ByUse("what the table stores")
    if not _provisioned(one):
        yield ByUse("reads and writes")
        return
    parts = 1 + len(said(one, "dynamodb_global_indexes"))  # each has as much as the table
    for way in ("read", "write"):
        least, most = said(one, f"dynamodb_min_{way}_capacity"), said(one, f"dynamodb_max_{way}_capacity")
        price = f"{way} capacity unit {said(one, 'dynamodb_table_class')}"
        yield always(f"{way} capacity", price, parts * least, parts * most)


def storage(one: Component, stack: Stack) -> Lines:
    yield ByUse("what the bucket stores, and requests")


def registry(one: Component, stack: Stack) -> Lines:
    yield ByUse("what the repository stores")


def schedule(one: Component, stack: Stack) -> Lines:
    times = _runs(one)
    hours = times * stack.assumed("run_minutes") / 60
    yield from _fargate("runs", one, "schedule", hours, hours)
    if said(one, "schedule_assign_public_ip"):
        yield fixed("public addresses of runs", "public IPv4 address", hours)
    yield from _insights(one, "schedule", stack, TASK_METRICS * min(times / HOURS, 1))  # of an hour in which there was a run


def _runs(one: Component) -> float:
    return runs(said(one, "schedule_expression")) if said(one, "schedule_enabled") else 0


def cloudflare(one: Component, stack: Stack) -> Lines:
    yield ByUse("Cloudflare's plan of the zone")


def pages(one: Component, stack: Stack) -> Lines:
    yield ByUse("Cloudflare's plan of the account")


COSTS: Mapping[str, Callable[[Component, Stack], Lines]] = {
    "alb": alb,
    "asg": asg,
    "cache": cache,
    "certificate": nothing,
    "cloudflare": cloudflare,
    "cloudwatch": cloudwatch,
    "database": database,
    "dns": dns,
    "dynamodb": dynamodb,
    "ecs": ecs,
    "iam": nothing,
    "kms": kms,
    "network": network,
    "pages": pages,
    "registry": registry,
    "schedule": schedule,
    "secrets": secrets,
    "storage": storage,
}


def whole(stack: Stack) -> Lines:
    """What no component has alone."""
    yield fixed("data to the internet", "data to the internet", stack.assumed("transfer_gb"))
    yield fixed("logs", "log data", stack.assumed("log_gb"))


def runs(expression: str) -> float:
    """How often an expression of EventBridge Scheduler runs in an average month."""
    try:
        when = parsed(expression)
    except ValueError:
        raise UnsaidError(f"{expression!r} is no schedule; {HOW}") from None
    if when is None:
        return 1  # at a moment
    if isinstance(when, int):
        return HOURS * 3600 / when
    minutes, hours, days, months, weekdays, _years = when
    if days is None or weekdays is None:
        number = 1.0  # the last day of the month, the first Monday of it
    elif len(weekdays) < 7:
        number = DAYS / 7 * len(weekdays)
    else:
        number = DAYS if len(days) == 31 else len(days)
    return len(minutes or ()) * len(hours or ()) * number * len(months or ()) / 12


# All of it together.


def price_table(table: Mapping[str, Any]) -> dict[str, dict[str, Price]]:
    """The table of prices as it is written, by region and by what is bought."""
    return {
        region: {
            name: Price(usd, group["per"], group["page"], group["seen"])
            for group in groups
            for name, usd in group["prices"].items()
        }
        for region, groups in table["regions"].items()
    }


def assumptions(given: Mapping[str, float]) -> dict[str, float]:
    """The assumptions with those that a user knows better; raises for one that there is not."""
    for name in given:
        if name not in ASSUMPTIONS:
            raise ValueError(f"{name} is no assumption{did_you_mean(name, ASSUMPTIONS, f'choose of {listed(ASSUMPTIONS)}')}")
    return {**ASSUMPTIONS, **{name: float(value) for name, value in given.items()}}


def cost(
    components: Iterable[Component], prices: Prices, assumed: Mapping[str, float], chosen: Iterable[str] | None = None
) -> dict[str, Any]:
    """What the chosen components cost a month, all and the stack's own share unless some are chosen; in the form of JSON."""
    stack = Stack({one.name: one for one in components}, assumed)
    names = list(stack.components) if chosen is None else [name for name in stack.components if name in set(chosen)]
    rows = {name: _row(_lines(stack.components[name], stack), _region(stack.components[name]), prices) for name in names}
    if len(names) == len(stack.components):
        regions = [_region(one) for one in stack.components.values()]
        rows[WHOLE] = _row(whole(stack), regions[0] if regions else "", prices)
    lines = [line for row in rows.values() for line in row["lines"]]
    return {
        "components": rows,
        "least": _sum(row["least"] for row in rows.values()),
        "most": _sum(row["most"] for row in rows.values()),
        "complete": not any(row["missing"] for row in rows.values()),
        "assumptions": {name: amount for name, amount in assumed.items() if name in stack.used},
        "prices": len({(line["region"], line["price"]) for line in lines}),
        "unverified": sorted({f"{line['price']} in {line['region']}" for line in lines if line["seen"] == UNVERIFIED}),
    }


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """What becomes dearer or cheaper from one cost to another, in total and by component, those that are gone last."""
    former, rows = before["components"], after["components"]
    names = [*rows, *(name for name in former if name not in rows)]
    return {**_change(before, after), "components": {name: _change(former.get(name), rows.get(name)) for name in names}}


def _change(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> dict[str, float]:
    return {end: round((after or {}).get(end, 0) - (before or {}).get(end, 0), 2) for end in ("least", "most")}


def _region(one: Component) -> str:
    return str(one.settings.get("stack_region", ""))


def _lines(one: Component, stack: Stack) -> Iterator[Line | ByUse | UnsaidError]:
    for tier in one.tiers:
        try:
            yield from COSTS[tier](one, stack) if is_there(one, tier) else ()
        except UnsaidError as error:
            yield error


def _row(lines: Iterable[Line | ByUse | UnsaidError], region: str, prices: Prices) -> dict[str, Any]:
    counted: list[dict[str, Any]] = []
    by_use, missing = [], []
    for line in lines:
        if isinstance(line, UnsaidError):
            missing.append(str(line))
        elif isinstance(line, ByUse):
            by_use.append(line.what)
        elif not line.most:
            continue
        elif price := prices.get(region, {}).get(line.price):
            sums = {"least": round(line.least * price.usd, 2), "most": round(line.most * price.usd, 2)}
            quantity = {"least": line.least, "most": line.most}
            counted.append(
                {"what": line.what, "price": line.price, "region": region, "quantity": quantity, **asdict(price), **sums}
            )
        else:
            missing.append(f"{line.what}: no price of {line.price} in {region}; add it to {TABLE}")
    least, most = _sum(line["least"] for line in counted), _sum(line["most"] for line in counted)
    return {"least": least, "most": most, "lines": counted, "by_use": by_use, "missing": missing}


def _sum(amounts: Iterable[float]) -> float:
    return round(sum(amounts), 2)
