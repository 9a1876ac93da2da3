#!/usr/bin/python
# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: scheduler_schedule
version_added: 0.1.0
short_description: Manage a schedule of Amazon EventBridge Scheduler
description:
  - Creates, changes and deletes a schedule, in a schedule group of its own that has its name.
  - A schedule has no tags; those of its group say whose it is. The group is also what the trust policy of its role can name,
    and what Amazon EventBridge Scheduler's metrics are told by.
  - Amazon EventBridge Scheduler replaces a schedule whole; what is not declared keeps the value that it has.
  - A role that was made some seconds ago can't be assumed yet; the schedule is asked for again until it can.
  - Follows the Amazon EventBridge Scheduler API reference, actions CreateScheduleGroup, CreateSchedule, GetSchedule,
    UpdateSchedule, DeleteScheduleGroup and their siblings.
author:
  - The Groundwork authors (@groundwork)
options:
  name:
    description: Name of the schedule and of its group.
    type: str
    required: true
  description:
    description: What it is for.
    type: str
  schedule_expression:
    description: >-
      When it invokes its target, as V(rate(5 minutes\)), V(cron(0 3 * * ? *\)) or V(at(2026-03-01T12:00:00\)). A new one needs
      it.
    type: str
  timezone:
    description: The time zone of O(schedule_expression), as V(America/Montevideo); a new one has UTC.
    type: str
  enabled:
    description: Whether it invokes its target; a new one does.
    type: bool
  flexible_window_minutes:
    description: How many minutes it may be late, to spread the load; V(0) for on time, as a new one is.
    type: int
  target:
    description:
      - What it invokes and how, as C(Target) in the API reference. Keys that are left out keep their values; a new one needs
        C(Arn) and C(RoleArn).
    type: dict
  wait_timeout:
    description: How many seconds to wait for a new role to be known, and for what is deleted to be gone.
    type: int
    default: 120
extends_documentation_fragment:
  - groundwork.cloud.converge
  - groundwork.cloud.tags
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: A task on AWS Fargate, every five minutes
  groundwork.cloud.scheduler_schedule:
    name: shop-production-sync-payments
    schedule_expression: rate(5 minutes)
    target:
      Arn: arn:aws:ecs:us-east-1:111122223333:cluster/shop-production-web
      RoleArn: arn:aws:iam::111122223333:role/shop-production-sync-payments-schedule
      DeadLetterConfig: {Arn: "arn:aws:sqs:us-east-1:111122223333:shop-production-sync-payments-dead-letter"}
      RetryPolicy: {MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 300}
      EcsParameters:
        TaskDefinitionArn: arn:aws:ecs:us-east-1:111122223333:task-definition/shop-production-sync-payments:3
        LaunchType: FARGATE
        NetworkConfiguration:
          awsvpcConfiguration: {Subnets: [subnet-0aaa, subnet-0bbb], SecurityGroups: [sg-0ccc]}

- name: Remove it
  groundwork.cloud.scheduler_schedule:
    name: shop-production-sync-payments
    state: absent
"""

RETURN = r"""
schedule:
  description: The schedule; empty when it is absent.
  returned: always
  type: dict
  contains:
    name:
      description: Its name.
      type: str
      sample: shop-production-sync-payments
    arn:
      description: Its ARN. Known once the schedule exists.
      type: str
      sample: arn:aws:scheduler:us-east-1:111122223333:schedule/shop-production-sync-payments/shop-production-sync-payments
    description:
      description: What it is for.
      type: str
      sample: Fetches what the payment provider has booked
    schedule_expression:
      description: When it invokes its target.
      type: str
      sample: rate(5 minutes)
    timezone:
      description: The time zone of that.
      type: str
      sample: UTC
    enabled:
      description: Whether it invokes its target.
      type: bool
      sample: true
    flexible_window_minutes:
      description: How many minutes it may be late.
      type: int
      sample: 0
    target:
      description: What it invokes, in the words of the API.
      type: dict
      sample: {"Arn": "arn:aws:ecs:us-east-1:111122223333:cluster/shop-production-web"}
    group:
      description: Its group.
      type: dict
      sample:
        name: shop-production-sync-payments
        arn: arn:aws:scheduler:us-east-1:111122223333:schedule-group/shop-production-sync-payments
    tags:
      description: The tags of its group.
      type: dict
      sample: {"groundwork:stack": "shop"}
