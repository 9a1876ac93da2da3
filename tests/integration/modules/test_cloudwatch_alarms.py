# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

from botocore.client import BaseClient

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
        "cloudwatch_alarms",
        present={"alarms": [ALARM]},
        change={"alarms": [{**ALARM, "threshold": 90.5}]},
        exists=lambda: standing(aws) != {},
        changed=lambda: standing(aws)["Threshold"] == 90.5,
        absent={"alarms": [{"name": NAME}]},
    )


def test_lifecycle_of_metric_math(aws, lifecycle):
    math = {"name": NAME, "metrics": rate(), "evaluation_periods": 5, "comparison": "GreaterThanThreshold", "threshold": 1}
    more = [{**query, "Expression": "10 * errors / requests"} if query["Id"] == "rate" else query for query in rate()]
    lifecycle(
        "cloudwatch_alarms",
        present={"alarms": [math]},
        change={"alarms": [{**math, "metrics": more}]},
        exists=lambda: standing(aws) != {},
        changed=lambda: "10 * errors / requests" in [query.get("Expression") for query in standing(aws)["Metrics"]],
        absent={"alarms": [{"name": NAME}]},
    )


def put(run_module: Any, *alarms: dict[str, Any], **options: Any) -> bool:
    result = run_module("cloudwatch_alarms", alarms=[*alarms], **options)
    assert not result.get("failed"), result
    return bool(result["changed"])


def test_order_means_nothing(run_module):
    put(run_module, ALARM)
    assert put(run_module, {**ALARM, "alarm_actions": [OTHER_TOPIC, TOPIC]}) is False
    math = {"name": NAME, "evaluation_periods": 5, "comparison": "GreaterThanThreshold", "threshold": 1}
    assert put(run_module, {**math, "metrics": rate()}) is True
    assert put(run_module, {**math, "metrics": rate(order=-1)}) is False
    assert put(run_module, ALARM) is True
    assert put(run_module, ALARM) is False


def test_what_is_not_declared_stays(aws, run_module):
    put(run_module, {**ALARM, "statistic": "p99"})
    assert put(run_module, {"name": NAME, "threshold": 95, "tags": {"shift": "night"}}) is True
    found = standing(aws)
    assert found["Threshold"] == 95
    assert found["ExtendedStatistic"] == "p99"
    assert found["AlarmActions"] == [TOPIC, OTHER_TOPIC]
    assert found["Dimensions"] == [{"Name": "ClusterName", "Value": "shop"}, {"Name": "ServiceName", "Value": "web"}]
    assert found["TreatMissingData"] == "notBreaching"
    assert tags(aws) == {"team": "shop", "shift": "night"}
    assert put(run_module, {"name": NAME, "alarm_actions": []}) is True
    assert standing(aws)["AlarmActions"] == []


def tags(aws: Any) -> dict[str, str]:
    found = aws("cloudwatch").list_tags_for_resource(ResourceARN=standing(aws)["AlarmArn"])["Tags"]
    return {tag["Key"]: tag["Value"] for tag in found}


def test_tags_of_all_and_of_one(aws, run_module):
    assert put(run_module, ALARM, tags={"stage": "test"}) is True
    assert tags(aws) == {"team": "shop", "stage": "test"}
    assert put(run_module, {**ALARM, "tags": {"team": "web"}}, purge_tags=True) is True
    assert tags(aws) == {"team": "web"}
    assert put(run_module, {**ALARM, "tags": {"team": "web"}}, tags={}, purge_tags=True) is False


def test_tags_that_the_tagging_api_does_not_know_yet_are_asked_of_cloudwatch(aws, run_module, monkeypatch):
    put(run_module, ALARM)
    ask, asked = BaseClient._make_api_call, []

    def lagging(client, operation, parameters):
        asked.append(operation)
        answer = ask(client, operation, parameters)
        return {**answer, "ResourceTagMappingList": []} if operation == "GetResources" else answer

    monkeypatch.setattr(BaseClient, "_make_api_call", lagging)
    assert put(run_module, ALARM) is False
    assert asked.count("ListTagsForResource") == 1
    monkeypatch.setattr(BaseClient, "_make_api_call", lambda *call: asked.append(call[1]) or ask(*call))
    asked.clear()
    assert put(run_module, ALARM) is False
    assert asked == ["DescribeAlarms", "GetResources"]


def test_many_at_once_change_one_by_one(aws, run_module):
    many = [{**ALARM, "name": f"{NAME}-{number}"} for number in range(120)]
    assert put(run_module, *many) is True
    assert put(run_module, *many) is False
    result = run_module("cloudwatch_alarms", alarms=[{**many[0], "threshold": 1}, *many[1:]])
    assert list(result["diff"]["after"]) == [f"{NAME}-0"]
    assert result["alarms"][f"{NAME}-0"]["threshold"] == 1
    names = [alarm["name"] for alarm in many]
    assert put(run_module, many[0], purge=[*names[1:], "unknown"]) is True
    assert put(run_module, many[0], purge=[*names[1:], "unknown"]) is False
    assert [alarm["AlarmName"] for alarm in aws("cloudwatch").describe_alarms()["MetricAlarms"]] == names[:1]


def test_what_a_new_alarm_needs_and_what_the_api_would_not_take(run_module):
    refused = run_module(
        "cloudwatch_alarms", check=True, alarms=[{"name": NAME, "namespace": "AWS/ECS", "metric": "CPUUtilization"}]
    )
    assert refused["msg"] == f"create alarm {NAME}: it needs statistic and period and comparison and evaluation_periods; set them"
    refused = run_module("cloudwatch_alarms", check=True, alarms=[{"name": NAME, "metrics": [{"Id": "a", "Formula": "1"}]}])
    assert 'Unknown parameter in Metrics[0]: "Formula"' in refused["msg"]
    refused = run_module("cloudwatch_alarms", check=True, alarms=[{**ALARM, "metrics": rate()}])
    assert "metrics|namespace" in refused["msg"]
