#!/usr/bin/python
# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: cloudwatch_alarms
version_added: 0.1.0
short_description: Manage Amazon CloudWatch alarms on metrics and on metric math
description:
  - Creates, changes and deletes any number of alarms at once, with their actions and tags.
  - Follows the Amazon CloudWatch API reference, actions PutMetricAlarm, DescribeAlarms, DeleteAlarms and TagResource.
author:
  - The Groundwork authors (@groundwork)
options:
  alarms:
    description: The alarms. With O(state=absent) only their names matter.
    type: list
    elements: dict
    default: []
    suboptions:
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
            one metric with its dimensions, statistic, unit and period.
          - They replace all that are there, and their order means nothing.
        type: list
        elements: dict
      comparison:
        description: How the value must stand to the threshold for the alarm to go off.
        type: str
        choices: [GreaterThanOrEqualToThreshold, GreaterThanThreshold, LessThanThreshold, LessThanOrEqualToThreshold,
          LessThanLowerOrGreaterThanUpperThreshold, LessThanLowerThreshold, GreaterThanUpperThreshold]
      threshold:
        description: The value to compare with.
        type: float
      threshold_metric_id:
        description: Id of the anomaly detection band in the metrics to compare with, instead of a threshold.
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
      tags:
        description: Tags of this alarm, besides O(tags) of all.
        type: dict
  purge:
    description:
      - Names of other alarms that are deleted, for instance of those that a component had and that O(alarms) no longer declares.
        M(groundwork.cloud.stack_info) tells which alarms a component has.
    type: list
    elements: str
    default: []
extends_documentation_fragment:
  - groundwork.cloud.converge
  - groundwork.cloud.tags
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Tell when the web service has been busy for three minutes, or fails more than one request in a hundred
  groundwork.cloud.cloudwatch_alarms:
    alarms:
      - name: shop-production-web-cpu
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
      - name: shop-production-web-errors
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
    tags: {team: shop}
    purge: [shop-production-web-memory]

- name: Remove an alarm
  groundwork.cloud.cloudwatch_alarms:
    alarms: [{name: shop-production-web-cpu}]
    state: absent
"""

RETURN = r"""
alarms:
  description: The alarms that stand, by name, each with its settings as in the options.
  returned: always
  type: dict
  contains:
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
  sample: {"shop-production-web-cpu": {"arn": "arn:aws:cloudwatch:us-east-1:111122223333:alarm:shop-production-web-cpu"}}
"""

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ..module_utils.aws import STATE_OPTION, TAG_OPTIONS, AwsError, Service, converge, tag_dict, tag_list, tags_part
from ..module_utils.plan import Plan, declared, exact, matches

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
ALARM: dict[str, Any] = {
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
    "tags": {"type": "dict"},
}
ARGUMENTS: dict[str, Any] = {
    "alarms": {
        "type": "list",
        "elements": "dict",
        "default": [],
        "options": ALARM,
        "mutually_exclusive": [("threshold", "threshold_metric_id"), *(("metrics", option) for option in ONE_METRIC)],
    },
    "purge": {"type": "list", "elements": "str", "default": []},
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
# The API's limit of names in one call of DescribeAlarms and of DeleteAlarms, and a number of calls that it does not throttle.
AT_ONCE = 100
READERS = 8


class AlarmError(AwsError):
    """A failed call to Amazon CloudWatch."""


def wanted(params: Mapping[str, Any], current: Mapping[str, Any]) -> dict[str, Any]:
    """The declared parts: each alarm with its tags, by name."""
    names = [alarm["name"] for alarm in params["alarms"]]
    if twice := sorted({name for name in names if [*names, *params["purge"]].count(name) > 1}):
        raise AlarmError("plan the alarms", f"{', '.join(twice)} is named twice; declare each alarm once, or purge it")
    gone = [name for name in [*(names if params["state"] == "absent" else []), *params["purge"]] if name in current]
    if params["state"] == "absent":
        return dict.fromkeys(gone)
    return dict.fromkeys(gone) | {
        alarm["name"]: part(alarm, params, current.get(alarm["name"], {})) for alarm in params["alarms"]
    }


def part(alarm: Mapping[str, Any], params: Mapping[str, Any], standing: Mapping[str, Any]) -> dict[str, Any]:
    """One declared alarm with its tags."""
    settings = declared({option: alarm[option] for option in (*NAMES, "dimensions", "statistic")})
    needed = ["metrics"] if "metrics" in settings else ["namespace", "metric", "statistic", "period"]
    missing = [option for option in (*needed, "comparison", "evaluation_periods") if option not in settings]
    if missing and not standing:
        raise AlarmError(f"create alarm {alarm['name']}", f"it needs {' and '.join(missing)}; set them")
    if "dimensions" in settings:
        settings["dimensions"] = exact({name: str(value) for name, value in settings["dimensions"].items()})
    if "metrics" in settings:
        settings["metrics"] = exact(queries(settings["metrics"]))
    settings |= {option: sorted(set(settings[option])) for option in ACTIONS if option in settings}
    return settings | declared_tags(alarm, params)


def declared_tags(alarm: Mapping[str, Any], params: Mapping[str, Any]) -> dict[str, Any]:
    """An alarm's C(tags) part: those of all, and its own."""
    tags = None if params["tags"] is None and alarm["tags"] is None else {**(params["tags"] or {}), **(alarm["tags"] or {})}
    return tags_part({"tags": tags, "purge_tags": params["purge_tags"]})


