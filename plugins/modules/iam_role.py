#!/usr/bin/python
# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: iam_role
version_added: 0.1.0
short_description: Manage an IAM role with what it may do
description:
  - Creates, changes and deletes a role with its trust policy, permissions boundary, managed and inline policies, instance profile
    and tags, all in one task.
  - A role that is deleted loses its policies first, and the instance profile of its name goes with it. One that stands in an
    instance profile of another name is not deleted.
  - Follows the IAM API reference, actions CreateRole, UpdateRole, AttachRolePolicy, PutRolePolicy, AddRoleToInstanceProfile and
    their siblings.
author:
  - The Groundwork authors (@groundwork)
options:
  name:
    description: Name of the role.
    type: str
    required: true
  path:
    description: Path of the role, V(/) when left out of a new one. It is chosen when the role is created, and stays for life.
    type: str
  description:
    description: What the role is for.
    type: str
  trust_policy:
    description:
      - Who may act in the role, as an IAM policy document. It is compared by meaning, not by order.
      - A new role has to have one.
    type: dict
  max_session_duration:
    description: Seconds that a session of the role may last, 3600 to 43200.
    type: int
  boundary:
    description: ARN of the managed policy that bounds what the role may do; an empty string takes the boundary away.
    type: str
  managed_policies:
    description:
      - ARNs or names of managed policies that are attached.
      - An ARN costs nothing to look up; a name that is not attached yet is looked for among all policies of the account.
    type: list
    elements: str
  purge_managed_policies:
    description: Whether managed policies that O(managed_policies) does not name are detached.
    type: bool
    default: false
  inline_policies:
    description:
      - Inline policies by name, as IAM policy documents. They are compared by meaning, not by order.
      - An empty document removes the policy of that name.
    type: dict
  purge_inline_policies:
    description: Whether inline policies that O(inline_policies) does not name are removed.
    type: bool
    default: false
  instance_profile:
    description:
      - Whether there is an instance profile of the role's name with the role in it, as Amazon EC2 needs it.
      - With V(false) it is removed, unless another role is in it.
    type: bool
  wait_timeout:
    description: For how many seconds to wait until IAM shows what was changed.
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
- name: Let the tasks of the shop read its uploads
  groundwork.cloud.iam_role:
    name: shop-production-web-task
    path: /groundwork/shop/production/
    trust_policy:
      Version: "2012-10-17"
      Statement:
        - {Effect: Allow, Principal: {Service: ecs-tasks.amazonaws.com}, Action: "sts:AssumeRole"}
    inline_policies:
      permissions:
        Version: "2012-10-17"
        Statement:
          - {Effect: Allow, Action: "s3:GetObject", Resource: "arn:aws:s3:::shop-uploads/*"}

- name: Let instances be managed by AWS Systems Manager, and do nothing else
  groundwork.cloud.iam_role:
    name: shop-machines
    trust_policy:
      Version: "2012-10-17"
      Statement:
        - {Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: "sts:AssumeRole"}
    managed_policies: ["arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"]
    purge_managed_policies: true
    inline_policies: {}
    purge_inline_policies: true
    instance_profile: true

- name: Remove the role with its policies and its instance profile
  groundwork.cloud.iam_role:
    name: shop-machines
    state: absent
