#!/usr/bin/python
# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: security_groups
version_added: 0.1.0
short_description: Manage the security groups of a VPC, all at once
description:
  - Creates, changes and deletes security groups whose rules refer to each other by name, so that all of them can be declared,
    and planned, before any of them exists.
  - A new group lets nothing out that is not declared; AWS's own rule that lets everything out is removed.
  - Follows the Amazon EC2 API reference, actions CreateSecurityGroup, AuthorizeSecurityGroupIngress and their siblings.
author:
  - The Groundwork authors (@groundwork)
options:
  vpc_id:
    description: The VPC of the groups.
    type: str
    required: true
  groups:
    description: The groups. Groups of the VPC that are not named are left alone.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: Name of the group, one of a kind in its VPC.
        type: str
        required: true
      description:
        description: What the group is for; its name by default. AWS takes it when the group is created, and can't change it.
        type: str
      ingress:
        description: Who may connect to what is in the group.
        type: list
        elements: dict
        suboptions: &rule
          protocol:
            description: The protocol, or V(-1) for every protocol.
            type: str
            choices: [tcp, udp, icmp, icmpv6, "-1"]
            default: tcp
          from_port:
            description: First port, or ICMP type; V(-1) for all.
            type: int
            required: true
          to_port:
            description: Last port, or ICMP code; V(-1) for all.
            type: int
            required: true
          cidr:
            description: An address range, IPv4 or IPv6.
            type: str
          group:
            description: A group of O(groups) by its name, or another by its id.
            type: str
          prefix_list:
            description: Id of a prefix list.
            type: str
          description:
            description: What the rule is for.
            type: str
            default: ""
      egress:
        description: What may be connected to from within the group.
        type: list
        elements: dict
        suboptions: *rule
      tags:
        description: Tags that the group carries.
        type: dict
        default: {}
  purge_rules:
    description: Whether rules that are not declared are removed from the groups.
    type: bool
    default: false
  wait_timeout:
    description: Seconds to wait for a group to be released by what used it, when it is deleted.
    type: int
    default: 600
extends_documentation_fragment:
  - groundwork.cloud.converge
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Let the service alone connect to the database
  groundwork.cloud.security_groups:
    vpc_id: vpc-0123456789abcdef0
    purge_rules: true
    groups:
      - name: shop-web
        egress:
          - {from_port: 5432, to_port: 5432, group: shop-postgres}
      - name: shop-postgres
        ingress:
          - {from_port: 5432, to_port: 5432, group: shop-web}

- name: Remove both
  groundwork.cloud.security_groups:
    vpc_id: vpc-0123456789abcdef0
    groups: [{name: shop-web}, {name: shop-postgres}]
    state: absent
"""

RETURN = r"""
groups:
  description: The groups by name; those that are absent are not in it.
  returned: always
  type: dict
  sample:
    shop-postgres:
      id: sg-0123456789abcdef0
      ingress: [{protocol: tcp, from_port: 5432, to_port: 5432, peer: shop-web, description: ""}]
      egress: []
      tags: {}
