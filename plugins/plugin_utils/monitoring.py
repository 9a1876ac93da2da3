# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What of a stack is watched: its alarms and its dashboard, from the live picture. Everything here is pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..module_utils.naming import NAME_TAG, full_name, resource_name
from ..module_utils.picture import WHOLE
from ..module_utils.schedules import longest_gap
from .unknown import UNKNOWN, is_unknown

Found = Mapping[str, Mapping[str, Any]]

GIB, MIB, MS = 1024**3, 1024**2, 0.001
DAY = 86400
# How far an alarm looks back at most, if its period is an hour or more; else it is a day: EvaluationPeriods of PutMetricAlarm in
# the Amazon CloudWatch API reference.
LONGEST_LOOK = 7 * DAY
NAMESPACES = {
    "load_balancer": "AWS/ApplicationELB",
    "target_group": "AWS/ApplicationELB",
    "service": "AWS/ECS",
    "tasks": "ECS/ContainerInsights",
    "database": "AWS/RDS",
    "disk": "AWS/RDS",
    "serverless": "AWS/RDS",
    "cache": "AWS/ElastiCache",
    "scaling_group": "AWS/EC2",
    "machines": "AWS/AutoScaling",
    "table": "AWS/DynamoDB",
    "provisioned": "AWS/DynamoDB",
    "requests": "AWS/DynamoDB",
    "bucket": "AWS/S3",
    "starts": "AWS/SQS",
    "failed_runs": "AWS/Events",
    "runs": "AWS/Events",
    "expected_runs": "AWS/Events",
}


@dataclass(frozen=True)
class Watched:
    """One thing that publishes metrics. C(part) is empty for what is all of its component."""

    kind: str
    component: str
    part: str
    dimensions: Mapping[str, str]
    storage: int | None = 0
    """Bytes of storage of a database; None while it is not known."""
    gap: int = 0
    """Seconds between two runs of a schedule, at most."""

    @property
    def name(self) -> str:
        return full_name([self.component, self.part])


def watched(found: Found) -> list[Watched]:
    """Everything in the picture that publishes metrics, by component."""
    insights = {
        types["cluster"]["arn"]
        for types in found.values()
        if "cluster" in types
        and any(one["name"] == "containerInsights" and one["value"] != "disabled" for one in types["cluster"].get("settings", []))
    }
    return [one for component in sorted(found) for one in _of(component, found[component], insights)]


def _of(component: str, types: Mapping[str, Any], insights: set[str]) -> Iterator[Watched]:
    if types.get("load_balancer", {}).get("type") == "application":
        balancer = {"LoadBalancer": _after(types["load_balancer"]["arn"], ":loadbalancer/")}
        yield Watched("load_balancer", component, "", balancer)
    for part, group in _parts(types, "target_group"):
        # A target group publishes metrics once a load balancer forwards to it, and under the name of that.
        for arn in group.get("load_balancer_arns", [])[:1]:
            of = {"LoadBalancer": _after(arn, ":loadbalancer/"), "TargetGroup": group["arn"].rpartition(":")[2]}
            yield Watched("target_group", component, part, of)
    if service := types.get("service"):
        of = {"ClusterName": service["cluster_arn"].rpartition("/")[2], "ServiceName": service["name"]}
        yield Watched("service", component, "", of)
        if service["cluster_arn"] in insights:
            yield Watched("tasks", component, "", of)
    for part, database in _parts(types, "db_instance"):
        yield from _of_database(component, part, database)
    if cache := types.get("replication_group"):
        for member in sorted(cache.get("member_clusters", [])):
            yield Watched("cache", component, member.removeprefix(f"{cache['id']}-"), {"CacheClusterId": member})
    if "scaling_group" in types:
        yield from _of_scaling_group(component, types["scaling_group"])
    if "table" in types:
        yield from _of_table(component, types["table"])
    if "schedule" in types:
        yield from _of_schedule(component, types)
    if "bucket" in types:
        yield Watched("bucket", component, "", {"BucketName": types["bucket"]["name"]})


