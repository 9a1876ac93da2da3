# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.groundwork.cloud.plugins.filter import component_alarms as naming_filter
from ansible_collections.groundwork.cloud.plugins.filter import standard_alarms as alarms_filter
from ansible_collections.groundwork.cloud.plugins.filter import standard_dashboard as dashboard_filter
from ansible_collections.groundwork.cloud.plugins.modules.cloudwatch_alarms import ALARM
from ansible_collections.groundwork.cloud.plugins.plugin_utils.monitoring import (
    RULES,
    component_alarms,
    standard_alarms,
    standard_dashboard,
    watched,
)
from ansible_collections.groundwork.cloud.plugins.plugin_utils.unknown import UNKNOWN

ROLE = Path(__file__).parents[3] / "roles/cloudwatch"
ELB = "arn:aws:elasticloadbalancing:us-east-1:111122223333"
BALANCER, GROUP = f"{ELB}:loadbalancer/app/public/50dc", f"{ELB}:targetgroup/web/73e2"
CLUSTER = "arn:aws:ecs:us-east-1:111122223333:cluster/main"
IN_GROUP, OF_TABLE = {"AutoScalingGroupName": "shop-test-api"}, {"TableName": "shop-test-orders"}
OF_INDEX = {**OF_TABLE, "GlobalSecondaryIndexName": "by_day"}
IN_CLUSTER = {"ClusterName": "main", "ServiceName": "shop-test-web"}
FOUND: dict[str, Any] = {
    "web": {
        "cluster": {"arn": CLUSTER, "settings": [{"name": "containerInsights", "value": "enabled"}]},
        "service": {"name": "shop-test-web", "cluster_arn": CLUSTER},
        "log_group": {"main": {"name": "shop-test-web"}},
    },
    "public": {
        "load_balancer": {"arn": BALANCER, "type": "application"},
        "target_group": {"web": {"arn": GROUP, "load_balancer_arns": [BALANCER]}, "spare": {"arn": GROUP}},
    },
    "postgres": {
        "db_instance": {
            "main": {"id": "shop-test-postgres", "allocated_storage": 20},
            "replica-1": {"id": "shop-test-postgres-replica-1", "allocated_storage": 20},
        },
    },
    "redis": {"replication_group": {"id": "shop-test-redis", "member_clusters": ["shop-test-redis-002", "shop-test-redis-001"]}},
    "api": {
        "scaling_group": {
            "name": "shop-test-api",
            "enabled_metrics": [{"metric": "GroupMinSize"}, {"metric": "GroupInServiceInstances"}],
        },
        "log_group": {"main": {"name": "shop-test-api"}},
    },
    "orders": {
        "table": {
            "name": "shop-test-orders",
            "provisioned_throughput": {"read_capacity_units": 5, "write_capacity_units": 5},
            "global_secondary_indexes": [{"index_name": "by_day"}],
        },
    },
    "files": {"bucket": {"name": "shop-test-files"}},
    "main": {"vpc": {"id": "vpc-1"}, "log_group": {"flows": {"name": "shop-test-main-flows"}}},
}
MEMBER = {"id": "db-member-1", "allocated_storage": 1, "db_cluster_identifier": "db", "db_instance_class": "db.serverless"}
SYNC: dict[str, Any] = {
    "schedule": {"name": "shop-test-sync", "schedule_expression": "rate(5 minutes)", "state": "ENABLED"},
    "queue": {"dead-letter": {"name": "shop-test-sync-dead-letter"}, "runs": {"name": "shop-test-sync-runs"}},
    "event_rule": {"failed": {"name": "shop-test-sync-failed"}, "succeeded": {"name": "shop-test-sync-succeeded"}},
    "log_group": {"main": {"name": "shop-test-sync"}},
}
EVERY = {rule.setting: 5.0 for rule in RULES}
TAGS = {"groundwork:component": "watch", "Name": "shop-test-watch"}


def test_what_is_planned_is_watched_as_far_as_it_is_known():
    planned = {
        "public": {"load_balancer": {"arn": UNKNOWN, "type": "application"}},
        "postgres": {"db_instance": {"replica-1": {"id": "shop-test-postgres-replica-1", "allocated_storage": UNKNOWN}}},
    }
    alarms = {alarm["name"]: alarm for alarm in standard_alarms(planned, EVERY)}
    assert alarms["postgres-replica-1-storage"]["threshold"] == UNKNOWN
    assert alarms["postgres-replica-1-cpu"]["threshold"] == 5.0
    assert alarms["public-errors"]["dimensions"] == {"LoadBalancer": UNKNOWN}