def described(alarm: Mapping[str, Any]) -> dict[str, Any]:
    """CloudWatch's MetricAlarm in the words of this module's options."""
    settings = {option: alarm.get(name) for option, name in NAMES.items()}
    settings["statistic"] = alarm.get("Statistic") or alarm.get("ExtendedStatistic")
    if alarm.get("Metrics"):
        settings["metrics"] = queries(alarm["Metrics"])
    else:
        settings |= {"metrics": None, "dimensions": tag_dict(alarm.get("Dimensions"), "Name", "Value")}
    settings |= {option: sorted(settings[option] or []) for option in ACTIONS}
    return {"arn": alarm["AlarmArn"], **declared(settings)}


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


def request(name: str, alarm: Mapping[str, Any]) -> dict[str, Any]:
    """PutMetricAlarm's parameters for an alarm in the words of the options."""
    found = {"AlarmName": name, **{member: alarm[option] for option, member in NAMES.items() if option in alarm}}
    if "dimensions" in alarm:
        found["Dimensions"] = tag_list(alarm["dimensions"], "Name", "Value")
    if "statistic" in alarm:
        found["Statistic" if alarm["statistic"] in STATISTICS else "ExtendedStatistic"] = alarm["statistic"]
    return found


class Alarms(Service):
    name = "cloudwatch"
    error = AlarmError

    def __init__(self, module: AnsibleAWSModule) -> None:
        super().__init__(module)
        self._standing: dict[str, dict[str, Any]] = {}

    def read(self) -> dict[str, Any]:
        names = [*[alarm["name"] for alarm in self.params["alarms"]], *self.params["purge"]]
        self._standing = {}
        with self.doing("read the alarms"):
            for some in chunks(dict.fromkeys(names)):
                found = self.pages("describe_alarms", "MetricAlarms", AlarmNames=some, AlarmTypes=["MetricAlarm"])
                self._standing |= {alarm["AlarmName"]: alarm for alarm in found}
        with self.doing("read the tags of the alarms"):
            tagged = self._tags()
        return {name: {**described(alarm), "tags": tagged[name]} for name, alarm in self._standing.items()}

    def _tags(self) -> dict[str, dict[str, str]]:
        """The tags of every alarm, of a hundred in a call. That answer may be a little old, so what differs is asked again."""
        tagging, client = self.other("resourcegroupstaggingapi"), self.client
        names = {alarm["AlarmArn"]: name for name, alarm in self._standing.items()}
        tagged: dict[str, dict[str, str]] = {name: {} for name in self._standing}
        for arns in chunks(names):
            for row in tagging.get_resources(ResourceARNList=arns)["ResourceTagMappingList"]:
                tagged[names[row["ResourceARN"]]] = tag_dict(row["Tags"])
        wanted_tags = {alarm["name"]: declared_tags(alarm, self.params) for alarm in self.params["alarms"]}
        differ = {name for name, tags in tagged.items() if not matches({"tags": tags}, wanted_tags.get(name, {}))}

        def ask(arn: str) -> dict[str, str]:
            return tag_dict(client.list_tags_for_resource(ResourceARN=arn).get("Tags"))

        with ThreadPoolExecutor(READERS) as threads:
            again = {name: threads.submit(ask, arn) for arn, name in names.items() if name in differ}
        return tagged | {name: answer.result() for name, answer in again.items()}

    def wanted(self, current: Mapping[str, Any]) -> dict[str, Any]:
        for alarm in self.params["alarms"]:
            if alarm["metrics"] is not None:
                # The other parameters are those that the call can't be without; only the metrics are looked at here.
                whole = {"AlarmName": alarm["name"], "EvaluationPeriods": 1, "ComparisonOperator": COMPARISONS[0]}
                whole = self.checked(f"change alarm {alarm['name']}", "PutMetricAlarm", **whole, Metrics=alarm["metrics"])
                alarm["metrics"] = whole["Metrics"]
        return wanted(self.params, current)

    def apply(self, todo: Plan) -> None:
        for some in chunks(todo.delete):
            with self.doing(f"delete alarms {', '.join(some)}", "ResourceNotFound"):
                self.client.delete_alarms(AlarmNames=some)
        for name in [*todo.create, *todo.update]:
            before, after = dict(todo.before(name)), dict(todo.after(name) or {})
            old_tags, tags = before.pop("tags", {}), after.pop("tags", {})
            if name in todo.create or not matches(before, after):
                self._put(name, after, tags if name in todo.create else {})
            if name in todo.update and not matches(old_tags, tags):
                self.tag(f"alarm {name}", self._standing[name]["AlarmArn"], old_tags, tags)

    def _put(self, name: str, alarm: Mapping[str, Any], tags: Mapping[str, str]) -> None:
        """Put an alarm: the call replaces every setting, so those that are not declared go along as they stand."""
        standing = self._standing.get(name, {})
        settings = {**(described(standing) if standing else {}), **alarm}
        replaced = {*ONE_METRIC} if "metrics" in alarm else {"metrics"} if {"namespace", "metric"} & set(alarm) else set()
        for one, other in (("threshold", "threshold_metric_id"), ("threshold_metric_id", "threshold")):
            replaced |= {other} if one in alarm else set()
        arguments = request(name, {key: value for key, value in settings.items() if key not in replaced})
        arguments |= {key: standing[key] for key in KEPT if standing.get(key)}
        with self.doing(f"put alarm {name}"):
            self.client.put_metric_alarm(**arguments, **({"Tags": tag_list(tags)} if tags else {}))


def chunks(names: Iterable[str]) -> list[list[str]]:
    """The names, as many at a time as one call takes."""
    every = list(names)
    return [every[start : start + AT_ONCE] for start in range(0, len(every), AT_ONCE)]


def main() -> None:
    module = AnsibleAWSModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    converge(module, Alarms(module), "alarms")


if __name__ == "__main__":
    main()
