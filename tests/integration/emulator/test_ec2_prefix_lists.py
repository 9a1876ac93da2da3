# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

FIRST, SECOND = {"Cidr": "192.0.2.0/24", "Description": "here"}, {"Cidr": "198.51.100.0/24"}


@pytest.fixture
def prefixes(aws: Any) -> str:
    made = aws("ec2").create_managed_prefix_list(PrefixListName="edge", AddressFamily="IPv4", MaxEntries=2, Entries=[FIRST])
    return str(made["PrefixList"]["PrefixListId"])


def standing(aws: Any, prefixes: str) -> dict[str, Any]:
    return dict(aws("ec2").describe_managed_prefix_lists(PrefixListIds=[prefixes])["PrefixLists"][0])


def test_a_change_of_entries_makes_a_version_and_one_of_the_size_does_not(aws, prefixes):
    ec2 = aws("ec2")
    change = {"AddEntries": [SECOND], "RemoveEntries": [{"Cidr": FIRST["Cidr"]}]}
    ec2.modify_managed_prefix_list(PrefixListId=prefixes, CurrentVersion=1, **change)
    assert [one["Cidr"] for one in ec2.get_managed_prefix_list_entries(PrefixListId=prefixes)["Entries"]] == [SECOND["Cidr"]]
    former = ec2.get_managed_prefix_list_entries(PrefixListId=prefixes, TargetVersion=1)["Entries"]
    assert [one["Description"] for one in former] == ["here"]
    ec2.modify_managed_prefix_list(PrefixListId=prefixes, MaxEntries=5)
    ec2.modify_managed_prefix_list(PrefixListId=prefixes, PrefixListName="rim")
    found = standing(aws, prefixes)
    assert (found["Version"], found["MaxEntries"], found["PrefixListName"]) == (2, 5, "rim")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"AddEntries": [SECOND]}, "PrefixListVersionMismatch"),
        ({"AddEntries": [SECOND], "CurrentVersion": 2}, "PrefixListVersionMismatch"),
        ({"AddEntries": [SECOND], "CurrentVersion": 1, "MaxEntries": 9}, "InvalidParameterCombination"),
        ({"AddEntries": [FIRST], "RemoveEntries": [{"Cidr": FIRST["Cidr"]}], "CurrentVersion": 1}, "InvalidParameterValue"),
        ({"AddEntries": [{"Cidr": f"10.0.{n}.0/24"} for n in range(101)], "CurrentVersion": 1}, "InvalidParameterValue"),
        ({"AddEntries": [{"Cidr": f"10.0.{n}.0/24"} for n in range(2)], "CurrentVersion": 1}, "PrefixListMaxEntriesExceeded"),
    ],
)
def test_what_a_list_does_not_take(aws, prefixes, change, code):
    with pytest.raises(ClientError, match=code):
        aws("ec2").modify_managed_prefix_list(PrefixListId=prefixes, **change)
    assert standing(aws, prefixes)["Version"] == 1


def test_it_can_t_be_made_or_become_too_small(aws, prefixes):
    ec2 = aws("ec2")
    ec2.modify_managed_prefix_list(PrefixListId=prefixes, CurrentVersion=1, AddEntries=[SECOND])
    with pytest.raises(ClientError, match="PrefixListMaxEntriesExceeded"):
        ec2.modify_managed_prefix_list(PrefixListId=prefixes, MaxEntries=1)
    with pytest.raises(ClientError, match="PrefixListMaxEntriesExceeded"):
        ec2.create_managed_prefix_list(PrefixListName="x", AddressFamily="IPv4", MaxEntries=1, Entries=[FIRST, SECOND])


def test_one_in_use_is_not_deleted(aws, prefixes):
    ec2 = aws("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    group = ec2.create_security_group(GroupName="web", Description="web", VpcId=vpc)["GroupId"]
    rule = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "PrefixListIds": [{"PrefixListId": prefixes}]}
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])
    ec2.delete_managed_prefix_list(PrefixListId=prefixes)
    assert standing(aws, prefixes)["State"] == "delete-failed"
    ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=[rule])
    assert ec2.delete_managed_prefix_list(PrefixListId=prefixes)["PrefixList"]["State"] == "delete-complete"


@pytest.mark.parametrize(
    "operation", ["delete_managed_prefix_list", "get_managed_prefix_list_entries", "modify_managed_prefix_list"]
)
def test_one_that_is_not_there(aws, operation):
    with pytest.raises(ClientError, match=r"InvalidPrefixListID\.NotFound"):
        getattr(aws("ec2"), operation)(PrefixListId="pl-0123456789abcdef0")