def _of_database(component: str, part: str, database: Mapping[str, Any]) -> Iterator[Watched]:
    """A member of a cluster has no storage of its own, and one without a fixed size has a capacity.

    "Amazon CloudWatch metrics for Amazon Aurora" of the Amazon Aurora User Guide.
    """
    of = {"DBInstanceIdentifier": database["id"]}
    yield Watched("database", component, part, of)
    if not database.get("db_cluster_identifier"):
        allocated = database.get("allocated_storage") or 0
        yield Watched("disk", component, part, of, None if is_unknown(allocated) else int(allocated) * GIB)
    if database.get("db_instance_class") == "db.serverless":
        yield Watched("serverless", component, part, of)


def _of_scaling_group(component: str, group: Mapping[str, Any]) -> Iterator[Watched]:
    """Amazon EC2 has metrics of all machines of a group; the group counts them only where it is told to collect that.

    "CloudWatch metrics that are available for your instances" of the Amazon EC2 User Guide, and "Amazon CloudWatch metrics for
    Amazon EC2 Auto Scaling" of its own.
    """
    of = {"AutoScalingGroupName": group["name"]}
    yield Watched("scaling_group", component, "", of)
    if {"GroupMinSize", "GroupInServiceInstances"} <= {one["metric"] for one in group.get("enabled_metrics") or []}:
        yield Watched("machines", component, "", of)


def _of_table(component: str, table: Mapping[str, Any]) -> Iterator[Watched]:
    """Capacity and throttling are metrics of the table and of each global index apart, errors of the operations on the table.

    "DynamoDB metrics and dimensions" of the Amazon DynamoDB Developer Guide; a table on demand has a provisioned throughput of 0.
    """
    of, throughput = {"TableName": table["name"]}, table.get("provisioned_throughput") or {}
    indexes = sorted(index["index_name"] for index in table.get("global_secondary_indexes") or [])
    yield Watched("requests", component, "", of)
    for part, dimensions in [("", of), *((name, {**of, "GlobalSecondaryIndexName": name}) for name in indexes)]:
        yield Watched("table", component, part, dimensions)
        if throughput.get("read_capacity_units"):
            yield Watched("provisioned", component, part, dimensions)


def _of_schedule(component: str, types: Mapping[str, Any]) -> Iterator[Watched]:
    """What could not be started lies in a queue; what ended is counted by rules, of which each sends it on to another queue.

    "Amazon EventBridge metrics" of its user guide: Invocations, by RuleName. What runs by the clock, often enough for an alarm to
    look back on, is expected to.
    """
    if queue := types.get("queue", {}).get("dead-letter"):
        yield Watched("starts", component, "", {"QueueName": queue["name"]})
    rules = types.get("event_rule", {})
    if rule := rules.get("failed"):
        yield Watched("failed_runs", component, "", {"RuleName": rule["name"]})
    if rule := rules.get("succeeded"):
        of = {"RuleName": rule["name"]}
        yield Watched("runs", component, "", of)
        schedule = types["schedule"]
        gap = longest_gap(str(schedule.get("schedule_expression")))
        if gap and gap < LONGEST_LOOK and schedule.get("state") != "DISABLED":
            yield Watched("expected_runs", component, "", of, gap=gap)


def _after(arn: str, mark: str) -> str:
    return arn if is_unknown(arn) else arn.partition(mark)[2]


def _parts(types: Mapping[str, Any], kind: str) -> list[tuple[str, Mapping[str, Any]]]:
    return [("" if part == WHOLE else part, one) for part, one in sorted(types.get(kind, {}).items())]


# Values of several metrics: "Using math expressions with CloudWatch metrics" of the Amazon CloudWatch User Guide.


@dataclass(frozen=True)
class Input:
    """A metric of a formula; C(dimensions) are those beside the thing's own."""

    metric: str
    statistic: str
    dimensions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Formula:
    """C(expression) has the keys of its inputs, and the dimensions of the thing, in braces."""

    key: str
    label: str
    expression: str
    inputs: Mapping[str, Input] = field(default_factory=dict)

    def of(self, one: Watched, mark: str = "") -> str:
        """The expression for one thing, where its inputs have C(mark) behind their keys."""
        return self.expression.format(**one.dimensions, **{key: key + mark for key in self.inputs})


def total(key: str, label: str, inputs: Mapping[str, Input]) -> Formula:
    """The sum of metrics of which each is published only when there is something to count."""
    return Formula(key, label, f"SUM([{', '.join(f'FILL({{{one}}}, 0)' for one in inputs)}])", inputs)


