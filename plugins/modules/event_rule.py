#!/usr/bin/python
# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: event_rule
version_added: 0.1.0
short_description: Manage a rule of Amazon EventBridge for events of AWS services
description:
  - Creates, changes and deletes a rule of the default event bus with its targets and tags.
  - Amazon EventBridge replaces a rule whole; what is not declared keeps the value that it has.
  - Follows the Amazon EventBridge API reference, actions PutRule, DescribeRule, DeleteRule, PutTargets, ListTargetsByRule and
    RemoveTargets.
author:
  - The Groundwork authors (@groundwork)
options:
  name:
    description: Name of the rule.
    type: str
    required: true
  description:
    description: What it is for.
    type: str
  event_pattern:
    description: Which events it matches, as an event pattern. A new rule needs one.
    type: dict
  enabled:
    description: Whether it matches events; a new one does.
    type: bool
  targets:
    description: Where matched events go. The policy of a queue or a topic has to let C(events.amazonaws.com) in.
    type: list
    elements: dict
    suboptions:
      id:
        description: What the target is called in the rule.
        type: str
        required: true
      arn:
        description: Its ARN.
        type: str
        required: true
  purge_targets:
    description: Whether targets that O(targets) does not name are removed.
    type: bool
    default: false
extends_documentation_fragment:
  - groundwork.cloud.converge
  - groundwork.cloud.tags
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Tasks that failed to start
  groundwork.cloud.event_rule:
    name: shop-production-tasks-not-started
    event_pattern:
      source: [aws.ecs]
      detail-type: [ECS Task State Change]
      detail: {lastStatus: [STOPPED], stopCode: [TaskFailedToStart]}
    targets:
      - {id: queue, arn: "arn:aws:sqs:us-east-1:111122223333:shop-production-tasks"}

- name: Remove the rule with its targets
  groundwork.cloud.event_rule:
    name: shop-production-tasks-not-started
    state: absent
"""

RETURN = r"""
rule:
  description: The rule; empty when it is absent.
  returned: always
  type: dict
  contains:
    name:
      description: Its name.
      type: str
      sample: shop-production-tasks-not-started
    arn:
      description: Its ARN. Known once the rule exists.
      type: str
      sample: arn:aws:events:us-east-1:111122223333:rule/shop-production-tasks-not-started
    description:
      description: What it is for.
      type: str
      sample: Tasks that failed to start
    event_pattern:
      description: Which events it matches.
      type: dict
      sample: {"source": ["aws.ecs"]}
    enabled:
      description: Whether it matches events.
      type: bool
      sample: true
    targets:
      description: ARNs of the targets by their ids.
      type: dict
      sample: {"queue": "arn:aws:sqs:us-east-1:111122223333:shop-production-tasks"}
    tags:
      description: The tags.
      type: dict
      sample: {"groundwork:stack": "shop"}
"""

import json
from collections.abc import Mapping
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ..module_utils.aws import STATE_OPTION, TAG_OPTIONS, AwsError, Service, converge, tag_dict, tag_list, tags_part
from ..module_utils.plan import Exact, Plan, declared, exact

TARGET: dict[str, Any] = {"id": {"type": "str", "required": True}, "arn": {"type": "str", "required": True}}
ARGUMENTS: dict[str, Any] = {
    "name": {"type": "str", "required": True},
    "description": {"type": "str"},
    "event_pattern": {"type": "dict"},
    "enabled": {"type": "bool"},
    "targets": {"type": "list", "elements": "dict", "options": TARGET},
    "purge_targets": {"type": "bool", "default": False},
    **STATE_OPTION,
    **TAG_OPTIONS,
}


class RuleError(AwsError):
    """A failed call to Amazon EventBridge."""


def wanted(params: Mapping[str, Any], current: Mapping[str, Any]) -> dict[str, Any]:
    """The declared parts: C(rule), C(targets), C(tags)."""
    if params["state"] == "absent":
        return dict.fromkeys(current)
    if not current and not params["event_pattern"]:
        raise RuleError(f"create rule {params['name']}", "it needs an event pattern; declare event_pattern")
    settings = {key: params[key] for key in ("name", "description", "enabled")}
    pattern = None if params["event_pattern"] is None else exact(params["event_pattern"])
    parts: dict[str, Any] = {"rule": declared({**settings, "event_pattern": pattern}), **tags_part(params)}
    if params["targets"] is not None:
        targets = {target["id"]: target["arn"] for target in params["targets"]}
        parts["targets"] = Exact(targets) if params["purge_targets"] else targets
    return parts


def described(rule: Mapping[str, Any]) -> dict[str, Any]:
    """DescribeRule's answer in the words of this module's options."""
    return {
        "name": rule["Name"],
        "arn": rule["Arn"],
        "description": rule.get("Description", ""),
        "event_pattern": json.loads(rule.get("EventPattern") or "{}"),
        "enabled": rule["State"] != "DISABLED",
    }


def request(rule: Mapping[str, Any], standing: Mapping[str, Any]) -> dict[str, Any]:
    """The whole of a rule, for PutRule; C(standing) is DescribeRule's answer, or empty."""
    asked = {
        "Name": rule["name"],
        "Description": rule.get("description"),
        "EventPattern": json.dumps(rule["event_pattern"]) if "event_pattern" in rule else None,
        "State": None if rule.get("enabled") is None else "ENABLED" if rule["enabled"] else "DISABLED",
    }
    kept = {key: standing.get(key) for key in ("Description", "EventPattern", "ScheduleExpression", "State", "RoleArn")}
    return declared({**kept, **declared(asked)})