"""

RETURN = r"""
role:
  description: The role; empty when it is absent.
  returned: always
  type: dict
  contains:
    name:
      description: Its name.
      type: str
      sample: shop-machines
    id:
      description: Its unique id. Known once the role exists.
      type: str
      sample: AROA1234567890EXAMPLE
    arn:
      description: Its ARN. Known once the role exists.
      type: str
      sample: arn:aws:iam::111122223333:role/shop-machines
    path:
      description: Its path.
      type: str
      sample: /
    description:
      description: What it is for.
      type: str
      sample: Instances of the shop
    max_session_duration:
      description: Seconds that a session may last.
      type: int
      sample: 3600
    boundary:
      description: ARN of its permissions boundary, empty when there is none.
      type: str
      sample: ""
    trust_policy:
      description: Who may act in it.
      type: dict
      sample: {"Version": "2012-10-17", "Statement": []}
    managed_policies:
      description: Names of the attached managed policies by their ARN.
      returned: when O(managed_policies) is declared
      type: dict
      sample: {"arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore": "AmazonSSMManagedInstanceCore"}
    inline_policies:
      description: Inline policies by name, those that are declared and, with O(purge_inline_policies), all.
      returned: when O(inline_policies) is declared
      type: dict
      sample: {"permissions": {"Version": "2012-10-17", "Statement": []}}
    instance_profile:
      description: The instance profile.
      returned: when O(instance_profile) is declared and there is one
      type: dict
      contains:
        name:
          description: Its name.
          type: str
          sample: shop-machines
        arn:
          description: Its ARN. Known once it exists.
          type: str
          sample: arn:aws:iam::111122223333:instance-profile/shop-machines
        roles:
          description: The role in it.
          type: list
          elements: str
          sample: [shop-machines]
        tags:
          description: Its tags.
          type: dict
          sample: {"groundwork:stack": "shop"}
    tags:
      description: The tags.
      type: dict
      sample: {"groundwork:stack": "shop"}
"""

import json
from collections.abc import Callable, Iterable, Mapping
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
from ..module_utils.plan import Exact, Plan, declared, exact
from ..module_utils.policy import policy_part, same_policy

ARGUMENTS: dict[str, Any] = {
    "name": {"type": "str", "required": True},
    "path": {"type": "str"},
    "description": {"type": "str"},
    "trust_policy": {"type": "dict"},
    "max_session_duration": {"type": "int"},
    "boundary": {"type": "str"},
    "managed_policies": {"type": "list", "elements": "str"},
    "purge_managed_policies": {"type": "bool", "default": False},
    "inline_policies": {"type": "dict"},
    "purge_inline_policies": {"type": "bool", "default": False},
    "instance_profile": {"type": "bool"},
    "wait_timeout": {"type": "int", "default": 120},
    **STATE_OPTION,
    **TAG_OPTIONS,
}
SETTINGS = ("name", "path", "description", "max_session_duration", "boundary")
# What IAM says of a role, a profile or a principal that was made a moment ago.
NOT_YET = ("cannot be found", "Invalid principal in policy")


class RoleError(AwsError):
    """A failed call to IAM."""


def wanted(params: Mapping[str, Any], current: Mapping[str, Any]) -> dict[str, Any]:
    """The declared parts, C(role) and one for each of what belongs to it; O(managed_policies) by their ARNs."""
    if params["state"] == "absent":
        return dict.fromkeys(current)
    name, standing = params["name"], current.get("role", {})
    path = standing.get("path", params["path"])
    if params["path"] not in (None, path):
        raise RoleError(f"change role {name}", f"its path is {path} and can't be changed; keep it, or use another name")
    if not params["trust_policy"] and (params["trust_policy"] is not None or not standing):
        raise RoleError(f"change role {name}", "a role can't be without a trust policy; set trust_policy")
    parts: dict[str, Any] = {"role": declared({option: params[option] for option in SETTINGS}), **tags_part(params)}
    if params["trust_policy"] is not None:
        parts["trust_policy"] = policy_part(params["trust_policy"], current.get("trust_policy"))
    if params["managed_policies"] is not None:
        attached = {arn: arn.rpartition("/")[2] for arn in params["managed_policies"]}
        parts["managed_policies"] = Exact(attached) if params["purge_managed_policies"] else attached
    if params["inline_policies"] is not None:
        parts["inline_policies"] = inline_part(params, current.get("inline_policies", {}))
    if params["instance_profile"] is not None:
        parts |= profile_part(params, current.get("instance_profile"), parts.get("tags"))
    # Of a new role, what it shall not have is nothing to make.
    return {part: want for part, want in parts.items() if standing or want or part == "instance_profile"}


def inline_part(params: Mapping[str, Any], standing: Mapping[str, Any]) -> dict[str, Any]:
    """The inline policies to plan with: whole when some of those that stand shall go, else the declared ones."""
    documents = {
        name: standing[name] if name in standing and same_policy(document, standing[name]) else exact(document)
        for name, document in params["inline_policies"].items()
        if document
    }
    if params["purge_inline_policies"]:
        return Exact(documents)
    emptied = {name for name, document in params["inline_policies"].items() if not document}
    if not emptied & set(standing):
        return documents
    return Exact({name: document for name, document in standing.items() if name not in emptied} | documents)


def profile_part(params: Mapping[str, Any], standing: Mapping[str, Any] | None, tags: Any) -> dict[str, Any]:
    """The instance profile to plan with; none to speak of when it is another role's and shall not be."""
    name = params["name"]
    others = [role for role in (standing or {}).get("roles", []) if role != name]
    if not params["instance_profile"]:
        return {} if others else {"instance_profile": None}
    if others:
        raise RoleError(
            f"put role {name} into its instance profile", f"role {others[0]} is in it; remove that one first, or use another name"
        )
    return {"instance_profile": {"name": name, "roles": [name], **({"tags": tags} if tags is not None else {})}}


