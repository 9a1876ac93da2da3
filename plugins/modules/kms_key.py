#!/usr/bin/python
# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: kms_key
version_added: 0.1.0
short_description: Manage a key of AWS KMS with its alias
description:
  - Creates, changes and deletes a customer managed key with its alias, policy, rotation and tags.
  - A key whose deletion is scheduled counts as absent. Declared again while it waits, its deletion is cancelled and it is
    enabled, so that what it encrypted can be read.
  - Follows the AWS KMS API reference, actions CreateKey, CreateAlias, PutKeyPolicy, EnableKeyRotation, ScheduleKeyDeletion and
    their siblings.
author:
  - The Groundwork authors (@groundwork)
options:
  alias:
    description:
      - Alias of the key, with or without C(alias/). The key is found by it, unless O(key_id) names one.
      - A new key has to have one, for without it the next run could not find it.
    type: str
  key_id:
    description:
      - Id or ARN of a key that stands.
      - With O(alias), the key is given this alias. One that is another key's is not taken from it.
    type: str
  description:
    description: What the key is for.
    type: str
  enabled:
    description: Whether the key can be used. Left out, a new key can, and so can one whose deletion is cancelled.
    type: bool
  rotation:
    description:
      - Whether AWS makes new key material at the end of each period.
      - AWS changes it only while the key is enabled, and rotates only symmetric keys that encrypt.
    type: bool
  rotation_period_days:
    description: Days from one rotation to the next, 90 to 2560. Left out, AWS begins with 365.
    type: int
  policy:
    description:
      - The key policy, as an IAM policy document. It is compared by meaning, not by order.
      - Left out, a new key has the policy that AWS gives it, which leaves the key to the account's IAM policies.
    type: dict
  bypass_policy_lockout_safety_check:
    description:
      - Whether AWS takes a policy that does not let the caller change the policy again. Such a key may never be managed again, by
        anybody.
    type: bool
    default: false
  multi_region:
    description: Whether the key can be replicated to other regions. It is chosen when the key is created, and stays for life.
    type: bool
  key_spec:
    description:
      - What kind of key it is, for instance V(RSA_4096). Left out, a new key is V(SYMMETRIC_DEFAULT).
      - It is chosen when the key is created, and stays for life.
    type: str
  key_usage:
    description:
      - What the key does, for instance V(SIGN_VERIFY). Left out, a new key is for V(ENCRYPT_DECRYPT); other kinds than symmetric
        ones may need it.
      - It is chosen when the key is created, and stays for life.
    type: str
  pending_window:
    description: How many days a key that is deleted can still be brought back, 7 to 30. Left out, AWS takes 30.
    type: int
  wait_timeout:
    description: For how many seconds to wait until AWS shows what was changed.
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
- name: Encrypt the shop with a key of its own
  groundwork.cloud.kms_key:
    alias: shop-production-main
    description: Data of the shop
    rotation: true
    tags: {team: shop}

- name: Let another account decrypt with it
  groundwork.cloud.kms_key:
    alias: shop-production-main
    policy:
      Version: "2012-10-17"
      Statement:
        - {Sid: Account, Effect: Allow, Principal: {AWS: "123456789012"}, Action: "kms:*", Resource: "*"}
        - {Sid: Partner, Effect: Allow, Principal: {AWS: "210987654321"}, Action: "kms:Decrypt", Resource: "*"}

- name: Delete the key in a week
  groundwork.cloud.kms_key:
    alias: shop-production-main
    pending_window: 7
    state: absent
