#!/usr/bin/python
# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: sns_topic
version_added: 0.1.0
short_description: Manage an Amazon SNS topic and its subscriptions
description:
  - Creates, changes and deletes a topic with its encryption, policy, subscriptions and tags.
  - Follows the Amazon SNS API reference, actions CreateTopic, SetTopicAttributes, Subscribe and their siblings.
author:
  - The Groundwork authors (@groundwork)
options:
  name:
    description: Name of the topic. A name that ends in C(.fifo) makes a FIFO topic.
    type: str
    required: true
  display_name:
    description: Name that the receivers of e-mails and text messages see.
    type: str
  kms_key:
    description:
      - Id, ARN or alias of the KMS key that encrypts the messages; an empty string turns the encryption off.
      - CloudWatch alarms and other services can't publish to a topic encrypted by C(alias/aws/sns); they need a key of your
        own whose policy allows their service principal C(kms:GenerateDataKey*) and C(kms:Decrypt).
    type: str
  policy:
    description:
      - Who may publish and subscribe, as an IAM policy document. It is compared by meaning, not by order.
      - Left out, a new topic has the policy that Amazon SNS gives it, which lets everything in the account publish.
    type: dict
  subscriptions:
    description:
      - Who receives the messages.
      - A subscription by e-mail begins when its receiver confirms it; one that awaits this is not made again.
    type: list
    elements: dict
    suboptions:
      protocol:
        description: How the messages are delivered.
        type: str
        required: true
        choices: [email, email-json, sms, http, https, sqs, lambda, firehose, application]
      endpoint:
        description: Where they are delivered - an address, a phone number, a URL or an ARN, as the protocol has it.
        type: str
        required: true
  purge_subscriptions:
    description:
      - Whether subscriptions that O(subscriptions) does not name are removed.
      - One that awaits its confirmation can't be removed; Amazon SNS drops it after some days.
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
- name: Send alarms to the people on call
  groundwork.cloud.sns_topic:
    name: shop-production-watch
    display_name: Shop
    subscriptions:
      - {protocol: email, endpoint: oncall@example.org}

- name: Remove the topic with its subscriptions
  groundwork.cloud.sns_topic:
    name: shop-production-watch
    state: absent
"""

RETURN = r"""
topic:
  description: The topic; empty when it is absent.
  returned: always
  type: dict
  contains:
    name:
      description: Its name.
      type: str
      sample: shop-production-watch
    arn:
      description: Its ARN. Known once the topic exists.
      type: str
      sample: arn:aws:sns:us-east-1:111122223333:shop-production-watch
    display_name:
      description: The name that receivers see.
      type: str
      sample: Shop
    kms_key:
      description: The KMS key, empty for a topic that is not encrypted by one.
      type: str
      sample: alias/shop-production-main
    policy:
      description: The policy.
      type: dict
      sample: {"Version": "2012-10-17", "Statement": []}
    subscriptions:
      description: The subscriptions by protocol and endpoint; C(arn) is empty while the confirmation is awaited.
      type: dict
      sample: {"email oncall@example.org": {"protocol": "email", "endpoint": "oncall@example.org", "arn": ""}}
    tags:
      description: The tags.
      type: dict
      sample: {"groundwork:stack": "shop"}
"""

import json
import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ..module_utils.aws import STATE_OPTION, TAG_OPTIONS, AwsError, Service, converge, tag_dict, tag_list, tags_part
from ..module_utils.plan import Exact, Plan, declared
from ..module_utils.policy import policy_part

SUBSCRIPTION: dict[str, Any] = {
    "protocol": {
        "type": "str",
        "required": True,
        "choices": ["email", "email-json", "sms", "http", "https", "sqs", "lambda", "firehose", "application"],
    },
    "endpoint": {"type": "str", "required": True},
}
ARGUMENTS: dict[str, Any] = {
    "name": {"type": "str", "required": True},
    "display_name": {"type": "str"},
    "kms_key": {"type": "str", "no_log": False},
    "policy": {"type": "dict"},
    "subscriptions": {"type": "list", "elements": "dict", "options": SUBSCRIPTION},
    "purge_subscriptions": {"type": "bool", "default": False},
    **STATE_OPTION,
    **TAG_OPTIONS,
}
ATTRIBUTES = {"display_name": "DisplayName", "kms_key": "KmsMasterKeyId"}


class TopicError(AwsError):
    """A failed call to Amazon SNS."""


def wanted(params: Mapping[str, Any], current: Mapping[str, Any]) -> dict[str, Any]:
    """The declared parts: C(topic), C(policy), C(subscriptions), C(tags)."""
    if params["state"] == "absent":
        return dict.fromkeys(current)
    settings = {key: params[key] for key in ("name", *ATTRIBUTES)}
    parts: dict[str, Any] = {"topic": declared(settings), **tags_part(params)}
    if params["policy"] is not None:
        if not params["policy"]:
            raise TopicError(f"change topic {params['name']}", "a topic can't be without a policy; leave policy out to keep it")
        parts["policy"] = policy_part(params["policy"], current.get("policy"))
    if params["subscriptions"] is not None:
        subscriptions = subscribed(params["subscriptions"])
        if params["purge_subscriptions"]:
            standing = current.get("subscriptions", {})
            pending = {key: subscription for key, subscription in standing.items() if not subscription["arn"]}
            subscriptions = Exact({**pending, **subscriptions})
        parts["subscriptions"] = subscriptions
    return parts


def subscribed(subscriptions: list[dict[str, str]]) -> dict[str, dict[str, str]]:
    """Declared subscriptions by protocol and endpoint; phone numbers without their punctuation, as Amazon SNS keeps them."""
    found: dict[str, dict[str, str]] = {}
    for subscription in subscriptions:
        protocol, endpoint = subscription["protocol"], subscription["endpoint"].strip()
        if protocol == "sms":
            endpoint = re.sub(r"[^+\d]", "", endpoint)
        found[f"{protocol} {endpoint}"] = {"protocol": protocol, "endpoint": endpoint}
    return found


def described(attributes: Mapping[str, str]) -> dict[str, Any]:
    """Amazon SNS's topic attributes in the words of this module's options."""
    arn = attributes["TopicArn"]
    settings = {option: attributes.get(attribute, "") for option, attribute in ATTRIBUTES.items()}
    return {"name": arn.rpartition(":")[2], "arn": arn, **settings}


def described_subscriptions(subscriptions: list[dict[str, Any]]) -> dict[str, dict[str, str]]:
    """Amazon SNS's subscriptions by protocol and endpoint; in place of an ARN it says what they wait for."""
    return {
        f"{one['Protocol']} {one['Endpoint']}": {
            "protocol": one["Protocol"],
            "endpoint": one["Endpoint"],
            "arn": one["SubscriptionArn"] if one["SubscriptionArn"].startswith("arn:") else "",
        }
        for one in subscriptions
        if one["SubscriptionArn"] != "Deleted"
    }