def described(role: Mapping[str, Any]) -> dict[str, Any]:
    """IAM's Role in the words of this module's options."""
    return {
        "name": role["RoleName"],
        "id": role["RoleId"],
        "arn": role["Arn"],
        "path": role["Path"],
        "description": role.get("Description") or "",
        "max_session_duration": role.get("MaxSessionDuration", 3600),
        "boundary": (role.get("PermissionsBoundary") or {}).get("PermissionsBoundaryArn", ""),
    }


def described_profile(profile: Mapping[str, Any]) -> dict[str, Any]:
    """IAM's InstanceProfile in the words of this module's options."""
    return {
        "name": profile["InstanceProfileName"],
        "arn": profile["Arn"],
        "roles": [role["RoleName"] for role in profile["Roles"]],
        "tags": tag_dict(profile.get("Tags")),
    }


def policy_arns(policies: Iterable[str], attached: Iterable[str], everything: Callable[[], Iterable[str]]) -> list[str]:
    """The ARNs of policies that are declared by name or ARN; all that there are is asked only for names that are not attached."""
    found = []
    for policy in policies:
        if policy.startswith("arn:"):
            found.append(policy)
            continue
        known = _of_name(policy, attached) or _of_name(policy, everything())
        if len(known) != 1:
            # One of AWS and one of the account, for instance.
            said = f"there are {len(known)} of that name; give the ARN" if known else "there is none of that name; give its ARN"
            raise RoleError(f"look up managed policy {policy}", said)
        found += known
    return found


def _of_name(policy: str, arns: Iterable[str]) -> list[str]:
    return [arn for arn in arns if arn.rpartition("/")[2] == policy]


