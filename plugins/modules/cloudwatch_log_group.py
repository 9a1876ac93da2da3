#!/usr/bin/python
# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: cloudwatch_log_group
version_added: 0.1.0
short_description: Manage a log group of Amazon CloudWatch Logs
description:
  - Creates, changes and deletes a log group with its retention, encryption and tags.
  - Follows the Amazon CloudWatch Logs API reference, actions CreateLogGroup, PutRetentionPolicy and AssociateKmsKey.
author:
  - The Groundwork authors (@groundwork)
options:
  name:
    description: Name of the log group.
    type: str
    required: true
  retention_days:
    description: How many days events are kept; 0 keeps them for ever, which is also what a new group does.
    type: int
    choices: [0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653]
  kms_key:
    description:
      - ARN of the KMS key that encrypts new events; an empty string stands for a key of CloudWatch's own.
      - The policy of the key must let C(logs.<region>.amazonaws.com) use it.
    type: str
  log_class:
    description: Class of the group. It is chosen when the group is created and can't be changed later.
    type: str
    choices: [STANDARD, INFREQUENT_ACCESS, ESSENTIALS, DELIVERY]
  wait_timeout:
    description: Seconds to wait at most while another call changes the group.
    type: int
    default: 60
extends_documentation_fragment:
  - groundwork.cloud.converge
  - groundwork.cloud.tags
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Keep what the web service says for a month
  groundwork.cloud.cloudwatch_log_group:
    name: shop-production-web
    retention_days: 30

- name: Remove the log group with its events
  groundwork.cloud.cloudwatch_log_group:
    name: shop-production-web
    state: absent
"""

RETURN = r"""
log_group:
  description: The log group; empty when it is absent.
  returned: always
  type: dict
  contains:
    name:
      description: Its name.
      type: str
      sample: shop-production-web
    arn:
      description: Its ARN, without the C(:*) that policies put behind it. Known once the group exists.
      type: str
      sample: arn:aws:logs:us-east-1:111122223333:log-group:shop-production-web
    retention_days:
      description: How many days events are kept, 0 for ever.
      type: int
      sample: 30
    kms_key:
      description: ARN of the KMS key, empty for CloudWatch's own.
      type: str
      sample: arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab
    log_class:
      description: Its class.
      type: str
      sample: STANDARD
    tags:
      description: The tags.
      type: dict
      sample: {"groundwork:stack": "shop"}
"""

from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ..module_utils.aws import STATE_OPTION, TAG_OPTIONS, AwsError, Service, converge, own_tags, tags_part
from ..module_utils.plan import Plan, declared

# What PutRetentionPolicy takes, and 0 for no policy: Amazon CloudWatch Logs API reference.
DAYS = [0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653]
ARGUMENTS: dict[str, Any] = {
    "name": {"type": "str", "required": True},
    "retention_days": {"type": "int", "choices": DAYS},
    "kms_key": {"type": "str", "no_log": False},
    "log_class": {"type": "str", "choices": ["STANDARD", "INFREQUENT_ACCESS", "ESSENTIALS", "DELIVERY"]},
    "wait_timeout": {"type": "int", "default": 60},
    **STATE_OPTION,
    **TAG_OPTIONS,
}
# Another call is creating or deleting the group, or changing it.
UNSETTLED = ("OperationAbortedException",)


class LogGroupError(AwsError):
    """A failed call to Amazon CloudWatch Logs."""


def wanted(params: Mapping[str, Any], current: Mapping[str, Any]) -> dict[str, Any]:
    """The declared parts: C(log_group), C(tags)."""
    if params["state"] == "absent":
        return dict.fromkeys(current)
    name, key = params["name"], params["kms_key"]
    if key and not key.startswith("arn:"):
        raise LogGroupError(
            f"change log group {name}", f"{key} is not the ARN of a key, and CloudWatch Logs takes no other; set that"
        )
    log_class = current.get("log_group", {}).get("log_class", params["log_class"])
    if params["log_class"] not in (None, log_class):
        raise LogGroupError(
            f"change log group {name}", f"its class is {log_class} and can't be changed; keep it, or use another name"
        )
    settings = {option: params[option] for option in ("name", "retention_days", "kms_key", "log_class")}
    return {"log_group": declared(settings), **tags_part(params)}


def described(group: Mapping[str, Any]) -> dict[str, Any]:
    """CloudWatch Logs' LogGroup in the words of this module's options."""
    return {
        "name": group["logGroupName"],
        "arn": group["arn"].removesuffix(":*"),
        "retention_days": group.get("retentionInDays", 0),
        "kms_key": group.get("kmsKeyId", ""),
        "log_class": group.get("logGroupClass", "STANDARD"),
    }


class LogGroup(Service):
    name = "logs"
    error = LogGroupError

    @property
    def key(self) -> dict[str, str]:
        return {"logGroupName": self.params["name"]}

    def read(self) -> dict[str, Any]:
        name = self.params["name"]
        with self.doing(f"read log group {name}"):
            groups = self.pages("describe_log_groups", "logGroups", logGroupNamePrefix=name)
        found = [described(group) for group in groups if group["logGroupName"] == name]
        if not found:
            return {}
        with self.doing(f"read the tags of log group {name}"):
            tags = self.client.list_tags_for_resource(resourceArn=found[0]["arn"]).get("tags", {})
        return {"log_group": found[0], "tags": own_tags(tags)}

    def wanted(self, current: Mapping[str, Any]) -> dict[str, Any]:
        return wanted(self.params, current)

    def apply(self, todo: Plan) -> None:
        if "log_group" in todo.delete:
            self._call("delete", "delete_log_group", "ResourceNotFoundException", **self.key)
            return
        group = todo.after("log_group") or {}
        if "log_group" in todo.create:
            request = declared({"kmsKeyId": group.get("kms_key") or None, "logGroupClass": group.get("log_class")})
            tagged = {"tags": dict(todo.create["tags"])} if todo.create.get("tags") else {}
            self._call("create", "create_log_group", **self.key, **request, **tagged)
        if "log_group" in todo.update and "kms_key" in group:
            self._put_key(group["kms_key"])
        if group.get("retention_days"):
            self._call("put the retention of", "put_retention_policy", **self.key, retentionInDays=group["retention_days"])
        elif "log_group" in todo.update and "retention_days" in group:
            self._call("delete the retention of", "delete_retention_policy", **self.key)
        if "tags" in todo.update:
            self.tag(f"log group {self.params['name']}", self.read()["log_group"]["arn"], *todo.update["tags"])

    def _put_key(self, key: str) -> None:
        if key:
            self._call("put the key of", "associate_kms_key", **self.key, kmsKeyId=key)
        else:
            self._call("take the key from", "disassociate_kms_key", **self.key)

    def _call(self, doing: str, operation: str, *ignore: str, **arguments: Any) -> None:
        """Make a call as soon as no other is under way."""
        call, sentence = getattr(self.client, operation), f"{doing} log group {self.params['name']}"
        with self.doing(sentence, *ignore):
            self.send(sentence, lambda: call(**arguments))

    def send(self, what: str, call: Callable[[], Any]) -> None:
        self.persist(what, call, *UNSETTLED)


def main() -> None:
    module = AnsibleAWSModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    converge(module, LogGroup(module), "log_group")


if __name__ == "__main__":
    main()