class Rule(Service):
    name = "events"
    error = RuleError

    def __init__(self, module: AnsibleAWSModule) -> None:
        super().__init__(module)
        self._standing: dict[str, Any] = {}

    @property
    def rule(self) -> str:
        return str(self.params["name"])

    def read(self) -> dict[str, Any]:
        self._standing = {}
        with self.doing(f"read rule {self.rule}", "ResourceNotFoundException"):
            self._standing = self.client.describe_rule(Name=self.rule)
        if not self._standing:
            return {}
        with self.doing(f"read the targets and tags of rule {self.rule}"):
            return {
                "rule": described(self._standing),
                "targets": {one["Id"]: one["Arn"] for one in self.pages("list_targets_by_rule", "Targets", Rule=self.rule)},
                "tags": tag_dict(self.client.list_tags_for_resource(ResourceARN=self._standing["Arn"])["Tags"]),
            }

    def wanted(self, current: Mapping[str, Any]) -> dict[str, Any]:
        return wanted(self.params, current)

    def apply(self, todo: Plan) -> None:
        if "rule" in todo.delete:
            self._delete(todo.before("targets"))
            return
        if rule := todo.after("rule"):
            tags = tag_list(todo.after("tags") or {}) if "rule" in todo.create else []
            with self.doing(f"put rule {self.rule}"):
                self.client.put_rule(**request(rule, self._standing), **({"Tags": tags} if tags else {}))
        if (targets := todo.after("targets")) is not None:
            self._put(targets, todo.before("targets"))
        if "tags" in todo.update:
            self.tag(f"rule {self.rule}", self._standing["Arn"], *todo.update["tags"])

    def _put(self, targets: Mapping[str, str], before: Mapping[str, str]) -> None:
        changed = [{"Id": key, "Arn": arn} for key, arn in targets.items() if before.get(key) != arn]
        if changed:
            with self.doing(f"put the targets of rule {self.rule}"):
                self._all_done(self.client.put_targets(Rule=self.rule, Targets=changed))
        if isinstance(targets, Exact):
            self._remove(sorted(set(before) - set(targets)))

    def _remove(self, targets: list[str]) -> None:
        if targets:
            with self.doing(f"remove targets of rule {self.rule}", "ResourceNotFoundException"):
                self._all_done(self.client.remove_targets(Rule=self.rule, Ids=targets))

    def _all_done(self, answer: Mapping[str, Any]) -> None:
        """Amazon EventBridge answers without an error, and lists what it did not do."""
        if failed := answer.get("FailedEntries"):
            said = "; ".join(
                f"{one['TargetId']}: {one.get('ErrorMessage', one.get('ErrorCode', 'no reason given'))}" for one in failed
            )
            raise RuleError(f"change the targets of rule {self.rule}", said)

    def _delete(self, targets: Mapping[str, str]) -> None:
        self._remove(sorted(targets))
        with self.doing(f"delete rule {self.rule}", "ResourceNotFoundException"):
            self.client.delete_rule(Name=self.rule)


def main() -> None:
    module = AnsibleAWSModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    converge(module, Rule(module), "rule")


if __name__ == "__main__":
    main()