"""

RETURN = r"""
key:
  description: The key; empty when it is absent.
  returned: always
  type: dict
  contains:
    id:
      description: Its id. Known once the key exists.
      type: str
      sample: 1234abcd-12ab-34cd-56ef-1234567890ab
    arn:
      description: Its ARN. Known once the key exists.
      type: str
      sample: arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab
    alias:
      description: Its alias, empty when none was declared.
      type: str
      sample: alias/shop-production-main
    description:
      description: What it is for.
      type: str
      sample: Data of the shop
    enabled:
      description: Whether it can be used.
      type: bool
      sample: true
    state:
      description: Its key state.
      type: str
      sample: Enabled
    multi_region:
      description: Whether it can be replicated.
      type: bool
      sample: false
    key_spec:
      description: What kind of key it is.
      type: str
      sample: SYMMETRIC_DEFAULT
    key_usage:
      description: What it does.
      type: str
      sample: ENCRYPT_DECRYPT
    rotation:
      description: Whether it is rotated.
      returned: when O(rotation) is declared
      type: bool
      sample: true
    rotation_period_days:
      description: Days from one rotation to the next; C(0) for a key that is not rotated.
      returned: when O(rotation) is declared
      type: int
      sample: 365
    policy:
      description: The key policy.
      returned: when O(policy) is declared
      type: dict
      sample: {"Version": "2012-10-17", "Statement": []}
    tags:
      description: The tags.
      returned: when O(tags) is declared
      type: dict
      sample: {"groundwork:stack": "shop"}