class Topic(Service):
    name = "sns"
    error = TopicError

    @property
    def topic(self) -> str:
        return str(self.params["name"])

    @cached_property
    def arn(self) -> str:
        with self.doing("read the number of this account"):
            account = self.other("sts").get_caller_identity()["Account"]
        return f"arn:{self.client.meta.partition}:sns:{self.client.meta.region_name}:{account}:{self.topic}"

    def read(self) -> dict[str, Any]:
        found: dict[str, str] = {}
        with self.doing(f"read topic {self.topic}", "NotFound", "NotFoundException"):
            found = self.client.get_topic_attributes(TopicArn=self.arn)["Attributes"]
        if not found:
            return {}
        with self.doing(f"read the subscriptions and tags of topic {self.topic}"):
            return {
                "topic": described(found),
                "policy": json.loads(found["Policy"]),
                "subscriptions": described_subscriptions(
                    self.pages("list_subscriptions_by_topic", "Subscriptions", TopicArn=self.arn)
                ),
                "tags": tag_dict(self.client.list_tags_for_resource(ResourceArn=self.arn)["Tags"]),
            }

    def wanted(self, current: Mapping[str, Any]) -> dict[str, Any]:
        return wanted(self.params, current)

    def apply(self, todo: Plan) -> None:
        if "topic" in todo.delete:
            with self.doing(f"delete topic {self.topic}", "NotFound", "NotFoundException"):
                self.client.delete_topic(TopicArn=self.arn)
            return
        if "topic" in todo.create:
            self._create(todo.create["topic"], todo.after("tags") or {})
        elif "topic" in todo.update:
            for option, attribute in ATTRIBUTES.items():
                if option in todo.update["topic"][1]:
                    self._set(attribute, todo.update["topic"][1][option])
        if policy := todo.after("policy"):
            self._set("Policy", json.dumps(policy))
        if "subscriptions" in todo.create or "subscriptions" in todo.update:
            self._subscribe(todo.before("subscriptions"), todo.after("subscriptions") or {})
        if "tags" in todo.update:
            self.tag(f"topic {self.topic}", self.arn, *todo.update["tags"])

    def _create(self, topic: Mapping[str, str], tags: Mapping[str, str]) -> None:
        attributes = {ATTRIBUTES[option]: value for option, value in topic.items() if option in ATTRIBUTES}
        if self.topic.endswith(".fifo"):
            attributes["FifoTopic"] = "true"
        with self.doing(f"create topic {self.topic}"):
            self.client.create_topic(Name=self.topic, Attributes=attributes, Tags=tag_list(tags))

    def _set(self, attribute: str, value: str) -> None:
        with self.doing(f"set {attribute} of topic {self.topic}"):
            self.client.set_topic_attributes(TopicArn=self.arn, AttributeName=attribute, AttributeValue=value)

    def _subscribe(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        for key in sorted(set(after) - set(before)):
            with self.doing(f"subscribe {key} to topic {self.topic}"):
                self.client.subscribe(TopicArn=self.arn, Protocol=after[key]["protocol"], Endpoint=after[key]["endpoint"])
        for key in sorted(set(before) - set(after)):
            with self.doing(f"unsubscribe {key} from topic {self.topic}"):
                self.client.unsubscribe(SubscriptionArn=before[key]["arn"])


def main() -> None:
    module = AnsibleAWSModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    converge(module, Topic(module), "topic")


if __name__ == "__main__":
    main()