def used(way: str) -> Formula:
    """Percent of the provisioned capacity: that is of a second, and what was consumed is a sum."""
    inputs = {
        "consumed": Input(f"Consumed{way}CapacityUnits", "Sum"),
        "provisioned": Input(f"Provisioned{way}CapacityUnits", "Average"),
    }
    return Formula("used", "Used capacity", "100 * {consumed} / PERIOD({consumed}) / {provisioned}", inputs)


def daily(metric: str) -> Formula:
    """What Amazon S3 publishes of a bucket once a day, by storage class: "Metrics and dimensions" of the Amazon S3 User Guide."""
    search = f'{{{{AWS/S3,BucketName,StorageType}}}} MetricName="{metric}" BucketName="{{BucketName}}"'
    return Formula("daily", "", f"SEARCH('{search}', 'Average', {DAY})")


# Of a service without tasks Container Insights counts nothing that runs.
MISSING_TASKS = Formula(
    "missing",
    "Missing tasks",
    "{desired} - FILL({running}, 0)",
    {"desired": Input("DesiredTaskCount", "Minimum"), "running": Input("RunningTaskCount", "Minimum")},
)
MISSING_MACHINES = Formula(
    "missing",
    "Missing machines",
    "{minimum} - {serving}",
    {"minimum": Input("GroupMinSize", "Minimum"), "serving": Input("GroupInServiceInstances", "Minimum")},
)
THROTTLES = total(
    "throttled",
    "Throttled reads and writes",
    {"reads": Input("ReadThrottleEvents", "Sum"), "writes": Input("WriteThrottleEvents", "Sum")},
)
# Errors are published by operation, and an alarm takes ten metrics: these, without those of PartiQL and streams.
OPERATIONS = (
    *("GetItem", "BatchGetItem", "TransactGetItems", "Query", "Scan"),
    *("PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"),
)
ERRORS_OF_OPERATIONS = total(
    "errors",
    "System errors",
    {name[0].lower() + name[1:]: Input("SystemErrors", "Sum", {"Operation": name}) for name in OPERATIONS},
)


# Alarms.


@dataclass(frozen=True)
class Rule:
    """An alarm that everything of a kind has, on a metric or a formula. C(setting) is its threshold's key in the settings."""

    setting: str
    kind: str
    what: str
    metric: str
    means: str
    cure: str
    statistic: str = "Average"
    below: bool = False
    period: int = 60
    periods: int = 5
    missing: str = "missing"
    formula: Formula | None = None
    value: Callable[[float, Watched], float | str] = lambda setting, one: setting
    look: Callable[[float, Watched], tuple[int, int]] | None = None
    """The period and how many of them, where the setting says so."""