def test_everything_that_publishes_metrics_is_watched():
    assert [(one.kind, one.component, one.part, dict(one.dimensions)) for one in watched(FOUND)] == [
        ("scaling_group", "api", "", IN_GROUP),
        ("machines", "api", "", IN_GROUP),
        ("bucket", "files", "", {"BucketName": "shop-test-files"}),
        ("requests", "orders", "", OF_TABLE),
        ("table", "orders", "", OF_TABLE),
        ("provisioned", "orders", "", OF_TABLE),
        ("table", "orders", "by_day", OF_INDEX),
        ("provisioned", "orders", "by_day", OF_INDEX),
        ("database", "postgres", "", {"DBInstanceIdentifier": "shop-test-postgres"}),
        ("disk", "postgres", "", {"DBInstanceIdentifier": "shop-test-postgres"}),
        ("database", "postgres", "replica-1", {"DBInstanceIdentifier": "shop-test-postgres-replica-1"}),
        ("disk", "postgres", "replica-1", {"DBInstanceIdentifier": "shop-test-postgres-replica-1"}),
        ("load_balancer", "public", "", {"LoadBalancer": "app/public/50dc"}),
        ("target_group", "public", "web", {"LoadBalancer": "app/public/50dc", "TargetGroup": "targetgroup/web/73e2"}),
        ("cache", "redis", "001", {"CacheClusterId": "shop-test-redis-001"}),
        ("cache", "redis", "002", {"CacheClusterId": "shop-test-redis-002"}),
        ("service", "web", "", IN_CLUSTER),
        ("tasks", "web", "", IN_CLUSTER),
    ]


@pytest.mark.parametrize(
    ("found", "kinds"),
    [
        ({}, []),
        ({"public": {"load_balancer": {"arn": BALANCER, "type": "network"}}}, []),
        ({"web": {"service": FOUND["web"]["service"]}}, ["service"]),
        ({"web": {**FOUND["web"], "cluster": {"arn": CLUSTER}}}, ["service"]),
        (
            {
                "web": {
                    **FOUND["web"],
                    "cluster": {"arn": CLUSTER, "settings": [{"name": "containerInsights", "value": "disabled"}]},
                }
            },
            ["service"],
        ),
        ({"redis": {"replication_group": {"id": "r"}}}, []),
        ({"db": {"db_instance": {"member-1": MEMBER}}}, ["database", "serverless"]),
        ({"db": {"db_instance": {"member-1": {**MEMBER, "db_instance_class": "db.r8g.large"}}}}, ["database"]),
        ({"api": {"scaling_group": {"name": "a"}}}, ["scaling_group"]),
        ({"api": {"scaling_group": {"name": "a", "enabled_metrics": None}}}, ["scaling_group"]),
        ({"api": {"scaling_group": {"name": "a", "enabled_metrics": [{"metric": "GroupMinSize"}]}}}, ["scaling_group"]),
        ({"orders": {"table": {"name": "o", "provisioned_throughput": {"read_capacity_units": 0}}}}, ["requests", "table"]),
        (
            {"orders": {"table": {"name": "o", "provisioned_throughput": None, "global_secondary_indexes": None}}},
            ["requests", "table"],
        ),
        ({"sync": SYNC}, ["starts", "failed_runs", "runs", "expected_runs"]),
        ({"sync": {**SYNC, "schedule": {**SYNC["schedule"], "state": "DISABLED"}}}, ["starts", "failed_runs", "runs"]),
        ({"sync": {**SYNC, "schedule": {"schedule_expression": "rate(7 days)"}}}, ["starts", "failed_runs", "runs"]),
        ({"sync": {**SYNC, "schedule": {"status": "EMPTY"}}}, ["starts", "failed_runs", "runs"]),
        ({"sync": {"schedule": SYNC["schedule"]}}, []),
        ({"sync": {**SYNC, "schedule": {"schedule_expression": UNKNOWN}}}, ["starts", "failed_runs", "runs"]),
    ],
)
def test_what_publishes_nothing_is_not_watched(found, kinds):
    assert [one.kind for one in watched(found)] == kinds