class Role(Service):
    name = "iam"
    error = RoleError

    def __init__(self, module: AnsibleAWSModule) -> None:
        super().__init__(module)
        self.role: str = self.params["name"]
        self._policies: list[str] = []

    def read(self) -> dict[str, Any]:
        """What stands of what is declared, or of all that has to go: each part costs a call and a permission."""
        gone = self.params["state"] == "absent"
        role = self._role()
        if gone and not role:
            return {}
        asked = {option for option in ARGUMENTS if gone or self.params[option] is not None}
        parts: dict[str, Any] = {}
        if role:
            parts["role"] = described(role)
            parts["trust_policy"] = role["AssumeRolePolicyDocument"]
            parts["tags"] = tag_dict(role.get("Tags"))
        if role and "managed_policies" in asked:
            with self.doing(f"read what is attached to role {self.role}"):
                attached = self.pages("list_attached_role_policies", "AttachedPolicies", RoleName=self.role)
            parts["managed_policies"] = {policy["PolicyArn"]: policy["PolicyName"] for policy in attached}
        if role and "inline_policies" in asked:
            parts["inline_policies"] = self._inline(everything=gone or self.params["purge_inline_policies"])
        profile = self._profile() if "instance_profile" in asked else {}
        # One that another role is in stays when this role goes.
        if profile and (not gone or profile["roles"] in ([], [self.role])):
            parts["instance_profile"] = profile
        return parts

    def _role(self) -> dict[str, Any]:
        with self.doing(f"read role {self.role}", "NoSuchEntity"):
            role: dict[str, Any] = self.client.get_role(RoleName=self.role)["Role"]
            return role
        return {}

    def _inline(self, *, everything: bool) -> dict[str, Any]:
        names: Iterable[str] = self.params["inline_policies"] or ()
        if everything:
            with self.doing(f"list the policies of role {self.role}"):
                names = self.pages("list_role_policies", "PolicyNames", RoleName=self.role)
        documents = {}
        for name in names:
            with self.doing(f"read policy {name} of role {self.role}", "NoSuchEntity"):
                documents[name] = self.client.get_role_policy(RoleName=self.role, PolicyName=name)["PolicyDocument"]
        return documents

    def _profile(self) -> dict[str, Any]:
        with self.doing(f"read the instance profile of role {self.role}", "NoSuchEntity"):
            return described_profile(self.client.get_instance_profile(InstanceProfileName=self.role)["InstanceProfile"])
        return {}

    def wanted(self, current: Mapping[str, Any]) -> dict[str, Any]:
        if self.params["state"] == "absent":
            if current:
                self._refuse_if_used()
            return wanted(self.params, current)
        policies, attached = self.params["managed_policies"], current.get("managed_policies", {})
        arns = policies and policy_arns(policies, attached, self._all_policies)
        return wanted({**self.params, "managed_policies": arns}, current)

    def _refuse_if_used(self) -> None:
        """Before it loses what it may do: IAM would not let go of it after that either."""
        with self.doing(f"read the instance profiles of role {self.role}"):
            profiles = self.pages("list_instance_profiles_for_role", "InstanceProfiles", RoleName=self.role)
        others = [name for name in (profile["InstanceProfileName"] for profile in profiles) if name != self.role]
        if others:
            raise self.error(f"delete role {self.role}", f"it is in instance profile {others[0]}; remove it from there first")

    def _all_policies(self) -> list[str]:
        if not self._policies:
            with self.doing("look for managed policies by name"):
                # AWS alone has more than a thousand.
                pages = self.pages("list_policies", "Policies", PaginationConfig={"PageSize": 1000})
                self._policies = [policy["Arn"] for policy in pages]
        return self._policies

    def apply(self, todo: Plan) -> None:
        if "role" in todo.delete:
            self._delete(todo)
            return
        if "role" in todo.create:
            self._create(todo)
        else:
            self._update(todo)
        self._attach(todo.before("managed_policies"), todo.after("managed_policies"))
        self._put(todo.before("inline_policies"), todo.after("inline_policies"))
        if "instance_profile" in todo.delete:
            self._delete_profile(todo.delete["instance_profile"])
        elif profile := todo.after("instance_profile"):
            self._fill_profile(todo.before("instance_profile"), profile)
        self.settle(f"role {self.role}", "trust_policy", "inline_policies")

    def _ask(self, doing: str, operation: str, **request: Any) -> None:
        sentence = f"{doing} role {self.role}"
        with self.doing(sentence):
            self.persist(sentence, lambda: getattr(self.client, operation)(**request), *NOT_YET)

    def _undo(self, doing: str, operation: str, *passing: str, **request: Any) -> None:
        """What is gone already needs no undoing."""
        sentence = f"{doing} role {self.role}"
        with self.doing(sentence, "NoSuchEntity"):
            self.persist(sentence, lambda: getattr(self.client, operation)(**request), *passing)

    def _create(self, todo: Plan) -> None:
        role = todo.create["role"]
        request: dict[str, Any] = {"AssumeRolePolicyDocument": json.dumps(todo.after("trust_policy"))}
        for option, name in (
            ("path", "Path"),
            ("description", "Description"),
            ("max_session_duration", "MaxSessionDuration"),
            ("boundary", "PermissionsBoundary"),
        ):
            if role.get(option):
                request[name] = role[option]
        if tags := todo.after("tags"):
            request["Tags"] = tag_list(tags)
        self._ask("create", "create_role", RoleName=self.role, **request)
        self.wait(f"role {self.role} to be there", self._role, bool, state=lambda role: "absent")

    def _update(self, todo: Plan) -> None:
        before, after = todo.before("role"), todo.after("role") or {}
        if any(option in after and before[option] != after[option] for option in ("description", "max_session_duration")):
            # Both, for IAM gives a session its default duration when it is not told one.
            stands = {**described(self._role()), **after}
            settings = {"Description": stands["description"], "MaxSessionDuration": stands["max_session_duration"]}
            self._ask("change", "update_role", RoleName=self.role, **settings)
        if "boundary" in after and before["boundary"] != after["boundary"]:
            if after["boundary"]:
                self._ask("bound", "put_role_permissions_boundary", RoleName=self.role, PermissionsBoundary=after["boundary"])
            else:
                self._undo("take the boundary from", "delete_role_permissions_boundary", RoleName=self.role)
        if trust := todo.after("trust_policy"):
            self._ask(
                "put the trust policy of", "update_assume_role_policy", RoleName=self.role, PolicyDocument=json.dumps(trust)
            )
        if tags := todo.after("tags"):
            self._ask("tag", "tag_role", RoleName=self.role, Tags=tag_list(tags))
        if gone := tags_to_remove(todo):
            self._undo("untag", "untag_role", RoleName=self.role, TagKeys=gone)

    def _attach(self, before: Mapping[str, Any], after: Mapping[str, Any] | None) -> None:
        """Attach and detach until it is so. What is new comes first, so that the role is never without what it needs."""
        if after is None:
            return
        for arn in after:
            if arn not in before:
                self._ask(f"attach {arn} to", "attach_role_policy", RoleName=self.role, PolicyArn=arn)
        for arn in before:
            if arn not in after:
                self._undo(f"detach {arn} from", "detach_role_policy", RoleName=self.role, PolicyArn=arn)

    def _put(self, before: Mapping[str, Any], after: Mapping[str, Any] | None) -> None:
        if after is None:
            return
        for name, document in after.items():
            if before.get(name) != document:
                self._ask(
                    f"put policy {name} of",
                    "put_role_policy",
                    RoleName=self.role,
                    PolicyName=name,
                    PolicyDocument=json.dumps(document),
                )
        for name in before:
            if name not in after:
                self._undo(f"delete policy {name} of", "delete_role_policy", RoleName=self.role, PolicyName=name)

    def _fill_profile(self, before: Mapping[str, Any], profile: Mapping[str, Any]) -> None:
        key, tags = {"InstanceProfileName": self.role}, profile.get("tags") or {}
        if not before:
            path = (self.params["path"] and {"Path": self.params["path"]}) or {}
            request = {**key, **path, **({"Tags": tag_list(tags)} if tags else {})}
            self._ask("make the instance profile of", "create_instance_profile", **request)
        elif "tags" in profile:
            if tags and before["tags"] != tags:
                self._ask("tag the instance profile of", "tag_instance_profile", **key, Tags=tag_list(tags))
            if gone := sorted(set(before["tags"]) - set(tags)):
                self._undo("untag the instance profile of", "untag_instance_profile", **key, TagKeys=gone)
        if not before.get("roles"):
            self._ask("fill the instance profile of", "add_role_to_instance_profile", **key, RoleName=self.role)

    def _delete_profile(self, profile: Mapping[str, Any]) -> None:
        key = {"InstanceProfileName": self.role}
        if profile["roles"]:
            self._undo("empty the instance profile of", "remove_role_from_instance_profile", **key, RoleName=self.role)
        self._undo("delete the instance profile of", "delete_instance_profile", "remove roles", **key)

    def _delete(self, todo: Plan) -> None:
        """The role goes last, so that a run that was cut off is finished by the next."""
        if "instance_profile" in todo.delete:
            self._delete_profile(todo.delete["instance_profile"])
        self._attach(todo.delete["managed_policies"], {})
        self._put(todo.delete["inline_policies"], {})
        self._undo("delete", "delete_role", "detach all policies first", "delete policies first", RoleName=self.role)
        self.wait(f"role {self.role} to be gone", self._role, lambda role: not role, state=lambda role: "there")


def main() -> None:
    module = AnsibleAWSModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    converge(module, Role(module), "role")


if __name__ == "__main__":
    main()