"""

import json
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
from ..module_utils.plan import Plan, declared
from ..module_utils.policy import policy_part

ARGUMENTS: dict[str, Any] = {
    "alias": {"type": "str"},
    "key_id": {"type": "str", "no_log": False},
    "description": {"type": "str"},
    "enabled": {"type": "bool"},
    "rotation": {"type": "bool"},
    "rotation_period_days": {"type": "int"},
    "policy": {"type": "dict"},
    "bypass_policy_lockout_safety_check": {"type": "bool", "default": False},
    "multi_region": {"type": "bool"},
    "key_spec": {"type": "str", "no_log": False},
    "key_usage": {"type": "str", "no_log": False},
    "pending_window": {"type": "int"},
    "wait_timeout": {"type": "int", "default": 120},
    **STATE_OPTION,
    **TAG_OPTIONS,
}
FOR_LIFE = {"multi_region": "MultiRegion", "key_spec": "KeySpec", "key_usage": "KeyUsage"}
# A primary key of several regions waits for its replicas to be deleted first.
PENDING = ("PendingDeletion", "PendingReplicaDeletion")
# What a new key is without being told.
NEW = {"enabled": True, "rotation": False}


class KmsError(AwsError):
    """A failed call to AWS KMS."""


def wanted(params: Mapping[str, Any], current: Mapping[str, Any]) -> dict[str, Any]:
    """The declared parts: C(key), C(policy), C(tags)."""
    if params["state"] == "absent":
        return dict.fromkeys(current)
    standing = current.get("key", {})
    if not standing and (params["key_id"] or not params["alias"]):
        raise KmsError(f"change key {params['key_id']}", "there is none of that id; leave key_id out to make one of the alias")
    for setting in FOR_LIFE:
        value = standing.get(setting, params[setting])
        if params[setting] not in (None, value):
            raise KmsError(
                f"change key {named(params)}", f"its {setting} is {value} and can't be changed; keep it, or use another alias"
            )
    if params["policy"] is not None and not params["policy"]:
        raise KmsError(f"change key {named(params)}", "a key can't be without a policy; leave policy out to keep it")
    settings = {option: params[option] for option in ("description", "enabled", "rotation", *FOR_LIFE)}
    settings["alias"] = alias(params["alias"])
    settings["rotation_period_days"] = params["rotation_period_days"] if params["rotation"] else None
    if standing.get("state") in PENDING:
        settings["enabled"] = params["enabled"] is not False
        settings["state"] = "Enabled" if settings["enabled"] else "Disabled"
    parts: dict[str, Any] = {"key": declared(settings), **tags_part(params)}
    if params["policy"] is not None:
        parts["policy"] = policy_part(params["policy"], current.get("policy"))
    return parts


def alias(name: str | None) -> str | None:
    """An alias as AWS has it, declared with or without what all begin with."""
    return f"alias/{name.removeprefix('alias/')}" if name else None


def named(params: Mapping[str, Any]) -> str:
    """What a message calls the key."""
    return str(params["key_id"] or alias(params["alias"]))


def described(key: Mapping[str, Any]) -> dict[str, Any]:
    """AWS KMS's KeyMetadata in the words of this module's options."""
    return {
        "id": key["KeyId"],
        "arn": key["Arn"],
        "description": key.get("Description", ""),
        "enabled": key["Enabled"],
        "state": key["KeyState"],
        **{option: key.get(name, False) for option, name in FOR_LIFE.items()},
    }


def described_rotation(status: Mapping[str, Any]) -> dict[str, Any]:
    """AWS KMS's rotation status in the words of this module's options."""
    rotation = bool(status.get("KeyRotationEnabled"))
    return {"rotation": rotation, "rotation_period_days": status.get("RotationPeriodInDays", 0) if rotation else 0}


def changes(todo: Plan) -> dict[str, Any]:
    """The settings of the key that an apply has to write."""
    before = NEW if "key" in todo.create else todo.before("key")
    return {option: value for option, value in (todo.after("key") or {}).items() if before.get(option) != value}


class Key(Service):
    name = "kms"
    error = KmsError

    def __init__(self, module: AnsibleAWSModule) -> None:
        super().__init__(module)
        self.id = ""

    def read(self) -> dict[str, Any]:
        """What stands of what is declared: each part costs a call and a permission."""
        gone = self.params["state"] == "absent"
        metadata = self._describe(named(self.params))
        if not metadata or (gone and metadata["KeyState"] in PENDING):
            return {}
        key = described(metadata)
        self.id = key["id"]
        if gone:
            return {"key": key}
        key["alias"] = self._alias() if self.params["alias"] else ""
        parts: dict[str, Any] = {"key": key}
        if self.params["rotation"] is not None:
            key |= self._rotation() if key["key_spec"] == "SYMMETRIC_DEFAULT" else described_rotation({})
        if self.params["policy"] is not None:
            with self.doing(f"read the policy of key {self.id}"):
                parts["policy"] = json.loads(self.client.get_key_policy(KeyId=self.id, PolicyName="default")["Policy"])
        if self.params["tags"] is not None:
            with self.doing(f"read the tags of key {self.id}"):
                parts["tags"] = tag_dict(self.pages("list_resource_tags", "Tags", KeyId=self.id), "TagKey", "TagValue")
        return parts

    def _describe(self, key: str) -> dict[str, Any]:
        with self.doing(f"read key {key}", "NotFoundException"):
            metadata: dict[str, Any] = self.client.describe_key(KeyId=key)["KeyMetadata"]
            return metadata
        return {}

    def _rotation(self) -> dict[str, Any]:
        with self.doing(f"read the rotation of key {self.id}"):
            return described_rotation(self.client.get_key_rotation_status(KeyId=self.id))
        return {}

    def _alias(self) -> str:
        """The declared alias if the key has it, and nothing if no key has it."""
        name = str(alias(self.params["alias"]))
        owner = self._describe(name).get("KeyId", "") if self.params["key_id"] else self.id
        if owner not in ("", self.id):
            raise self.error(f"give key {self.id} the {name}", f"key {owner} has it; delete that alias first, or use another")
        return name if owner else ""

    def wanted(self, current: Mapping[str, Any]) -> dict[str, Any]:
        return wanted(self.params, current)

    def apply(self, todo: Plan) -> None:
        if "key" in todo.delete:
            self._delete()
            return
        todo_key = changes(todo)
        if "key" in todo.create:
            self._create(todo)
        elif "state" in todo_key:
            self._ask("cancel the deletion of", "cancel_key_deletion")
            self._until("no longer to wait for its deletion", lambda state: state not in PENDING)
            if "rotation" in todo_key:
                # While it waits its rotation reads as off; then it is what it was, and may need no change.
                there = self._rotation()
                todo_key = {option: value for option, value in todo_key.items() if there.get(option) != value}
        if todo_key.get("enabled"):
            self._ask("enable", "enable_key")
            self._until("to be enabled", lambda state: state == "Enabled")
        if "description" in todo_key and "key" in todo.update:
            self._ask("describe", "update_key_description", Description=todo_key["description"])
        if "alias" in todo_key:
            # A message names the key: one that is left without an alias is found by its id alone.
            self._ask("give an alias to", "create_alias", as_="TargetKeyId", AliasName=todo_key["alias"])
        if "rotation" in todo_key or "rotation_period_days" in todo_key:
            self._rotate(todo.after("key") or {})
        if (policy := todo.after("policy")) and "key" not in todo.create:
            self._ask("put the policy of", "put_key_policy", PolicyName="default", **self._policy(policy))
        if "tags" in todo.update:
            self._tag(todo)
        if todo_key.get("enabled") is False:
            self._ask("disable", "disable_key")
        self.settle(f"key {self.id}", "policy")

    def _ask(self, doing: str, operation: str, *, as_: str = "KeyId", **request: Any) -> None:
        """Write to the key; AWS may not know a new one everywhere at once, nor a principal that its policy names."""
        sentence = f"{doing} key {self.id}"
        with self.doing(sentence):
            call = getattr(self.client, operation)
            self.persist(sentence, lambda: call(**{as_: self.id}, **request), "NotFoundException", "invalid principals")

    def _until(self, what: str, done: Any) -> None:
        self.wait(f"key {self.id} {what}", lambda: self._describe(self.id).get("KeyState", ""), done)

    def _policy(self, policy: Mapping[str, Any]) -> dict[str, Any]:
        bypass = self.params["bypass_policy_lockout_safety_check"]
        return {"Policy": json.dumps(policy), **({"BypassPolicyLockoutSafetyCheck": True} if bypass else {})}

    def _create(self, todo: Plan) -> None:
        key, sentence = todo.create["key"], f"create key {named(self.params)}"
        request = {name: key[option] for option, name in (FOR_LIFE | {"description": "Description"}).items() if option in key}
        if policy := todo.after("policy"):
            request |= self._policy(policy)
        if tags := todo.after("tags"):
            request["Tags"] = tag_list(tags, "TagKey", "TagValue")
        with self.doing(sentence):
            answer = self.persist(sentence, lambda: self.client.create_key(**request), "invalid principals")
            self.id = answer["KeyMetadata"]["KeyId"]

    def _rotate(self, key: Mapping[str, Any]) -> None:
        if key["rotation"]:
            period = {"RotationPeriodInDays": key["rotation_period_days"]} if "rotation_period_days" in key else {}
            self._ask("rotate", "enable_key_rotation", **period)
        else:
            self._ask("stop rotating", "disable_key_rotation")

    def _tag(self, todo: Plan) -> None:
        if tags := todo.after("tags"):
            self._ask("tag", "tag_resource", Tags=tag_list(tags, "TagKey", "TagValue"))
        if gone := tags_to_remove(todo):
            self._ask("untag", "untag_resource", TagKeys=gone)

    def _delete(self) -> None:
        window = self.params["pending_window"]
        with self.doing(f"delete key {self.id}"):
            self.client.schedule_key_deletion(KeyId=self.id, **({"PendingWindowInDays": window} if window else {}))
        self._until("to wait for its deletion", lambda state: state in PENDING)


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec=ARGUMENTS,
        required_one_of=[("alias", "key_id")],
        required_by={"rotation_period_days": ["rotation"]},
        supports_check_mode=True,
    )
    converge(module, Key(module), "key")


if __name__ == "__main__":
    main()