def test_everything_watched_has_the_alarms_of_its_kind():
    alarms = {alarm["name"]: alarm for alarm in standard_alarms(FOUND, EVERY)}
    assert len(alarms) == 2 * 5 + 3 + 1 + 2 * 4 + 3 + 3 + (1 + 2 * 3)
    assert alarms["postgres-cpu"] == {
        "name": "postgres-cpu",
        "description": "postgres: CPU is above 5 %; look for slow queries",
        "namespace": "AWS/RDS",
        "metric": "CPUUtilization",
        "dimensions": {"DBInstanceIdentifier": "shop-test-postgres"},
        "statistic": "Average",
        "period": 300,
        "evaluation_periods": 3,
        "comparison": "GreaterThanThreshold",
        "threshold": 5.0,
        "treat_missing_data": "missing",
    }


@pytest.mark.parametrize(
    ("name", "comparison", "threshold", "missing"),
    [
        ("postgres-storage", "LessThanThreshold", 1024**3, "missing"),
        ("postgres-replica-1-memory", "LessThanThreshold", 5 * 1024**2, "missing"),
        ("postgres-read-latency", "GreaterThanThreshold", 0.005, "missing"),
        ("redis-001-evictions", "GreaterThanThreshold", 5, "notBreaching"),
        ("public-response-time", "GreaterThanThreshold", 0.005, "notBreaching"),
        ("public-web-unhealthy", "GreaterThanOrEqualToThreshold", 5, "notBreaching"),
        ("web-tasks", "GreaterThanOrEqualToThreshold", 5, "missing"),
        ("api-cpu", "GreaterThanThreshold", 5, "missing"),
        ("api-status", "GreaterThanOrEqualToThreshold", 5, "notBreaching"),
        ("api-machines", "GreaterThanOrEqualToThreshold", 5, "missing"),
        ("orders-errors", "GreaterThanThreshold", 5, "notBreaching"),
        ("orders-by-day-throttles", "GreaterThanThreshold", 5, "notBreaching"),
        ("orders-write-capacity", "GreaterThanThreshold", 5, "notBreaching"),
    ],
)
def test_thresholds_are_in_the_unit_of_the_metric(name, comparison, threshold, missing):
    alarm = next(alarm for alarm in standard_alarms(FOUND, EVERY) if alarm["name"] == name)
    assert (alarm["comparison"], alarm["threshold"], alarm["treat_missing_data"]) == (
        comparison,
        pytest.approx(threshold),
        missing,
    )


@pytest.mark.parametrize(
    ("name", "namespace", "metric", "statistic", "period", "periods"),
    [
        ("api-cpu", "AWS/EC2", "CPUUtilization", "Average", 300, 3),
        ("api-status", "AWS/EC2", "StatusCheckFailed", "Sum", 60, 5),
    ],
)
def test_machines_are_watched_by_their_group(name, namespace, metric, statistic, period, periods):
    alarm = next(alarm for alarm in standard_alarms(FOUND, EVERY) if alarm["name"] == name)
    assert (alarm["namespace"], alarm["metric"], alarm["dimensions"]) == (namespace, metric, IN_GROUP)
    assert (alarm["statistic"], alarm["period"], alarm["evaluation_periods"]) == (statistic, period, periods)


