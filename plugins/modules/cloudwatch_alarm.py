#!/usr/bin/python
# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: cloudwatch_alarm
version_added: 0.1.0
short_description: Manage an Amazon CloudWatch alarm on a metric or on metric math
description:
  - Creates, changes and deletes an alarm with its actions and tags.
  - Follows the Amazon CloudWatch API reference, actions PutMetricAlarm, DescribeAlarms, DeleteAlarms and TagResource.
author:
  - The Groundwork authors (@groundwork)
options:
  name:
    description: Name of the alarm.
    type: str
    required: true
  description:
    description: What the alarm means and what to do about it.
    type: str
  namespace:
    description: Namespace of the metric, for instance C(AWS/ECS).
    type: str
  metric:
    description: Name of the metric.
    type: str
  dimensions:
    description: Dimensions of the metric, as a mapping of names to values.
    type: dict
  statistic:
    description: C(Average), C(Sum), C(Minimum), C(Maximum) or C(SampleCount), or a percentile such as C(p99).
    type: str
  unit:
    description: Unit of the metric. Left out, values of any unit count.
    type: str
  period:
    description: Seconds over which a value of the metric is taken.
    type: int
  metrics:
    description:
      - Metrics and expressions on them, in the form of MetricDataQuery in the Amazon CloudWatch API reference, instead of
        O(namespace), O(metric), O(dimensions), O(statistic), O(unit) and O(period).
      - They replace all that are there, and their order means nothing.
    type: list
    elements: dict
  comparison:
    description: How the value must stand to the threshold for the alarm to go off.
    type: str
    choices:
      - GreaterThanOrEqualToThreshold
      - GreaterThanThreshold
      - LessThanThreshold
      - LessThanOrEqualToThreshold
      - LessThanLowerOrGreaterThanUpperThreshold
      - LessThanLowerThreshold
      - GreaterThanUpperThreshold
  threshold:
    description: The value to compare with.
    type: float
  threshold_metric_id:
    description: Id of the anomaly detection band in O(metrics) to compare with, instead of O(threshold).
    type: str
  evaluation_periods:
    description: How many periods are looked at.
    type: int
  datapoints_to_alarm:
    description: In how many of them the comparison must hold. Left out, in all.
    type: int
  treat_missing_data:
    description: What a period without data counts as.
    type: str
    choices: [breaching, notBreaching, ignore, missing]
  actions_enabled:
    description: Whether the actions are carried out.
    type: bool
  alarm_actions:
    description: ARNs of what is told when the alarm goes off, for instance of an SNS topic.
    type: list
    elements: str
  ok_actions:
    description: ARNs of what is told when it is over.
    type: list
    elements: str
  insufficient_data_actions:
    description: ARNs of what is told when there is too little data.
    type: list
    elements: str
extends_documentation_fragment:
  - groundwork.cloud.converge
  - groundwork.cloud.tags
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Tell when the web service has been busy for three minutes
  groundwork.cloud.cloudwatch_alarm:
    name: shop-production-web-cpu
    namespace: AWS/ECS
    metric: CPUUtilization
    dimensions: {ClusterName: shop-production, ServiceName: shop-production-web}
    statistic: Average
    period: 60
    evaluation_periods: 3
    comparison: GreaterThanThreshold
    threshold: 80
    treat_missing_data: notBreaching
    alarm_actions: [arn:aws:sns:us-east-1:111122223333:shop-production-watch]

- name: Tell when more than one request in a hundred fails
  groundwork.cloud.cloudwatch_alarm:
    name: shop-production-errors
    metrics:
      - Id: rate
        Expression: 100 * errors / requests
      - Id: errors
        ReturnData: false
        MetricStat: {Metric: {Namespace: AWS/ApplicationELB, MetricName: HTTPCode_Target_5XX_Count}, Period: 60, Stat: Sum}
      - Id: requests
        ReturnData: false
        MetricStat: {Metric: {Namespace: AWS/ApplicationELB, MetricName: RequestCount}, Period: 60, Stat: Sum}
    evaluation_periods: 5
    comparison: GreaterThanThreshold
    threshold: 1

- name: Remove the alarm
  groundwork.cloud.cloudwatch_alarm:
    name: shop-production-web-cpu
    state: absent
"""

RETURN = r"""
alarm:
  description: The alarm, with its settings as in the options; empty when it is absent.
  returned: always
  type: dict
  contains:
    name:
      description: Its name.
      type: str
      sample: shop-production-web-cpu
    arn:
      description: Its ARN. Known once the alarm exists.
      type: str
      sample: arn:aws:cloudwatch:us-east-1:111122223333:alarm:shop-production-web-cpu
    threshold:
      description: The value to compare with.
      returned: when it has one
      type: float
      sample: 80.0
    tags:
      description: The tags.
      type: dict
      sample: {"groundwork:stack": "shop"}
