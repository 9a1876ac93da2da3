#!/usr/bin/python
# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: secret
version_added: 0.1.0
short_description: Manage an AWS Secrets Manager secret
description:
  - Creates, changes, restores and deletes a secret, with its resource policy and tags.
  - With O(generate) the value is made by Secrets Manager, once, and is never shown, compared or made again.
  - A secret that is scheduled for deletion under the same name is restored, with the value it had.
  - Follows the AWS Secrets Manager API reference, actions CreateSecret, GetRandomPassword, PutSecretValue, RestoreSecret and
    their siblings.
author:
  - The Groundwork authors (@groundwork)
options:
  name:
    description: Name of the secret, with slashes for a hierarchy.
    type: str
    required: true
  description:
    description: What the secret is for.
    type: str
  kms_key:
    description:
      - ID, alias or ARN of the KMS key that encrypts the secret. Left out when it is created, Secrets Manager uses its own key.
    type: str
  generate:
    description:
      - Let Secrets Manager make the value when the secret has none. An empty mapping takes every default.
      - Nothing in it is compared later, so a value, once there, stays.
    type: dict
    suboptions:
      length:
        description: How many characters the value has.
        type: int
        default: 32
      exclude_characters:
        description: Characters that the value does not have. Amazon RDS takes no C(/), C(@), double quote or space.
        type: str
        default: ''
      exclude_lowercase:
        description: Whether lower-case letters are left out.
        type: bool
        default: false
      exclude_numbers:
        description: Whether digits are left out.
        type: bool
        default: false
      exclude_punctuation:
        description: Whether punctuation is left out.
        type: bool
        default: false
      exclude_uppercase:
        description: Whether upper-case letters are left out.
        type: bool
        default: false
      include_space:
        description: Whether the value may have spaces.
        type: bool
        default: false
      require_each_included_type:
        description: Whether the value has at least one character of each kind that is not left out.
        type: bool
        default: true
      template:
        description:
          - What else a JSON secret holds, for instance a user name. The generated value is added to it under O(generate.key).
          - Left out, the secret is the generated value alone.
        type: dict
      key:
        description: Under which key of O(generate.template) the generated value lands.
        type: str
        default: password
  value:
    description:
      - The value, as text. For a JSON secret, write the mapping with the P(ansible.builtin.to_json#filter) filter; two JSON
        texts are the same value when they say the same.
    type: str
  on_change:
    description:
      - Whether O(value) is written again when the secret holds another one. With V(never), a value that stands is not even read.
    type: str
    choices: [always, never]
    default: always
  recovery_window_days:
    description:
      - For how many days, 7 to 30, a deleted secret can be restored. V(0) deletes at once and for good, also a secret that
        is already scheduled for deletion.
    type: int
    default: 30
  resource_policy:
    description:
      - Who else may use the secret, as an IAM policy document. An empty mapping removes the policy.
      - A policy that opens the secret to everybody is refused by Secrets Manager.
    type: dict
  wait_timeout:
    description: For how many seconds to try again while Secrets Manager still gives up a deleted secret of the same name.
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
- name: A password that nobody ever saw, beside its user name
  groundwork.cloud.secret:
    name: shop/production/database
    description: The application's database user
    generate:
      exclude_characters: '/@" '
      template: {username: app}

- name: A token that another company gave us
  groundwork.cloud.secret:
    name: shop/production/payments
    value: "{{ payments_token }}"

- name: Delete a secret at once
  groundwork.cloud.secret:
    name: shop/production/payments
    state: absent
    recovery_window_days: 0
"""

RETURN = r"""
secret:
  description: The secret, without its value; empty when it is absent.
  returned: always
  type: dict
  contains:
    name:
      description: Its name.
      type: str
      sample: shop/production/database
    arn:
      description: Its ARN. Known once the secret exists.
      type: str
      sample: arn:aws:secretsmanager:us-east-1:111122223333:secret:shop/production/database-AbCdEf
    version_id:
      description: The version of its current value, empty when it has no value. Known once the secret exists.
      type: str
      sample: 5048d63d-2ac0-4d3d-b442-e25c1d8b7e0b
    value_stands:
      description: Whether it holds the value that was declared or generated, or any value when none was declared.
      type: bool
      sample: true
    description:
      description: What it is for.
      type: str
      sample: The application's database user
    kms_key:
      description: The KMS key that encrypts it, empty for the key of Secrets Manager.
      type: str
      sample: arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab
    scheduled_for_deletion:
      description: Whether it is scheduled for deletion.
      type: bool
      sample: false
    resource_policy:
      description: The resource policy.
      returned: when there is one
      type: dict
      sample: {"Version": "2012-10-17", "Statement": []}
    tags:
      description: The tags.
      type: dict
      sample: {"groundwork:stack": "shop"}
"""

import json
from collections.abc import Mapping
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.amazon.aws.plugins.module_utils.policy import compare_policies

from ..module_utils.aws import STATE_OPTION, TAG_OPTIONS, AwsError, Service, converge, tag_dict, tag_list, tags_part
from ..module_utils.plan import Exact, Plan, declared, plan

KINDS = ("lowercase", "numbers", "punctuation", "uppercase")
ARGUMENTS: dict[str, Any] = {
    "name": {"type": "str", "required": True},
    "description": {"type": "str"},
    "kms_key": {"type": "str", "no_log": False},
    "generate": {
        "type": "dict",
        "no_log": False,
        "options": {
            "length": {"type": "int", "default": 32},
            "exclude_characters": {"type": "str", "default": ""},
            **{f"exclude_{kind}": {"type": "bool", "default": False} for kind in KINDS},
            "include_space": {"type": "bool", "default": False},
            "require_each_included_type": {"type": "bool", "default": True},
            "template": {"type": "dict"},
            "key": {"type": "str", "default": "password", "no_log": False},
        },
    },
    "value": {"type": "str", "no_log": True},
    "on_change": {"type": "str", "choices": ["always", "never"], "default": "always"},
    "recovery_window_days": {"type": "int", "default": 30},
    "resource_policy": {"type": "dict"},
    "wait_timeout": {"type": "int", "default": 120},
    **STATE_OPTION,
    **TAG_OPTIONS,
}
CURRENT = "AWSCURRENT"


class SecretError(AwsError):
    """A failed call to AWS Secrets Manager."""


def wanted(params: Mapping[str, Any], current: Mapping[str, Any]) -> dict[str, Any]:
    """The declared parts: C(secret), C(resource_policy), C(tags)."""
    name, days = params["name"], params["recovery_window_days"]
    if days != 0 and not 7 <= days <= 30:
        raise SecretError(f"plan secret {name}", f"recovery_window_days is {days}; take 7 to 30, or 0 to delete at once")
    if params["state"] == "absent":
        return {"secret": None}
    secret = {key: params[key] for key in ("name", "description", "kms_key")}
    secret["scheduled_for_deletion"] = False
    if params["value"] is not None or params["generate"] is not None:
        secret["value_stands"] = True
    parts: dict[str, Any] = {"secret": declared(secret), **tags_part(params)}
    if (policy := params["resource_policy"]) is not None:
        stands = current.get("resource_policy")
        # AWS writes principals its own way; a policy that means the same is left as it stands.
        same = bool(policy and stands) and not compare_policies(stands, policy)
        parts["resource_policy"] = Exact(stands if same and stands else policy) or None
    return parts


def described(secret: Mapping[str, Any]) -> dict[str, Any]:
    """DescribeSecret's answer in the words of this module's options."""
    versions = secret.get("VersionIdsToStages") or {}
    version = next((version for version, stages in versions.items() if CURRENT in stages), "")
    return {
        "name": secret["Name"],
        "arn": secret["ARN"],
        "version_id": version,
        "value_stands": bool(version),
        "description": secret.get("Description") or "",
        "kms_key": secret.get("KmsKeyId") or "",
        "scheduled_for_deletion": bool(secret.get("DeletedDate")),
    }


def same_value(have: str | None, want: str) -> bool:
    """Whether two texts are the same value: JSON objects by what they say, all else by the letter."""
    if have == want:
        return True
    try:
        old, new = json.loads(have or ""), json.loads(want)
    except ValueError:
        return False
    return isinstance(new, dict) and bool(old == new)


def document(generate: Mapping[str, Any], password: str) -> str:
    """The text of a generated secret: the password alone, or the template with the password in its place."""
    if generate["template"] is None:
        return password
    return json.dumps({**generate["template"], generate["key"]: password})


def password_request(generate: Mapping[str, Any]) -> dict[str, Any]:
    """GetRandomPassword's arguments."""
    return {
        "PasswordLength": generate["length"],
        "ExcludeCharacters": generate["exclude_characters"],
        "ExcludeLowercase": generate["exclude_lowercase"],
        "ExcludeNumbers": generate["exclude_numbers"],
        "ExcludePunctuation": generate["exclude_punctuation"],
        "ExcludeUppercase": generate["exclude_uppercase"],
        "IncludeSpace": generate["include_space"],
        "RequireEachIncludedType": generate["require_each_included_type"],
    }


class Secret(Service):
    name = "secretsmanager"
    error = SecretError

    @property
    def key(self) -> dict[str, str]:
        return {"SecretId": self.params["name"]}

    def read(self) -> dict[str, Any]:
        name, answer = self.params["name"], {}
        with self.doing(f"read secret {name}", "ResourceNotFoundException"):
            answer = self.client.describe_secret(**self.key)
        if not answer:
            return {}
        parts: dict[str, Any] = {"secret": described(answer), "tags": tag_dict(answer.get("Tags"))}
        secret = parts["secret"]
        secret["kms_key"] = self.as_declared(secret["kms_key"], self.params["kms_key"])
        if secret["scheduled_for_deletion"]:  # neither its value nor its policy can be read
            gone = self.params["state"] == "absent" and self.params["recovery_window_days"] > 0
            return {} if gone else parts
        if self.params["state"] == "absent":
            return parts
        if secret["version_id"] and self.params["value"] is not None and self.params["on_change"] == "always":
            with self.doing(f"compare the value of secret {name}"):
                stands = self.client.get_secret_value(**self.key).get("SecretString")
                secret["value_stands"] = same_value(stands, self.params["value"])
        with self.doing(f"read the resource policy of secret {name}"):
            if policy := self.client.get_resource_policy(**self.key).get("ResourcePolicy"):
                parts["resource_policy"] = json.loads(policy)
        return parts

    def wanted(self, current: Mapping[str, Any]) -> dict[str, Any]:
        return wanted(self.params, current)

    def apply(self, todo: Plan) -> None:
        name = self.params["name"]
        if "secret" in todo.delete:
            days = self.params["recovery_window_days"]
            how: dict[str, Any] = {"RecoveryWindowInDays": days} if days else {"ForceDeleteWithoutRecovery": True}
            with self.doing(f"delete secret {name}", "ResourceNotFoundException"):
                self.client.delete_secret(**self.key, **how)
            return
        if todo.before("secret").get("scheduled_for_deletion"):
            with self.doing(f"restore secret {name}"):
                self.client.restore_secret(**self.key)
            current = self.read()  # only now can its value and policy be read
            todo = plan(current, self.wanted(current))
        if "secret" in todo.create:
            self._create(todo.create["secret"], todo.after("tags") or {})
        elif "secret" in todo.update:
            self._update(*todo.update["secret"])
        if "tags" in todo.update:
            self.tag(f"secret {name}", self.key["SecretId"], *todo.update["tags"])
        with self.doing(f"put the resource policy of secret {name}"):
            if policy := todo.after("resource_policy"):
                self.client.put_resource_policy(**self.key, ResourcePolicy=json.dumps(policy), BlockPublicPolicy=True)
            if "resource_policy" in todo.delete:
                self.client.delete_resource_policy(**self.key)

    def _create(self, secret: Mapping[str, Any], tags: Mapping[str, str]) -> None:
        name = self.params["name"]
        request = {"Name": name, "Description": secret.get("description"), "KmsKeyId": secret.get("kms_key") or None}
        request |= {"SecretString": self._value() if "value_stands" in secret else None, "Tags": tag_list(tags)}

        def created() -> bool:
            # A secret deleted at once keeps its name for some seconds; nothing else of a new secret is an invalid request.
            with self.doing(f"create secret {name}", "InvalidRequestException"):
                self.client.create_secret(**declared(request))
                return True
            return False

        self.wait(f"the deletion of the earlier secret {name}", created, bool, state=lambda value: "under way")

    def _update(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        name = self.params["name"]
        settings = {"description": "Description", "kms_key": "KmsKeyId"}
        changes = {argument: after[key] for key, argument in settings.items() if key in after and after[key] != before.get(key)}
        with self.doing(f"change secret {name}"):
            if changes:
                self.client.update_secret(**self.key, **changes)
        with self.doing(f"put the value of secret {name}"):
            if "value_stands" in after and not before["value_stands"]:
                self.client.put_secret_value(**self.key, SecretString=self._value())

    def _value(self) -> str:
        if self.params["value"] is not None:
            return str(self.params["value"])
        with self.doing(f"generate the value of secret {self.params['name']}"):
            password = self.client.get_random_password(**password_request(self.params["generate"]))["RandomPassword"]
        return document(self.params["generate"], password)


def main() -> None:
    module = AnsibleAWSModule(argument_spec=ARGUMENTS, mutually_exclusive=[("value", "generate")], supports_check_mode=True)
    converge(module, Secret(module), "secret")


if __name__ == "__main__":
    main()