@pytest.mark.parametrize(
    ("name", "expression", "namespace", "inputs", "period", "periods"),
    [
        (
            *("api-machines", "minimum - serving", "AWS/AutoScaling"),
            *(
                [("minimum", "GroupMinSize", "Minimum", IN_GROUP), ("serving", "GroupInServiceInstances", "Minimum", IN_GROUP)],
                60,
                5,
            ),
        ),
        (
            *("orders-throttles", "SUM([FILL(reads, 0), FILL(writes, 0)])", "AWS/DynamoDB"),
            *([("reads", "ReadThrottleEvents", "Sum", OF_TABLE), ("writes", "WriteThrottleEvents", "Sum", OF_TABLE)], 300, 1),
        ),
        (
            *("orders-by-day-read-capacity", "100 * consumed / PERIOD(consumed) / provisioned", "AWS/DynamoDB"),
            [
                ("consumed", "ConsumedReadCapacityUnits", "Sum", OF_INDEX),
                ("provisioned", "ProvisionedReadCapacityUnits", "Average", OF_INDEX),
            ],
            *(300, 3),
        ),
    ],
)
def test_formulas_have_the_metrics_of_their_thing(name, expression, namespace, inputs, period, periods):
    alarm = next(alarm for alarm in standard_alarms(FOUND, EVERY) if alarm["name"] == name)
    result, *queries = alarm["metrics"]
    assert (result["Expression"], result["ReturnData"], alarm["evaluation_periods"]) == (expression, True, periods)
    assert [
        (
            *(query["Id"], query["MetricStat"]["Metric"]["MetricName"], query["MetricStat"]["Stat"]),
            {one["Name"]: one["Value"] for one in query["MetricStat"]["Metric"]["Dimensions"]},
        )
        for query in queries
    ] == inputs
    assert {(query["MetricStat"]["Metric"]["Namespace"], query["MetricStat"]["Period"]) for query in queries} == {
        (namespace, period)
    }


def test_runs_of_a_schedule_that_fail_and_those_that_do_not_happen():
    alarms = {alarm["name"]: alarm for alarm in standard_alarms({"sync": SYNC}, {**EVERY, "schedule_missed_runs": 2})}
    told = {name: (one["namespace"], one["metric"], one["dimensions"], one["treat_missing_data"]) for name, one in alarms.items()}
    assert told == {
        "sync-lost": (
            *("AWS/SQS", "ApproximateNumberOfMessagesVisible", {"QueueName": "shop-test-sync-dead-letter"}),
            "notBreaching",
        ),
        "sync-failed": ("AWS/Events", "Invocations", {"RuleName": "shop-test-sync-failed"}, "notBreaching"),
        "sync-missed": ("AWS/Events", "Invocations", {"RuleName": "shop-test-sync-succeeded"}, "breaching"),
    }
    missed = alarms["sync-missed"]
    assert (missed["comparison"], missed["threshold"], missed["statistic"]) == ("LessThanThreshold", 1.0, "Sum")
    assert "no run succeeded for 2 times the time between two" in missed["description"]


@pytest.mark.parametrize(
    ("expression", "times", "period", "periods"),
    [
        ("rate(1 minute)", 2, 300, 1),
        ("rate(5 minutes)", 2, 300, 2),
        ("rate(5 minutes)", 2.5, 300, 3),
        ("rate(12 hours)", 2, 300, 288),
        ("cron(0 3 * * ? *)", 2, 3600, 48),
        ("cron(0 3 ? * MON-FRI *)", 2, 3600, 144),
        ("rate(4 days)", 2, 3600, 168),
    ],
)
def test_how_far_back_a_run_is_looked_for(expression, times, period, periods):
    found = {"sync": {**SYNC, "schedule": {"schedule_expression": expression}}}
    [alarm] = standard_alarms(found, {"schedule_missed_runs": times})
    assert (alarm["period"], alarm["evaluation_periods"]) == (period, periods)
    assert period * periods <= (86400 if period < 3600 else 7 * 86400)  # what PutMetricAlarm takes


def test_errors_of_a_table_are_those_of_as_many_operations_as_an_alarm_takes():
    result, *queries = next(alarm for alarm in standard_alarms(FOUND, EVERY) if alarm["name"] == "orders-errors")["metrics"]
    operations = [query["MetricStat"]["Metric"]["Dimensions"] for query in queries]
    assert operations[0] == [{"Name": "TableName", "Value": "shop-test-orders"}, {"Name": "Operation", "Value": "GetItem"}]
    assert len({dimensions[1]["Value"] for dimensions in operations}) == len(queries) == 10
    assert result["Expression"] == f"SUM([{', '.join(f'FILL({query["Id"]}, 0)' for query in queries)}])"


def test_missing_tasks_are_those_wanted_without_those_that_run():
    tasks = next(alarm for alarm in standard_alarms(FOUND, EVERY) if alarm["name"] == "web-tasks")
    assert "metric" not in tasks
    missing, desired, running = tasks["metrics"]
    assert missing["Expression"] == "desired - FILL(running, 0)"
    assert (desired["Id"], desired["MetricStat"]["Metric"]["MetricName"]) == ("desired", "DesiredTaskCount")
    assert (running["Id"], running["MetricStat"]["Metric"]["MetricName"]) == ("running", "RunningTaskCount")
    assert running["MetricStat"]["Metric"]["Dimensions"] == [{"Name": name, "Value": value} for name, value in IN_CLUSTER.items()]


