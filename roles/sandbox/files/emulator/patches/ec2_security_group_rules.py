# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Amazon EC2: the description of a security group's rule.

API reference: IpRange, UserIdGroupPair and PrefixListId each carry a description; SecurityGroupRule shows it as its own, and
ModifySecurityGroupRules changes it. Two rules that differ in the description alone are one rule to AuthorizeSecurityGroupIngress,
RevokeSecurityGroupIngress and UpdateSecurityGroupRuleDescriptionsIngress. DeleteSecurityGroup answers DependencyViolation while a
network interface, or another group's rule, still names the group.
"""

from __future__ import annotations

from typing import Any

from moto.ec2.exceptions import DependencyViolationError
from moto.ec2.models import EC2Backend
from moto.ec2.models.security_groups import SecurityGroup, SecurityGroupRule


def apply() -> None:
    init = SecurityGroupRule.__init__
    flattened = SecurityGroup._flattened_rules
    modify = EC2Backend.modify_security_group_rules

    def initialize(self: Any, *arguments: Any, **settings: Any) -> None:
        init(self, *arguments, **settings)
        # Of the prefix list, its eighth argument, moto keeps the id alone.
        listed = settings.get("prefix_list_id") or (arguments[7] if len(arguments) > 7 else None)
        self.prefix_list = dict(listed or {})

    def flattened_rules(self: Any, rules: list[Any]) -> list[Any]:
        views: list[Any] = flattened(self, rules)
        for view in views:
            same = (view.ip_protocol, view.from_port, view.to_port)
            lists = [rule.prefix_list for rule in rules if (rule.ip_protocol, rule.from_port, rule.to_port) == same]
            view.prefix_list_ids = [entry for entry in lists if entry]
        return views

    def modify_security_group_rules(self: Any, group_id: str, rules: dict[str, dict[str, Any]]) -> None:
        modify(self, group_id, rules)
        group = self.get_security_group_by_name_or_id(group_id)
        for identifier, wanted in rules.items():
            rule = group.get_rule(identifier)
            if not rule.ip_range.get("CidrIp") and not rule.ip_range.get("CidrIpv6"):
                rule.ip_range = {}  # moto puts the description there
                if wanted.get("Description") is not None:
                    _other_end(rule)["Description"] = wanted["Description"]

    equal = SecurityGroupRule.__eq__
    delete = EC2Backend._delete_security_group

    def equals(self: Any, other: Any) -> bool:
        described = [(end, end.pop("Description", None)) for end in (self.source_group, other.source_group)]
        try:
            return bool(equal(self, other))
        finally:
            for end, description in described:
                if description is not None:
                    end["Description"] = description

    def delete_security_group(self: Any, vpc_id: str | None, group_id: str) -> None:
        others = [group for groups in self.groups.values() for key, group in groups.items() if key != group_id]
        rules = [rule for group in others for rule in [*group.ingress_rules, *group.egress_rules]]
        named = any(rule.source_group.get("GroupId") == group_id for rule in rules)
        if named or any(group_id == group.id for interface in self.enis.values() for group in interface.group_set):
            raise DependencyViolationError(f"resource {group_id} has a dependent object")
        delete(self, vpc_id, group_id)

    SecurityGroupRule.__init__ = initialize
    SecurityGroupRule.__eq__ = equals
    EC2Backend._delete_security_group = delete_security_group
    SecurityGroupRule.description = property(lambda self: _other_end(self).get("Description"))
    SecurityGroup._flattened_rules = flattened_rules
    EC2Backend.modify_security_group_rules = modify_security_group_rules


def _other_end(rule: Any) -> dict[str, str]:
    """What the rule names as its other end; it carries the description."""
    ends: list[dict[str, str]] = [rule.source_group, rule.prefix_list, rule.ip_range]
    return next((end for end in ends if end), {})