"""

from collections.abc import Mapping
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ..module_utils.aws import (
    STATE_OPTION,
    TAG_OPTIONS,
    AwsError,
    Service,
    converge,
    tag_dict,
    tag_list,
    tags_part,
    tags_to_remove,
)
from ..module_utils.plan import Plan, declared, exact

COMPARISONS = [
    "GreaterThanOrEqualToThreshold",
    "GreaterThanThreshold",
    "LessThanThreshold",
    "LessThanOrEqualToThreshold",
    "LessThanLowerOrGreaterThanUpperThreshold",
    "LessThanLowerThreshold",
    "GreaterThanUpperThreshold",
]
ONE_METRIC = ("namespace", "metric", "dimensions", "statistic", "unit", "period")
ACTIONS = ("alarm_actions", "ok_actions", "insufficient_data_actions")
ARGUMENTS: dict[str, Any] = {
    "name": {"type": "str", "required": True},
    "description": {"type": "str"},
    "namespace": {"type": "str"},
    "metric": {"type": "str"},
    "dimensions": {"type": "dict"},
    "statistic": {"type": "str"},
    "unit": {"type": "str"},
    "period": {"type": "int"},
    "metrics": {"type": "list", "elements": "dict"},
    "comparison": {"type": "str", "choices": COMPARISONS},
    "threshold": {"type": "float"},
    "threshold_metric_id": {"type": "str"},
    "evaluation_periods": {"type": "int"},
    "datapoints_to_alarm": {"type": "int"},
    "treat_missing_data": {"type": "str", "choices": ["breaching", "notBreaching", "ignore", "missing"]},
    "actions_enabled": {"type": "bool"},
    **{option: {"type": "list", "elements": "str"} for option in ACTIONS},
    **STATE_OPTION,
    **TAG_OPTIONS,
}
# The options and what the API calls them; dimensions and statistics take a function of their own.
NAMES = {
    "description": "AlarmDescription",
    "namespace": "Namespace",
    "metric": "MetricName",
    "unit": "Unit",
    "period": "Period",
    "metrics": "Metrics",
    "comparison": "ComparisonOperator",
    "threshold": "Threshold",
    "threshold_metric_id": "ThresholdMetricId",
    "evaluation_periods": "EvaluationPeriods",
    "datapoints_to_alarm": "DatapointsToAlarm",
    "treat_missing_data": "TreatMissingData",
    "actions_enabled": "ActionsEnabled",
    "alarm_actions": "AlarmActions",
    "ok_actions": "OKActions",
    "insufficient_data_actions": "InsufficientDataActions",
}
STATISTICS = ("Average", "Sum", "Minimum", "Maximum", "SampleCount")
# Further settings of an alarm that stands, kept by a change.
KEPT = ("EvaluateLowSampleCountPercentile",)


class AlarmError(AwsError):
    """A failed call to Amazon CloudWatch."""


def wanted(params: Mapping[str, Any], current: Mapping[str, Any]) -> dict[str, Any]:
    """The declared parts: C(alarm), C(tags)."""
    if params["state"] == "absent":
        return dict.fromkeys(current)
    alarm = declared({option: params[option] for option in ("name", *NAMES, "dimensions", "statistic")})
    needed = ["metrics"] if "metrics" in alarm else ["namespace", "metric", "statistic", "period"]
    missing = [option for option in (*needed, "comparison", "evaluation_periods") if option not in alarm]
    if missing and not current:
        raise AlarmError(f"create alarm {params['name']}", f"it needs {' and '.join(missing)}; set them")
    if "dimensions" in alarm:
        alarm["dimensions"] = exact({name: str(value) for name, value in alarm["dimensions"].items()})
    if "metrics" in alarm:
        alarm["metrics"] = exact(queries(alarm["metrics"]))
    alarm |= {option: sorted(set(alarm[option])) for option in ACTIONS if option in alarm}
    return {"alarm": alarm, **tags_part(params)}


def described(alarm: Mapping[str, Any]) -> dict[str, Any]:
    """CloudWatch's MetricAlarm in the words of this module's options."""
    settings = {option: alarm.get(name) for option, name in NAMES.items()}
    settings["statistic"] = alarm.get("Statistic") or alarm.get("ExtendedStatistic")
    if alarm.get("Metrics"):
        settings["metrics"] = queries(alarm["Metrics"])
    else:
        settings |= {"metrics": None, "dimensions": tag_dict(alarm.get("Dimensions"), "Name", "Value")}
    settings |= {option: sorted(settings[option] or []) for option in ACTIONS}
    return {"name": alarm["AlarmName"], "arn": alarm["AlarmArn"], **declared(settings)}


def queries(metrics: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Metric data queries in order of their ids, with the default that CloudWatch gives and dimensions in order."""
    found = []
    for query in sorted(metrics, key=lambda query: str(query.get("Id"))):
        form = {"ReturnData": True, **{key: value for key, value in query.items() if value is not None}}
        if statistic := form.get("MetricStat"):
            dimensions = sorted(statistic["Metric"].get("Dimensions") or [], key=lambda dimension: str(dimension["Name"]))
            metric = {key: value for key, value in statistic["Metric"].items() if key != "Dimensions"}
            metric |= {"Dimensions": dimensions} if dimensions else {}
            form["MetricStat"] = {**{key: value for key, value in statistic.items() if value is not None}, "Metric": metric}
        found.append(form)
    return found