def test_only_thresholds_that_there_are_and_that_are_watched():
    thresholds = {"database_cpu_percent": 80, "service_cpu_percent": "70"}
    alarms = standard_alarms({key: FOUND[key] for key in ("web", "postgres")}, thresholds, ["database_cpu_percent"])
    assert [(alarm["name"], alarm["threshold"]) for alarm in alarms] == [("web-cpu", 70.0)]


def test_names_tags_and_actions():
    alarms = [
        {"name": "web-cpu", "threshold": 5, "period": 60},
        {"name": "idle", "ok_actions": []},
        {"name": "web-cpu", "threshold": 9},
    ]
    assert component_alarms(alarms, TAGS, iter(["topic"])) == [
        {
            "name": "shop-test-watch-web-cpu",
            "tags": {"Name": "shop-test-watch-web-cpu"},
            "threshold": 9,
            "period": 60,
            "alarm_actions": ["topic"],
            "ok_actions": ["topic"],
        },
        {"name": "shop-test-watch-idle", "tags": {"Name": "shop-test-watch-idle"}, "alarm_actions": ["topic"], "ok_actions": []},
    ]
    assert component_alarms([{"name": "in"}], TAGS) == [{"name": "shop-test-watch-in", "tags": {"Name": "shop-test-watch-in"}}]


def test_long_names_are_shortened_and_their_tags_are_not():
    alarm = component_alarms([{"name": "a" * 300}], TAGS)[0]
    assert len(alarm["name"]) <= 255
    assert alarm["tags"]["Name"] == f"shop-test-watch-{'a' * 300}"


def test_dashboard():
    widgets = standard_dashboard(FOUND, "us-east-1", ["b", "a"])["widgets"]
    assert widgets[0]["properties"]["alarms"] == ["a", "b"]
    assert [widget["properties"]["markdown"] for widget in widgets if widget["type"] == "text"] == [
        "## public (load balancer)",
        "## web (service)",
        "## postgres (database)",
        "## redis (cache)",
        "## api (scaling group)",
        "## orders (table)",
        "## files (bucket)",
    ]
    graphs = {(widget["y"], widget["properties"]["title"]): widget for widget in widgets if widget["type"] == "metric"}
    assert [title for y, title in graphs if y == graphs[3, "Requests"]["y"]] == [
        "Requests",
        "Server errors",
        "Response time",
        "Targets",
    ]
    assert graphs[3, "Targets"]["properties"]["metrics"][0] == [
        "AWS/ApplicationELB",
        "HealthyHostCount",
        "LoadBalancer",
        "app/public/50dc",
        "TargetGroup",
        "targetgroup/web/73e2",
        {"stat": "Minimum", "label": "web healthy"},
    ]
    assert [(widget["x"], widget["width"]) for (y, title), widget in graphs.items() if y == 10] == [(0, 8), (8, 8), (16, 8)]
    labels = [line[-1]["label"] for line in graphs[17, "CPU %"]["properties"]["metrics"]]
    assert labels == ["postgres", "replica-1"]
    assert widgets[-1]["type"] == "log"
    assert widgets[-1]["properties"]["query"].startswith("SOURCE 'shop-test-api' | SOURCE 'shop-test-web' | fields")


def graphs_of(*components):
    found = {component: FOUND[component] for component in components}
    widgets = [widget["properties"] for widget in standard_dashboard(found, "us-east-1", [])["widgets"]]
    return {shown["title"]: shown for shown in widgets if "metrics" in shown}


def test_graphs_of_a_scaling_group():
    graphs = graphs_of("api")
    assert {title: shown["period"] for title, shown in graphs.items()} == {
        "CPU %": 300,
        "Machines": 60,
        "Failed status checks": 60,
    }
    assert graphs["Machines"]["metrics"][0] == [
        *("AWS/AutoScaling", "GroupInServiceInstances", "AutoScalingGroupName", "shop-test-api"),
        {"stat": "Minimum", "label": "in service"},
    ]


