# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.groundwork.cloud.plugins.modules.cloudwatch_alarms import (
    ALARM,
    AlarmError,
    chunks,
    described,
    queries,
    request,
    wanted,
)

ARN = "arn:aws:cloudwatch:us-east-1:111122223333:alarm:cpu"
API = {
    "AlarmName": "cpu",
    "Namespace": "AWS/ECS",
    "MetricName": "CPUUtilization",
    "Dimensions": [{"Name": "ServiceName", "Value": "web"}],
    "ExtendedStatistic": "p99",
    "Period": 60,
    "EvaluationPeriods": 3,
    "ComparisonOperator": "GreaterThanThreshold",
    "Threshold": 80.0,
    "ActionsEnabled": True,
    "AlarmActions": ["b", "a"],
    "OKActions": [],
    "InsufficientDataActions": [],
}


NEW = {"namespace": "n", "metric": "m", "statistic": "Sum", "period": 60, "comparison": "c", "evaluation_periods": 1}


def alarm(**declared: Any) -> dict[str, Any]:
    return {**dict.fromkeys(ALARM), "name": "cpu", **declared}


def params(*alarms: dict[str, Any], **options: Any) -> dict[str, Any]:
    return {"alarms": [*alarms], "purge": [], "state": "present", "tags": None, "purge_tags": False, **options}


def test_described_and_requested_again():
    found = described({**API, "AlarmArn": ARN, "StateValue": "OK"})
    assert found["statistic"] == "p99"
    assert found["dimensions"] == {"ServiceName": "web"}
    assert found["alarm_actions"] == ["a", "b"]
    assert "unit" not in found
    assert request("cpu", found) == {**API, "AlarmActions": ["a", "b"]}


@pytest.mark.parametrize("statistic", ["Average", "Sum", "SampleCount"])
def test_plain_statistics_are_not_percentiles(statistic):
    assert request("cpu", {"statistic": statistic}) == {"AlarmName": "cpu", "Statistic": statistic}


def test_queries_have_one_form():
    metric = {"Namespace": "n", "MetricName": "m"}
    dimensions = [{"Name": "b", "Value": "2"}, {"Name": "a", "Value": "1"}]
    written = [
        {"Id": "two", "Expression": "one"},
        {"Id": "one", "ReturnData": False, "MetricStat": {"Metric": {**metric, "Dimensions": dimensions}, "Stat": "Sum"}},
        {"Id": "none", "MetricStat": {"Metric": {**metric, "Dimensions": []}, "Stat": "Sum", "Unit": None}},
    ]
    assert queries(written) == [
        {"Id": "none", "ReturnData": True, "MetricStat": {"Metric": metric, "Stat": "Sum"}},
        {"Id": "one", "ReturnData": False, "MetricStat": {"Metric": {**metric, "Dimensions": dimensions[::-1]}, "Stat": "Sum"}},
        {"Id": "two", "ReturnData": True, "Expression": "one"},
    ]
    assert queries(queries(written)) == queries(written)


@pytest.mark.parametrize(
    ("declared", "missing"),
    [
        ({}, "namespace and metric and statistic and period and comparison and evaluation_periods"),
        ({"metrics": [], "comparison": "GreaterThanThreshold"}, "evaluation_periods"),
    ],
)
def test_what_a_new_alarm_needs(declared, missing):
    with pytest.raises(AlarmError, match=f"it needs {missing}; set them"):
        wanted(params(alarm(**declared)), {})


@pytest.mark.parametrize(
    ("mine", "shared", "tags"),
    [
        (None, None, None),
        (None, {"team": "shop"}, {"team": "shop"}),
        ({"team": "web", "n": 1}, {"team": "shop", "stage": "test"}, {"team": "web", "n": "1", "stage": "test"}),
        ({}, None, {}),
    ],
)
def test_tags_of_one_and_of_all(mine, shared, tags):
    assert wanted(params(alarm(**NEW, tags=mine), tags=shared), {})["cpu"].get("tags") == tags


def test_only_what_stands_is_deleted():
    current = {"cpu": {"arn": "a"}, "old": {"arn": "b"}}
    assert wanted(params(alarm(), alarm(name="memory"), purge=["old", "older"], state="absent"), current) == {
        "cpu": None,
        "old": None,
    }
    assert wanted(params(alarm(threshold=1.0), purge=["old", "older"]), current) == {"cpu": {"threshold": 1.0}, "old": None}


def test_an_alarm_is_named_once():
    with pytest.raises(AlarmError, match="cpu is named twice; declare each alarm once, or purge it"):
        wanted(params(alarm(**NEW), alarm(**NEW)), {})
    with pytest.raises(AlarmError, match="cpu is named twice"):
        wanted(params(alarm(**NEW), purge=["cpu"]), {})


def test_names_are_divided_into_what_a_call_takes():
    assert [len(some) for some in chunks(str(number) for number in range(250))] == [100, 100, 50]
    assert chunks([]) == []