def times_the_gap(times: float, one: Watched) -> tuple[int, int]:
    """So many times the longest time between two runs, in whole periods; as long as an alarm can look back at most."""
    seconds = min(int(times * one.gap), LONGEST_LOOK)
    period = 300 if seconds <= DAY else 3600
    return period, max(-(-seconds // period), 1)


SLOW: dict[str, Any] = {"period": 300, "periods": 3}
# A count that AWS publishes only when there is something to count: no data is good news.
COUNT: dict[str, Any] = {"statistic": "Sum", "period": 300, "periods": 1, "missing": "notBreaching"}
# A value of requests: without requests there is none.
IDLE: dict[str, Any] = {"missing": "notBreaching"}
RULES = (
    Rule("service_cpu_percent", "service", "cpu", "CPUUtilization", "CPU is above {} %", "allow more tasks, or larger ones"),
    Rule("service_memory_percent", "service", "memory", "MemoryUtilization", "memory is above {} %", "give its tasks more"),
    Rule(
        *("service_missing_tasks", "tasks", "tasks", ""),
        *("{} or more tasks are missing", "see the events of the service"),
        formula=MISSING_TASKS,
    ),
    Rule("database_cpu_percent", "database", "cpu", "CPUUtilization", "CPU is above {} %", "look for slow queries", **SLOW),
    Rule(
        *("database_free_storage_percent", "disk", "storage", "FreeStorageSpace"),
        *("less than {} % of the storage is free", "raise database_max_storage"),
        **{**SLOW, "statistic": "Minimum", "below": True},
        value=lambda percent, one: UNKNOWN if one.storage is None else float(round(one.storage * percent / 100)),
    ),
    Rule(
        *("database_free_memory_mb", "database", "memory", "FreeableMemory"),
        *("less than {} MiB of memory are free", "let the database be larger, or open fewer connections"),
        **{**SLOW, "below": True},
        value=lambda megabytes, one: megabytes * MIB,
    ),
    Rule(
        *("database_connections", "database", "connections", "DatabaseConnections"),
        *("more than {} connections are open", "pool connections, or let the database be larger"),
        **SLOW,
    ),
    Rule(
        *("database_capacity_percent", "serverless", "capacity", "ACUUtilization"),
        *("more than {} % of database_max_capacity is used", "look for slow queries, or raise it"),
        **SLOW,
    ),
    Rule(
        *("database_read_latency_ms", "database", "read-latency", "ReadLatency"),
        *("reads take longer than {} ms", "look for missing indexes, or choose faster storage"),
        **SLOW,
        value=lambda milliseconds, one: milliseconds * MS,
    ),
    Rule(
        *("cache_engine_cpu_percent", "cache", "engine-cpu", "EngineCPUUtilization"),
        *("the engine's CPU is above {} %", "look for slow commands, or add shards"),
    ),
    Rule("cache_cpu_percent", "cache", "cpu", "CPUUtilization", "CPU is above {} %", "choose a larger node type"),
    Rule(
        *("cache_memory_percent", "cache", "memory", "DatabaseMemoryUsagePercentage"),
        *("memory is above {} %", "let keys expire earlier, or choose a larger node type"),
    ),
    Rule(
        *("cache_evictions", "cache", "evictions", "Evictions"),
        *("more than {} keys were evicted in 5 min", "choose a larger node type"),
        **COUNT,
    ),
    Rule(
        *("load_balancer_errors", "load_balancer", "errors", "HTTPCode_ELB_5XX_Count"),
        *("the load balancer itself failed more than {} requests in 5 min", "see whether its targets are healthy"),
        **COUNT,
    ),
    Rule(
        *("target_errors", "load_balancer", "target-errors", "HTTPCode_Target_5XX_Count"),
        *("more than {} requests in 5 min failed in the application", "see its logs"),
        **COUNT,
    ),
    Rule(
        *("response_time_ms", "load_balancer", "response-time", "TargetResponseTime"),
        *("one request in twenty takes longer than {} ms", "see what the application waits for"),
        **IDLE,
        statistic="p95",
        value=lambda milliseconds, one: milliseconds * MS,
    ),
    Rule(
        *("unhealthy_targets", "target_group", "unhealthy", "UnHealthyHostCount"),
        *("{} or more targets fail their health check", "see the logs of the targets"),
        **IDLE,
        statistic="Maximum",
    ),
    Rule(
        *("scaling_group_cpu_percent", "scaling_group", "cpu", "CPUUtilization"),
        *("CPU is above {} %", "allow more machines, or larger ones"),
        **SLOW,  # without detailed monitoring Amazon EC2 publishes it every five minutes
    ),
    Rule(
        # Each machine says 0 or 1 once a minute, so that the sum of a minute is how many fail.
        *("scaling_group_failed_checks", "scaling_group", "status", "StatusCheckFailed"),
        *("{} or more machines fail a status check of Amazon EC2", "see their system log"),
        **IDLE,
        statistic="Sum",
    ),
    Rule(
        *("scaling_group_missing_machines", "machines", "machines", ""),
        *("{} or more machines of its minimum are not in service", "see the activities of the scaling group"),
        formula=MISSING_MACHINES,
    ),
    Rule(
        *("schedule_lost_starts", "starts", "lost", "ApproximateNumberOfMessagesVisible"),
        *("more than {} runs could not be started", "see the messages in the queue, and remove them"),
        **{**COUNT, "statistic": "Maximum"},
    ),
    Rule(
        *("schedule_failed_runs", "failed_runs", "failed", "Invocations"),
        *("more than {} runs failed in 5 min", "see its log; run it again with playbooks/run.yml"),
        **COUNT,
    ),
    Rule(
        *("schedule_missed_runs", "expected_runs", "missed", "Invocations"),
        *("no run succeeded for {} times the time between two", "see its log; run it with playbooks/run.yml"),
        statistic="Sum",
        below=True,
        missing="breaching",
        value=lambda times, one: 1.0,
        look=times_the_gap,
    ),
    Rule(
        *("table_throttles", "table", "throttles", ""),
        *("more than {} reads and writes were throttled in 5 min", "spread its keys, or allow more capacity"),
        **COUNT,
        formula=THROTTLES,
    ),
    Rule(
        *("table_errors", "requests", "errors", ""),
        *("Amazon DynamoDB itself failed more than {} requests in 5 min", "see the AWS Health Dashboard"),
        **COUNT,
        formula=ERRORS_OF_OPERATIONS,
    ),
    *(
        Rule(
            *("table_capacity_percent", "provisioned", f"{way.lower()}-capacity", ""),
            *(f"more than {{}} % of the provisioned {way.lower()} capacity is used", "provision more, or let it scale further"),
            **{**SLOW, **IDLE},
            formula=used(way),
        )
        for way in ("Read", "Write")
    ),
)
AT_LEAST = ("service_missing_tasks", "unhealthy_targets", "scaling_group_failed_checks", "scaling_group_missing_machines")


def standard_alarms(found: Found, thresholds: Mapping[str, float], unwatched: Iterable[str] = ()) -> list[dict[str, Any]]:
    """The alarms of everything in the picture, for each threshold that there is; their names are those in the component."""
    used = {setting: thresholds[setting] for setting in set(thresholds) - set(unwatched)}
    return [
        _alarm(rule, one, float(used[rule.setting]))
        for one in watched(found)
        for rule in RULES
        if rule.kind == one.kind and rule.setting in used
    ]


def _alarm(rule: Rule, one: Watched, threshold: float) -> dict[str, Any]:
    above = "GreaterThanOrEqualToThreshold" if rule.setting in AT_LEAST else "GreaterThanThreshold"
    period, periods = rule.look(threshold, one) if rule.look else (rule.period, rule.periods)
    return {
        "name": f"{one.name}-{rule.what}",
        "description": f"{one.name}: {rule.means.format(f'{threshold:g}')}; {rule.cure}",
        **(_calculated(rule.formula, period, one) if rule.formula else _one_metric(rule, period, one)),
        "evaluation_periods": periods,
        "comparison": "LessThanThreshold" if rule.below else above,
        "threshold": rule.value(threshold, one),
        "treat_missing_data": rule.missing,
    }


def _one_metric(rule: Rule, period: int, one: Watched) -> dict[str, Any]:
    return {
        "namespace": NAMESPACES[one.kind],
        "metric": rule.metric,
        "dimensions": dict(one.dimensions),
        "statistic": rule.statistic,
        "period": period,
    }


def _calculated(formula: Formula, period: int, one: Watched) -> dict[str, Any]:
    def queried(key: str, of: Input) -> dict[str, Any]:
        dimensions = [{"Name": name, "Value": value} for name, value in {**one.dimensions, **of.dimensions}.items()]
        metric = {"Namespace": NAMESPACES[one.kind], "MetricName": of.metric, "Dimensions": dimensions}
        return {"Id": key, "ReturnData": False, "MetricStat": {"Metric": metric, "Period": period, "Stat": of.statistic}}

    result = {"Id": formula.key, "Expression": formula.of(one), "Label": formula.label, "ReturnData": True}
    return {"metrics": [result, *(queried(key, of) for key, of in formula.inputs.items())]}


def component_alarms(
    alarms: Iterable[Mapping[str, Any]], tags: Mapping[str, str], actions: Iterable[str] = ()
) -> list[dict[str, Any]]:
    """Alarms of a component with their full names, tags and actions; one that is named again changes the first of its name."""
    by_name: dict[str, dict[str, Any]] = {}
    for alarm in alarms:
        by_name[alarm["name"]] = {**by_name.get(alarm["name"], {}), **alarm}
    receivers, owner = list(actions), tags[NAME_TAG]
    told = {"alarm_actions": receivers, "ok_actions": receivers} if receivers else {}
    return [
        {**told, **alarm, "name": resource_name([owner, name], "alarm"), "tags": {NAME_TAG: full_name([owner, name])}}
        for name, alarm in by_name.items()
    ]


# The dashboard: CloudWatch's "Dashboard body structure and syntax".


@dataclass(frozen=True)
class Graph:
    """A graph in the row of a component, with a line for each (metric, statistic, label) of each thing of the kind.

    C(formulas) are lines, too, each with its label. C(days) is how far it looks back, if not as far as the dashboard.
    """

    kind: str
    title: str
    lines: tuple[tuple[str, str, str], ...] = ()
    formulas: tuple[tuple[Formula, str], ...] = ()
    period: int = 60
    days: int = 0


ROWS = {
    "load balancer": (
        Graph("load_balancer", "Requests", (("RequestCount", "Sum", "requests"),)),
        Graph(
            "load_balancer",
            "Server errors",
            (("HTTPCode_ELB_5XX_Count", "Sum", "load balancer"), ("HTTPCode_Target_5XX_Count", "Sum", "application")),
        ),
        Graph("load_balancer", "Response time", (("TargetResponseTime", "p50", "p50"), ("TargetResponseTime", "p95", "p95"))),
        Graph(
            "target_group",
            "Targets",
            (("HealthyHostCount", "Minimum", "healthy"), ("UnHealthyHostCount", "Maximum", "unhealthy")),
        ),
    ),
    "service": (
        Graph("service", "CPU %", (("CPUUtilization", "Average", "average"), ("CPUUtilization", "Maximum", "highest"))),
        Graph("service", "Memory %", (("MemoryUtilization", "Average", "average"), ("MemoryUtilization", "Maximum", "highest"))),
        Graph("tasks", "Tasks", (("RunningTaskCount", "Average", "running"), ("DesiredTaskCount", "Average", "wanted"))),
    ),
    "database": (
        Graph("database", "CPU %", (("CPUUtilization", "Average", ""),)),
        Graph("database", "Connections", (("DatabaseConnections", "Average", ""),)),
        Graph("disk", "Free storage", (("FreeStorageSpace", "Minimum", ""),)),
        Graph("serverless", "Capacity units", (("ServerlessDatabaseCapacity", "Average", ""),)),
        Graph("database", "Latency", (("ReadLatency", "Average", "read"), ("WriteLatency", "Average", "write"))),
    ),
    "cache": (
        Graph("cache", "Engine CPU %", (("EngineCPUUtilization", "Average", ""),)),
        Graph("cache", "Memory %", (("DatabaseMemoryUsagePercentage", "Maximum", ""),)),
        Graph("cache", "Evictions", (("Evictions", "Sum", ""),)),
        Graph("cache", "Hits and misses", (("CacheHits", "Sum", "hits"), ("CacheMisses", "Sum", "misses"))),
    ),
    "scaling group": (
        Graph(
            *("scaling_group", "CPU %", (("CPUUtilization", "Average", "average"), ("CPUUtilization", "Maximum", "highest"))),
            period=300,
        ),
        Graph(
            "machines",
            "Machines",
            (("GroupInServiceInstances", "Minimum", "in service"), ("GroupMinSize", "Minimum", "minimum")),
        ),
        Graph("scaling_group", "Failed status checks", (("StatusCheckFailed", "Sum", ""),)),
    ),
    "table": (
        Graph(
            "table",
            "Consumed capacity",
            (("ConsumedReadCapacityUnits", "Sum", "read"), ("ConsumedWriteCapacityUnits", "Sum", "write")),
        ),
        Graph("provisioned", "Used capacity %", formulas=((used("Read"), "read"), (used("Write"), "write")), period=300),
        Graph("table", "Throttled", (("ReadThrottleEvents", "Sum", "reads"), ("WriteThrottleEvents", "Sum", "writes"))),
        Graph("requests", "System errors", formulas=((ERRORS_OF_OPERATIONS, ""),)),
    ),
    "schedule": (
        Graph("runs", "Runs that succeeded", (("Invocations", "Sum", ""),), period=300),
        Graph("failed_runs", "Runs that failed", (("Invocations", "Sum", ""),), period=300),
        Graph("starts", "Runs that could not be started", (("ApproximateNumberOfMessagesVisible", "Maximum", ""),), period=300),
    ),
    "bucket": (
        Graph("bucket", "Size in bytes", formulas=((daily("BucketSizeBytes"), ""),), period=DAY, days=30),
        Graph("bucket", "Objects", formulas=((daily("NumberOfObjects"), ""),), period=DAY, days=30),
    ),
}
COLUMNS, HEIGHT = 24, 6
MOST_ALARMS, MOST_LOG_GROUPS = 100, 50
ERRORS = (
    "fields @timestamp, @log, @message\n| filter @message like /(?i)(error|exception|fatal)/\n| sort @timestamp desc\n| limit 50"
)


def standard_dashboard(found: Found, region: str, alarms: Iterable[str]) -> dict[str, Any]:
    """The dashboard of a stack: the state of its alarms, by ARN, a row of graphs a component, and errors from the logs."""
    things = watched(found)
    blocks: list[list[tuple[str, int, dict[str, Any]]]] = []
    if told := sorted(alarms)[:MOST_ALARMS]:
        blocks.append([("alarm", 2 + len(told) // 6, {"title": "Alarms", "alarms": told})])
    for title, graphs in ROWS.items():
        for component in dict.fromkeys(one.component for one in things):
            mine = [one for one in things if one.component == component]
            if drawn := [graph for graph in graphs if any(one.kind == graph.kind for one in mine)]:
                blocks.append([("text", 1, {"markdown": f"## {component} ({title})"})])
                blocks.append([("metric", HEIGHT, _graph(graph, mine, region)) for graph in drawn])
    if groups := _log_groups(found):
        sources = " | ".join(f"SOURCE '{name}'" for name in groups)
        shown = {"title": "Errors in the logs", "region": region, "view": "table", "query": f"{sources} | {ERRORS}"}
        blocks.append([("log", HEIGHT, shown)])
    return {"widgets": [*_placed(blocks)]}


def _graph(graph: Graph, things: Iterable[Watched], region: str) -> dict[str, Any]:
    mine = [one for one in things if one.kind == graph.kind]
    lines = [
        [*_metric(one, metric, {}), {"stat": statistic, "label": _label(one, label)}]
        for one in mine
        for metric, statistic, label in graph.lines
    ]
    formulas = [(one, formula, label) for one in mine for formula, label in graph.formulas]
    results = [
        entry for number, (one, formula, label) in enumerate(formulas) for entry in _drawn(formula, one, label, str(number))
    ]
    shown = {"title": graph.title, "region": region, "view": "timeSeries", "stacked": False, "period": graph.period}
    past = {"start": f"-P{graph.days}D", "end": "P0D"} if graph.days else {}
    return {**shown, **past, "yAxis": {"left": {"min": 0}}, "metrics": lines + results}


def _drawn(formula: Formula, one: Watched, label: str, mark: str) -> Iterator[list[Any]]:
    """The line of a formula, and its inputs unseen; C(mark) tells their ids from those of others in the graph."""
    yield [{"id": formula.key + mark, "expression": formula.of(one, mark), "label": _label(one, label)}]
    for key, of in formula.inputs.items():
        yield [*_metric(one, of.metric, of.dimensions), {"id": key + mark, "stat": of.statistic, "visible": False}]


def _metric(one: Watched, metric: str, more: Mapping[str, str]) -> list[str]:
    return [NAMESPACES[one.kind], metric, *(word for pair in {**one.dimensions, **more}.items() for word in pair)]


def _label(one: Watched, label: str) -> str:
    return " ".join(filter(None, [one.part, label])) or one.component


def _log_groups(found: Found) -> list[str]:
    """The log groups of what runs code; those of a network, for instance, speak of errors on every line or never."""
    talking = [types for types in found.values() if types.keys() & {"service", "db_instance", "scaling_group", "schedule"}]
    return sorted(group["name"] for types in talking for group in types.get("log_group", {}).values())[:MOST_LOG_GROUPS]


def _placed(blocks: Iterable[list[tuple[str, int, dict[str, Any]]]]) -> Iterator[dict[str, Any]]:
    """Widgets with their places: a block is a row, divided evenly."""
    y = 0
    for block in blocks:
        width = COLUMNS // len(block)
        for column, (kind, height, properties) in enumerate(block):
            yield {"type": kind, "x": column * width, "y": y, "width": width, "height": height, "properties": properties}
        y += max(height for _, height, _ in block)
