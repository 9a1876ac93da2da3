# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def group(aws: Any) -> str:
    ec2 = aws("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    return str(ec2.create_security_group(GroupName="web", Description="web", VpcId=vpc)["GroupId"])


@pytest.mark.parametrize("other_end", ["cidr", "group", "prefix list"])
def test_a_rule_has_the_description_of_its_other_end_and_it_can_be_changed(aws: Any, group: str, other_end: str):
    ec2 = aws("ec2")
    prefixes = ec2.create_managed_prefix_list(PrefixListName="edge", MaxEntries=1, AddressFamily="IPv4")["PrefixList"]
    ends = {
        "cidr": ("IpRanges", {"CidrIp": "10.1.0.0/16"}, "CidrIpv4"),
        "group": ("UserIdGroupPairs", {"GroupId": group}, "ReferencedGroupId"),
        "prefix list": ("PrefixListIds", {"PrefixListId": prefixes["PrefixListId"]}, "PrefixListId"),
    }
    kind, end, name = ends[other_end]
    ports = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80}
    permission = {**ports, kind: [{**end, "Description": "first"}]}
    made = ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[permission])["SecurityGroupRules"][0]
    identifier = made["SecurityGroupRuleId"]

    def stands() -> tuple[str, dict[str, Any]]:
        rule = ec2.describe_security_group_rules(SecurityGroupRuleIds=[identifier])["SecurityGroupRules"][0]
        shown = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["IpPermissions"]
        return rule["Description"], {**end, "Description": shown[0][kind][0].get("Description")}

    assert stands() == ("first", {**end, "Description": "first"})
    changed = {
        "SecurityGroupRuleId": identifier,
        "SecurityGroupRule": {**ports, name: next(iter(end.values())), "Description": "then"},
    }
    ec2.modify_security_group_rules(GroupId=group, SecurityGroupRules=[changed])
    assert stands() == ("then", {**end, "Description": "then"})