"""

from collections.abc import Mapping
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ..module_utils.aws import STATE_OPTION, TAG_OPTIONS, AwsError, Service, converge, tag_dict, tag_list, tags_part
from ..module_utils.plan import Plan, declared

ARGUMENTS: dict[str, Any] = {
    "name": {"type": "str", "required": True},
    "description": {"type": "str"},
    "schedule_expression": {"type": "str"},
    "timezone": {"type": "str"},
    "enabled": {"type": "bool"},
    "flexible_window_minutes": {"type": "int"},
    "target": {"type": "dict"},
    "wait_timeout": {"type": "int", "default": 120},
    **STATE_OPTION,
    **TAG_OPTIONS,
}
SETTINGS = ("name", "description", "schedule_expression", "timezone", "enabled", "flexible_window_minutes")
# What UpdateSchedule takes beside what this module declares; it forgets what it is not told.
KEPT = ("StartDate", "EndDate", "KmsKeyArn", "ActionAfterCompletion")
NOT_YET = "must allow AWS EventBridge Scheduler to assume the role"
GONE = "ResourceNotFoundException"


class SchedulerError(AwsError):
    """A failed call to Amazon EventBridge Scheduler."""


def wanted(params: Mapping[str, Any], current: Mapping[str, Any]) -> dict[str, Any]:
    """The declared parts: C(group), C(schedule), C(tags)."""
    if params["state"] == "absent":
        return dict.fromkeys(current)
    standing = current.get("schedule", {})
    missing = [option for option in ("schedule_expression", "target") if not (standing or params[option])]
    if missing:
        raise SchedulerError(f"create schedule {params['name']}", f"it needs {' and '.join(missing)}; declare that")
    target = params["target"]
    if target is not None:
        target = sorted_network(merged(standing.get("target"), target))
    settings = {key: params[key] for key in SETTINGS}
    return {"group": {"name": params["name"]}, "schedule": declared({**settings, "target": target}), **tags_part(params)}


def sorted_network(target: Mapping[str, Any]) -> dict[str, Any]:
    """A target with its subnets and security groups, whose order means nothing, in order."""
    parameters = target.get("EcsParameters") or {}
    network = (parameters.get("NetworkConfiguration") or {}).get("awsvpcConfiguration")
    if not network:
        return dict(target)
    ordered = {key: sorted(value) if isinstance(value, list) else value for key, value in network.items()}
    return {**target, "EcsParameters": {**parameters, "NetworkConfiguration": {"awsvpcConfiguration": ordered}}}


def merged(standing: Any, change: Any) -> Any:
    """What stands with what is declared over it, mapping by mapping."""
    if not isinstance(standing, Mapping) or not isinstance(change, Mapping):
        return change
    return {**standing, **{key: merged(standing.get(key), value) for key, value in change.items()}}


def described(schedule: Mapping[str, Any]) -> dict[str, Any]:
    """GetSchedule's answer in the words of this module's options."""
    return {
        "name": schedule["Name"],
        "arn": schedule["Arn"],
        "description": schedule.get("Description", ""),
        "schedule_expression": schedule["ScheduleExpression"],
        "timezone": schedule.get("ScheduleExpressionTimezone", "UTC"),
        "enabled": schedule["State"] == "ENABLED",
        "flexible_window_minutes": schedule["FlexibleTimeWindow"].get("MaximumWindowInMinutes", 0),
        "target": sorted_network(schedule["Target"]),
    }


def request(schedule: Mapping[str, Any], standing: Mapping[str, Any]) -> dict[str, Any]:
    """The whole of a schedule, for CreateSchedule and UpdateSchedule; C(standing) is GetSchedule's answer, or empty."""
    whole = {**(described(standing) if standing else {}), **schedule}
    minutes = whole.get("flexible_window_minutes")
    asked = {
        "Name": whole["name"],
        "GroupName": whole["name"],
        "Description": whole.get("description") or None,
        "ScheduleExpression": whole["schedule_expression"],
        "ScheduleExpressionTimezone": whole.get("timezone"),
        "State": "ENABLED" if whole.get("enabled", True) else "DISABLED",
        "FlexibleTimeWindow": {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": minutes} if minutes else {"Mode": "OFF"},
        "Target": whole["target"],
    }
    return declared({**{key: standing.get(key) for key in KEPT}, **asked})


class Schedule(Service):
    name = "scheduler"
    error = SchedulerError

    def __init__(self, module: AnsibleAWSModule) -> None:
        super().__init__(module)
        self._standing: dict[str, Any] = {}

    @property
    def schedule(self) -> str:
        return str(self.params["name"])

    def _group(self) -> dict[str, Any]:
        with self.doing(f"read schedule group {self.schedule}", GONE):
            return dict(self.client.get_schedule_group(Name=self.schedule))
        return {}

    def read(self) -> dict[str, Any]:
        self._standing = {}
        group = self._group()
        if group.get("State") != "ACTIVE":  # one that is being deleted is there no more
            return {}
        with self.doing(f"read schedule {self.schedule}", GONE):
            self._standing = self.client.get_schedule(GroupName=self.schedule, Name=self.schedule)
        with self.doing(f"read the tags of schedule group {self.schedule}"):
            tags = tag_dict(self.client.list_tags_for_resource(ResourceArn=group["Arn"]).get("Tags"))
        parts = {"group": {"name": group["Name"], "arn": group["Arn"]}, "tags": tags}
        return {**parts, "schedule": described(self._standing)} if self._standing else parts

    def wanted(self, current: Mapping[str, Any]) -> dict[str, Any]:
        parts = wanted(self.params, current)
        if schedule := parts.get("schedule"):
            asked = request(schedule, self._standing)
            typed = self.checked(f"change schedule {self.schedule}", "CreateSchedule", **asked)
            if "target" in schedule:
                schedule["target"] = typed["Target"]
        return parts

    def apply(self, todo: Plan) -> None:
        if "group" in todo.delete:
            self._delete()
            return
        if "group" in todo.create:
            self._create_group(tag_list(todo.after("tags") or {}))
        elif "tags" in todo.update:
            self.tag(f"schedule group {self.schedule}", self._group()["Arn"], *todo.update["tags"])
        if schedule := todo.after("schedule"):
            verb, write = ("change", self.client.update_schedule) if self._standing else ("create", self.client.create_schedule)
            asked, sentence = request(schedule, self._standing), f"{verb} schedule {self.schedule}"
            with self.doing(sentence):
                self.persist(sentence, lambda: write(**asked), NOT_YET)
        self.settle(f"schedule {self.schedule}")

    def _create_group(self, tags: list[dict[str, str]]) -> None:
        sentence = f"create schedule group {self.schedule}"
        with self.doing(sentence):
            # The name is free again when one that is being deleted is gone.
            made = {"Name": self.schedule, **({"Tags": tags} if tags else {})}
            self.persist(sentence, lambda: self.client.create_schedule_group(**made), "ConflictException")

    def _delete(self) -> None:
        """A group takes what is in it with it."""
        with self.doing(f"delete schedule group {self.schedule}", GONE):
            self.client.delete_schedule_group(Name=self.schedule)
        self.wait(
            f"schedule group {self.schedule} to be gone",
            self._group,
            lambda group: not group,
            state=lambda group: group["State"],
        )


def main() -> None:
    module = AnsibleAWSModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    converge(module, Schedule(module), "schedule")


if __name__ == "__main__":
    main()
