# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.groundwork.cloud.plugins.modules.cloudwatch_alarm import (
    ARGUMENTS,
    AlarmError,
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


def params(**declared: Any) -> dict[str, Any]:
    return {**dict.fromkeys(ARGUMENTS), "name": "cpu", "state": "present", "purge_tags": False, **declared}


def test_described_and_requested_again():
    found = described({**API, "AlarmArn": ARN, "StateValue": "OK"})
    assert found["statistic"] == "p99"
    assert found["dimensions"] == {"ServiceName": "web"}
    assert found["alarm_actions"] == ["a", "b"]
    assert "unit" not in found
    assert request(found) == {**API, "AlarmActions": ["a", "b"]}


@pytest.mark.parametrize("statistic", ["Average", "Sum", "SampleCount"])
def test_plain_statistics_are_not_percentiles(statistic):
    assert request({"name": "cpu", "statistic": statistic}) == {"AlarmName": "cpu", "Statistic": statistic}


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
        wanted(params(**declared), {})