"""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ..module_utils.aws import STATE_OPTION, AwsError, converge, tag_dict
from ..module_utils.ec2 import Ec2, tags_for
from ..module_utils.plan import Plan, plan

RULE: dict[str, Any] = {
    "type": "list",
    "elements": "dict",
    "options": {
        "protocol": {"type": "str", "choices": ["tcp", "udp", "icmp", "icmpv6", "-1"], "default": "tcp"},
        "from_port": {"type": "int", "required": True},
        "to_port": {"type": "int", "required": True},
        "cidr": {"type": "str"},
        "group": {"type": "str"},
        "prefix_list": {"type": "str"},
        "description": {"type": "str", "default": ""},
    },
    "required_one_of": [["cidr", "group", "prefix_list"]],
    "mutually_exclusive": [["cidr", "group", "prefix_list"]],
}
ARGUMENTS: dict[str, Any] = {
    "vpc_id": {"type": "str", "required": True},
    "groups": {
        "type": "list",
        "elements": "dict",
        "required": True,
        "options": {
            "name": {"type": "str", "required": True},
            "description": {"type": "str"},
            "ingress": RULE,
            "egress": RULE,
            "tags": {"type": "dict", "default": {}},
        },
    },
    "purge_rules": {"type": "bool", "default": False},
    "wait_timeout": {"type": "int", "default": 600},
    **STATE_OPTION,
}
PERMISSIONS = {"ingress": "IpPermissions", "egress": "IpPermissionsEgress"}
Rule = dict[str, Any]


class SecurityGroupError(AwsError):
    """A failed call to Amazon EC2."""


def declared_rule(rule: Mapping[str, Any]) -> Rule:
    """A rule of the options in the one form that rules are compared in."""
    return {
        "protocol": rule["protocol"],
        "from_port": -1 if rule["protocol"] == "-1" else rule["from_port"],
        "to_port": -1 if rule["protocol"] == "-1" else rule["to_port"],
        "peer": rule["cidr"] or rule["group"] or rule["prefix_list"],
        "description": rule["description"],
    }


def standing_rules(permissions: Iterable[Mapping[str, Any]], names: Mapping[str, str]) -> list[Rule]:
    """Amazon EC2's permissions in the same form, one rule a peer; C(names) are the groups' names by id."""
    rules = []
    for permission in permissions:
        ports = {"from_port": permission.get("FromPort", -1), "to_port": permission.get("ToPort", -1)}
        peers = [(span["CidrIp"], span) for span in permission.get("IpRanges", [])]
        peers += [(span["CidrIpv6"], span) for span in permission.get("Ipv6Ranges", [])]
        peers += [(entry["PrefixListId"], entry) for entry in permission.get("PrefixListIds", [])]
        peers += [(names.get(pair["GroupId"], pair["GroupId"]), pair) for pair in permission.get("UserIdGroupPairs", [])]
        rules += [
            {"protocol": permission["IpProtocol"], **ports, "peer": peer, "description": entry.get("Description", "")}
            for peer, entry in peers
        ]
    return in_order(rules)


def in_order(rules: Iterable[Rule]) -> list[Rule]:
    return sorted(rules, key=lambda rule: (*identity(rule), rule["description"]))


def identity(rule: Rule) -> tuple[Any, ...]:
    """What makes two rules the same one to AWS: all but the description."""
    return rule["protocol"], rule["from_port"], rule["to_port"], rule["peer"]


def wanted(params: Mapping[str, Any], current: Mapping[str, Any]) -> dict[str, Any]:
    """The declared groups by name."""
    if params["state"] == "absent":
        return {group["name"]: None for group in params["groups"]}
    return {group["name"]: _wanted(group, current.get(group["name"], {}), params["purge_rules"]) for group in params["groups"]}


def _wanted(group: Mapping[str, Any], current: Mapping[str, Any], purge: bool) -> dict[str, Any]:
    settings: dict[str, Any] = {"tags": {key: str(value) for key, value in group["tags"].items()}}
    for direction in PERMISSIONS:
        if group[direction] is None and current:
            continue
        rules = {identity(rule): rule for rule in map(declared_rule, group[direction] or [])}
        kept = [] if purge else [rule for rule in current.get(direction, []) if identity(rule) not in rules]
        settings[direction] = in_order([*rules.values(), *kept])
    return settings


class SecurityGroups(Ec2):
    error = SecurityGroupError

    def read(self) -> dict[str, Any]:
        names = [group["name"] for group in self.params["groups"]]
        filters = [*self.in_vpc, {"Name": "group-name", "Values": names}]
        with self.doing(f"read the security groups of {self.params['vpc_id']}"):
            found = self.pages("describe_security_groups", "SecurityGroups", Filters=filters) if names else []
        ids = {group["GroupId"]: group["GroupName"] for group in found}
        return {
            group["GroupName"]: {
                "id": group["GroupId"],
                "tags": tag_dict(group.get("Tags")),
                **{direction: standing_rules(group[key], ids) for direction, key in PERMISSIONS.items()},
            }
            for group in found
        }

    def wanted(self, current: Mapping[str, Any]) -> dict[str, Any]:
        return wanted(self.params, current)

    def apply(self, todo: Plan) -> None:
        if todo.delete:
            self._delete(todo.delete)
            return
        for name in todo.create:
            self._create(name, next(group for group in self.params["groups"] if group["name"] == name))
        current = self.read()
        ids = {name: group["id"] for name, group in current.items()}
        for name, (have, want) in plan(current, {name: todo.after(name) for name in [*todo.create, *todo.update]}).update.items():
            self.add_tags(f"security group {name}", ids[name], have["tags"], want["tags"])
            for direction in PERMISSIONS:
                if direction in want:
                    self._rule(name, direction, have[direction], want[direction], ids)

    def _create(self, name: str, group: Mapping[str, Any]) -> None:
        tags = tags_for("security-group", group["tags"]) if group["tags"] else []
        with self.doing(f"create security group {name}"):
            request = {"GroupName": name, "Description": group["description"] or name, "VpcId": self.params["vpc_id"]}
            created = self.client.create_security_group(**request, TagSpecifications=tags)["GroupId"]
            self.client.get_waiter("security_group_exists").wait(GroupIds=[created])

    def _rule(self, name: str, direction: str, have: list[Rule], want: list[Rule], ids: Mapping[str, str]) -> None:
        standing, declared = {identity(rule): rule for rule in have}, {identity(rule): rule for rule in want}
        steps = {
            f"authorize_security_group_{direction}": [rule for key, rule in declared.items() if key not in standing],
            f"revoke_security_group_{direction}": [rule for key, rule in standing.items() if key not in declared],
            f"update_security_group_rule_descriptions_{direction}": [
                rule for key, rule in declared.items() if key in standing and standing[key] != rule
            ],
        }
        for operation, rules in steps.items():
            if rules:
                with self.doing(f"change the {direction} rules of security group {name}"):
                    getattr(self.client, operation)(GroupId=ids[name], IpPermissions=[permission(rule, ids) for rule in rules])

    def _delete(self, groups: Mapping[str, Mapping[str, Any]]) -> None:
        ids = {name: group["id"] for name, group in groups.items()}
        for name, group in groups.items():
            for direction in PERMISSIONS:
                self._rule(name, direction, group[direction], [], ids)
        for name in groups:
            call = partial(self.client.delete_security_group, GroupId=ids[name])
            self.remove(f"security group {name}", call, "InvalidGroup.NotFound")


def permission(rule: Rule, ids: Mapping[str, str]) -> dict[str, Any]:
    """A rule as Amazon EC2's IpPermission; C(ids) are the groups' ids by name."""
    peer = rule["peer"]
    described = {"Description": rule["description"]} if rule["description"] else {}
    if "/" in peer:
        key = "Ipv6Ranges" if ":" in peer else "IpRanges"
        ends = {key: [{"CidrIpv6" if ":" in peer else "CidrIp": peer, **described}]}
    elif peer.startswith("pl-"):
        ends = {"PrefixListIds": [{"PrefixListId": peer, **described}]}
    else:
        ends = {"UserIdGroupPairs": [{"GroupId": ids.get(peer, peer), **described}]}
    return {"IpProtocol": rule["protocol"], "FromPort": rule["from_port"], "ToPort": rule["to_port"], **ends}


def main() -> None:
    module = AnsibleAWSModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    converge(module, SecurityGroups(module), "groups")


if __name__ == "__main__":
    main()