def test_graphs_of_a_schedule():
    widgets = standard_dashboard({"sync": SYNC}, "us-east-1", [])["widgets"]
    titles = [widget["properties"].get("title") for widget in widgets]
    assert titles == [None, "Runs that succeeded", "Runs that failed", "Runs that could not be started", "Errors in the logs"]
    assert widgets[2]["properties"]["metrics"] == [
        ["AWS/Events", "Invocations", "RuleName", "shop-test-sync-failed", {"stat": "Sum", "label": "sync"}]
    ]


def test_graphs_of_a_table():
    graphs = graphs_of("orders")
    assert [*graphs] == ["Consumed capacity", "Used capacity %", "Throttled", "System errors"]
    assert [line[-1]["label"] for line in graphs["Throttled"]["metrics"]] == ["reads", "writes", "by_day reads", "by_day writes"]
    used = graphs["Used capacity %"]["metrics"]
    ids = [line[-1]["id"] for line in used]
    assert len(set(ids)) == len(ids) == 2 * 2 * 3
    assert used[9:] == [
        [{"id": "used3", "expression": "100 * consumed3 / PERIOD(consumed3) / provisioned3", "label": "by_day write"}],
        [
            *("AWS/DynamoDB", "ConsumedWriteCapacityUnits", *(word for pair in OF_INDEX.items() for word in pair)),
            {"id": "consumed3", "stat": "Sum", "visible": False},
        ],
        [
            *("AWS/DynamoDB", "ProvisionedWriteCapacityUnits", *(word for pair in OF_INDEX.items() for word in pair)),
            {"id": "provisioned3", "stat": "Average", "visible": False},
        ],
    ]
    errors = graphs["System errors"]["metrics"]
    assert errors[0][0]["label"] == "orders"
    assert errors[1][2:6] == ["TableName", "shop-test-orders", "Operation", "GetItem"]


def test_graphs_of_a_bucket_look_back_far_enough_for_what_is_published_once_a_day():
    size = graphs_of("files")["Size in bytes"]
    assert (size["period"], size["start"], size["end"]) == (86400, "-P30D", "P0D")
    search = (
        "SEARCH('{AWS/S3,BucketName,StorageType} "
        """MetricName="BucketSizeBytes" BucketName="shop-test-files"', 'Average', 86400)"""
    )
    assert size["metrics"] == [[{"id": "daily0", "expression": search, "label": "files"}]]
    assert standard_alarms({"files": FOUND["files"]}, EVERY) == []


def test_widgets_do_not_overlap():
    taken: set[tuple[int, int]] = set()
    for widget in standard_dashboard(FOUND, "us-east-1", [str(number) for number in range(30)])["widgets"]:
        assert widget["x"] + widget["width"] <= 24
        cells = {
            (x, y)
            for x in range(widget["x"], widget["x"] + widget["width"])
            for y in range(widget["y"], widget["y"] + widget["height"])
        }
        assert not cells & taken
        taken |= cells


def test_an_empty_stack_has_an_empty_dashboard():
    assert standard_dashboard({}, "us-east-1", []) == {"widgets": []}


def test_the_role_speaks_of_the_same_settings():
    options = yaml.safe_load((ROLE / "meta/argument_specs.yml").read_text())["argument_specs"]["main"]["options"]
    thresholds = options["cloudwatch_thresholds"]["options"]
    defaults = yaml.safe_load((ROLE / "vars/main.yml").read_text())["__cloudwatch_thresholds"]
    assert list(thresholds) == options["cloudwatch_unwatched"]["choices"]
    assert set(thresholds) == {rule.setting for rule in RULES}
    assert {key: option["default"] for key, option in thresholds.items() if "default" in option} == defaults
    alarm = options["cloudwatch_alarms"]["options"]
    assert set(alarm) == set(ALARM) - {"tags"}
    assert {key: option["type"] for key, option in alarm.items()} == {key: ALARM[key]["type"] for key in alarm}


def test_filters():
    assert alarms_filter.FilterModule().filters()["standard_alarms"]({}, {}) == []
    assert naming_filter.FilterModule().filters()["component_alarms"]([], TAGS) == []
    assert dashboard_filter.FilterModule().filters()["standard_dashboard"]({}, "", []) == {"widgets": []}
