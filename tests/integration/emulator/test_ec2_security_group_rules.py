# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError


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


def test_a_description_is_no_part_of_a_rules_identity(aws, group):
    ec2 = aws("ec2")
    pair = {"GroupId": group, "Description": "old"}
    rule = {"IpProtocol": "tcp", "FromPort": 1, "ToPort": 1, "UserIdGroupPairs": [pair]}
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])
    renamed = {**rule, "UserIdGroupPairs": [{**pair, "Description": "new"}]}
    ec2.update_security_group_rule_descriptions_ingress(GroupId=group, IpPermissions=[renamed])
    (shown,) = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["IpPermissions"]
    assert shown["UserIdGroupPairs"][0]["Description"] == "new"
    ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=[rule])
    assert ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["IpPermissions"] == []


def test_a_group_that_is_named_or_used_is_not_deleted(aws, group):
    ec2 = aws("ec2")
    vpc = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["VpcId"]
    other = ec2.create_security_group(GroupName="other", Description="other", VpcId=vpc)["GroupId"]
    rule = {"IpProtocol": "tcp", "FromPort": 1, "ToPort": 1, "UserIdGroupPairs": [{"GroupId": group}]}
    ec2.authorize_security_group_ingress(GroupId=other, IpPermissions=[rule])
    with pytest.raises(ClientError, match="DependencyViolation"):
        ec2.delete_security_group(GroupId=group)
    ec2.revoke_security_group_ingress(GroupId=other, IpPermissions=[rule])
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock=ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"][0]["CidrBlock"])["Subnet"]["SubnetId"]
    interface = ec2.create_network_interface(SubnetId=subnet, Groups=[group])["NetworkInterface"]["NetworkInterfaceId"]
    with pytest.raises(ClientError, match="DependencyViolation"):
        ec2.delete_security_group(GroupId=group)
    ec2.delete_network_interface(NetworkInterfaceId=interface)
    ec2.delete_security_group(GroupId=group)