def request(alarm: Mapping[str, Any]) -> dict[str, Any]:
    """PutMetricAlarm's parameters for an alarm in the words of the options."""
    found = {name: alarm[option] for option, name in NAMES.items() if option in alarm}
    found["AlarmName"] = alarm["name"]
    if "dimensions" in alarm:
        found["Dimensions"] = tag_list(alarm["dimensions"], "Name", "Value")
    if "statistic" in alarm:
        found["Statistic" if alarm["statistic"] in STATISTICS else "ExtendedStatistic"] = alarm["statistic"]
    return found


class Alarm(Service):
    name = "cloudwatch"
    error = AlarmError

    def _standing(self) -> dict[str, Any]:
        name = self.params["name"]
        with self.doing(f"read alarm {name}"):
            found = self.client.describe_alarms(AlarmNames=[name], AlarmTypes=["MetricAlarm"]).get("MetricAlarms", [])
        return dict(found[0]) if found else {}

    def read(self) -> dict[str, Any]:
        found = self._standing()
        if not found:
            return {}
        with self.doing(f"read the tags of alarm {self.params['name']}"):
            tags = tag_dict(self.client.list_tags_for_resource(ResourceARN=found["AlarmArn"]).get("Tags"))
        return {"alarm": described(found), "tags": tags}

    def wanted(self, current: Mapping[str, Any]) -> dict[str, Any]:
        if self.params["metrics"] is not None:
            # The other parameters are those that the call can't be without; only the metrics are looked at here.
            whole = {"AlarmName": self.params["name"], "EvaluationPeriods": 1, "ComparisonOperator": COMPARISONS[0]}
            whole = self.checked(f"change alarm {self.params['name']}", "PutMetricAlarm", **whole, Metrics=self.params["metrics"])
            self.params["metrics"] = whole["Metrics"]
        return wanted(self.params, current)

    def apply(self, todo: Plan) -> None:
        name = self.params["name"]
        if "alarm" in todo.delete:
            with self.doing(f"delete alarm {name}"):
                self.client.delete_alarms(AlarmNames=[name])
            return
        if alarm := todo.after("alarm"):
            self._put(alarm, todo.create.get("tags") or {})
        if "tags" in todo.update:
            with self.doing(f"tag alarm {name}"):
                arn = self._standing()["AlarmArn"]
                if tags := todo.after("tags"):
                    self.client.tag_resource(ResourceARN=arn, Tags=tag_list(tags))
                if gone := tags_to_remove(todo):
                    self.client.untag_resource(ResourceARN=arn, TagKeys=gone)

    def _put(self, alarm: Mapping[str, Any], tags: Mapping[str, str]) -> None:
        """Put the alarm: the call replaces every setting, so those that are not declared go along as they stand."""
        standing = self._standing()
        settings = {**(described(standing) if standing else {}), **alarm}
        replaced = {*ONE_METRIC} if "metrics" in alarm else {"metrics"} if {"namespace", "metric"} & set(alarm) else set()
        replaced |= (
            {"threshold"} if "threshold_metric_id" in alarm else {"threshold_metric_id"} if "threshold" in alarm else set()
        )
        arguments = request({key: value for key, value in settings.items() if key not in replaced})
        arguments |= {key: standing[key] for key in KEPT if standing.get(key)}
        with self.doing(f"put alarm {self.params['name']}"):
            self.client.put_metric_alarm(**arguments, **({"Tags": tag_list(tags)} if tags else {}))


def main() -> None:
    exclusive = [("metrics", option) for option in ONE_METRIC] + [("threshold", "threshold_metric_id")]
    module = AnsibleAWSModule(argument_spec=ARGUMENTS, supports_check_mode=True, mutually_exclusive=exclusive)
    converge(module, Alarm(module), "alarm")


if __name__ == "__main__":
    main()
