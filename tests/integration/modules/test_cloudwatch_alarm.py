# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

NAME = "shop-production-web-cpu"
TOPIC = "arn:aws:sns:us-east-1:123456789012:alarms"
OTHER_TOPIC = "arn:aws:sns:us-east-1:123456789012:other"
ALARM = {
    "name": NAME,
    "description": "The processors of the web service are busy",
    "namespace": "AWS/ECS",
    "metric": "CPUUtilization",
    "dimensions": {"ClusterName": "shop", "ServiceName": "web"},
    "statistic": "Average",
    "period": 60,
    "evaluation_periods": 3,
    "comparison": "GreaterThanThreshold",
    "threshold": 80,
    "treat_missing_data": "notBreaching",
    "alarm_actions": [TOPIC, OTHER_TOPIC],
    "ok_actions": [TOPIC],
    "tags": {"team": "shop"},
}


def count(name: str, dimensions: list[str]) -> dict[str, Any]:
    metric = {
        "Namespace": "AWS/ApplicationELB",
        "MetricName": name,
        "Dimensions": [{"Name": dimension, "Value": "a"} for dimension in dimensions],
    }
    return {"Metric": metric, "Period": 60, "Stat": "Sum"}


def rate(order: int = 1) -> list[dict[str, Any]]:
    dimensions = ["LoadBalancer", "TargetGroup"][::order]
    return [
        {"Id": "rate", "Expression": "100 * errors / requests", "Label": "Errors in a hundred"},
        {"Id": "errors", "ReturnData": False, "MetricStat": count("HTTPCode_Target_5XX_Count", dimensions)},
        {"Id": "requests", "ReturnData": False, "MetricStat": count("RequestCount", dimensions)},
    ][::order]


def standing(aws: Any) -> dict[str, Any]:
    found = aws("cloudwatch").describe_alarms(AlarmNames=[NAME])["MetricAlarms"]
    return found[0] if found else {}


def test_lifecycle(aws, lifecycle):
    lifecycle(
        "cloudwatch_alarm",
        present=ALARM,
        change={"threshold": 90.5},
        exists=lambda: standing(aws) != {},
        changed=lambda: standing(aws)["Threshold"] == 90.5,
        absent={"name": NAME},
    )


def test_lifecycle_of_metric_math(aws, lifecycle):
    math = {"name": NAME, "metrics": rate(), "evaluation_periods": 5, "comparison": "GreaterThanThreshold", "threshold": 1}
    more = [{**query, "Expression": "10 * errors / requests"} if query["Id"] == "rate" else query for query in rate()]
    lifecycle(
        "cloudwatch_alarm",
        present=math,
        change={"metrics": more},
        exists=lambda: standing(aws) != {},
        changed=lambda: "10 * errors / requests" in [query.get("Expression") for query in standing(aws)["Metrics"]],
        absent={"name": NAME},
    )


def test_order_means_nothing(run_module):
    run_module("cloudwatch_alarm", **ALARM)
    assert run_module("cloudwatch_alarm", **{**ALARM, "alarm_actions": [OTHER_TOPIC, TOPIC]})["changed"] is False
    math = {"name": NAME, "evaluation_periods": 5, "comparison": "GreaterThanThreshold", "threshold": 1}
    assert run_module("cloudwatch_alarm", **math, metrics=rate())["changed"] is True
    assert run_module("cloudwatch_alarm", **math, metrics=rate(order=-1))["changed"] is False
    assert run_module("cloudwatch_alarm", **ALARM)["changed"] is True
    assert run_module("cloudwatch_alarm", **ALARM)["changed"] is False


def test_what_is_not_declared_stays(aws, run_module):
    run_module("cloudwatch_alarm", **{**ALARM, "statistic": "p99"})
    assert run_module("cloudwatch_alarm", name=NAME, threshold=95, tags={"shift": "night"})["changed"] is True
    found = standing(aws)
    assert found["Threshold"] == 95
    assert found["ExtendedStatistic"] == "p99"
    assert found["AlarmActions"] == [TOPIC, OTHER_TOPIC]
    assert found["Dimensions"] == [{"Name": "ClusterName", "Value": "shop"}, {"Name": "ServiceName", "Value": "web"}]
    assert found["TreatMissingData"] == "notBreaching"
    tags = aws("cloudwatch").list_tags_for_resource(ResourceARN=found["AlarmArn"])["Tags"]
    assert {tag["Key"]: tag["Value"] for tag in tags} == {"team": "shop", "shift": "night"}
    assert run_module("cloudwatch_alarm", name=NAME, alarm_actions=[])["changed"] is True
    assert standing(aws)["AlarmActions"] == []


def test_what_a_new_alarm_needs_and_what_the_api_would_not_take(run_module):
    refused = run_module("cloudwatch_alarm", check=True, name=NAME, namespace="AWS/ECS", metric="CPUUtilization")
    assert refused["msg"] == f"create alarm {NAME}: it needs statistic and period and comparison and evaluation_periods; set them"
    refused = run_module("cloudwatch_alarm", check=True, name=NAME, metrics=[{"Id": "a", "Formula": "1"}])
    assert 'Unknown parameter in Metrics[0]: "Formula"' in refused["msg"]
