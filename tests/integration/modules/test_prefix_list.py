# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest

OFFICES = [{"cidr": "192.0.2.0/24", "description": "Montevideo"}, {"cidr": "198.51.100.0/25"}]


def lists(aws: Any, name: str = "offices") -> list[dict[str, Any]]:
    named = [{"Name": "prefix-list-name", "Values": [name]}]
    found = aws("ec2").describe_managed_prefix_lists(Filters=named)["PrefixLists"]
    return [one for one in found if one["State"] != "delete-complete"]


def entries(aws: Any) -> dict[str, str]:
    listed = aws("ec2").get_managed_prefix_list_entries(PrefixListId=lists(aws)[0]["PrefixListId"])["Entries"]
    return {one["Cidr"]: one.get("Description", "") for one in listed}


def test_lifecycle(aws, lifecycle):
    lifecycle(
        "prefix_list",
        present={"name": "offices", "address_family": "IPv4", "entries": OFFICES, "tags": {"Name": "offices"}},
        change={"entries": [OFFICES[0], {"cidr": "203.0.113.0/24"}], "tags": {"Name": "offices", "team": "shop"}},
        exists=lambda: len(lists(aws)) == 1,
        changed=lambda: set(entries(aws)) == {"192.0.2.0/24", "203.0.113.0/24"} and len(lists(aws)[0]["Tags"]) == 2,
        absent={"name": "offices"},
    )


def test_the_difference_tells_the_entries(aws, run_module):
    run_module("prefix_list", name="offices", address_family="IPv4", entries=OFFICES)
    told = run_module("prefix_list", check=True, name="offices", entries=OFFICES[:1])
    assert told["diff"] == {
        "before": {"entries": {"192.0.2.0/24": "Montevideo", "198.51.100.0/25": ""}},
        "after": {"entries": {"192.0.2.0/24": "Montevideo"}},
    }


def test_a_description_is_changed_in_two_steps(aws, run_module):
    run_module("prefix_list", name="offices", address_family="IPv4", entries=OFFICES)
    renamed = [{**OFFICES[0], "description": "Punta del Este"}, OFFICES[1]]
    told = run_module("prefix_list", name="offices", entries=renamed)
    assert told["prefix_list"]["entries"] == entries(aws) == {"192.0.2.0/24": "Punta del Este", "198.51.100.0/25": ""}
    assert lists(aws)[0]["Version"] == 3
    assert run_module("prefix_list", name="offices", entries=renamed)["changed"] is False


def spans(number: int) -> list[dict[str, str]]:
    return [{"cidr": f"10.{one // 256}.{one % 256}.0/24"} for one in range(number)]


def test_it_grows_and_keeps_its_size(aws, converges):
    converges("prefix_list", name="offices", address_family="IPv4", entries=spans(9))
    assert lists(aws)[0]["MaxEntries"] == 10
    converges("prefix_list", name="offices", entries=spans(230))
    assert (lists(aws)[0]["MaxEntries"], len(entries(aws))) == (240, 230)
    converges("prefix_list", name="offices", entries=spans(2))
    assert (lists(aws)[0]["MaxEntries"], len(entries(aws))) == (240, 2)
    converges("prefix_list", name="offices", max_entries=2)
    assert (lists(aws)[0]["MaxEntries"], len(entries(aws))) == (2, 2)


def test_more_entries_than_a_request_takes_are_made(aws, converges):
    converges("prefix_list", name="offices", address_family="IPv4", entries=spans(101))
    assert len(entries(aws)) == 101


def test_tags_that_are_not_declared_are_removed_only_when_asked(aws, run_module):
    first = {"name": "offices", "address_family": "IPv6", "tags": {"Name": "offices", "team": "shop"}}
    run_module("prefix_list", **first)
    assert run_module("prefix_list", **{**first, "tags": {"Name": "offices"}})["changed"] is False
    run_module("prefix_list", **{**first, "tags": {"Name": "offices"}}, purge_tags=True)
    assert lists(aws)[0]["Tags"] == [{"Key": "Name", "Value": "offices"}]


def test_one_that_is_in_use_stays(aws, run_module):
    ec2 = aws("ec2")
    made = run_module("prefix_list", name="offices", address_family="IPv4", entries=OFFICES)["prefix_list"]
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    group = ec2.create_security_group(GroupName="web", Description="web", VpcId=vpc)["GroupId"]
    rule = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "PrefixListIds": [{"PrefixListId": made["id"]}]}
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])
    told = run_module("prefix_list", name="offices", state="absent")
    assert told["msg"].startswith("wait for prefix list offices to be gone: it ended as delete-failed: ")
    assert run_module("prefix_list", name="offices", entries=OFFICES[:1])["changed"] is True
    ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=[rule])
    assert run_module("prefix_list", name="offices", state="absent")["prefix_list"] == {}


def test_several_of_a_name_are_refused(aws, run_module):
    for _ in range(2):
        aws("ec2").create_managed_prefix_list(PrefixListName="offices", AddressFamily="IPv4", MaxEntries=1)
    assert "there are several, pl-" in run_module("prefix_list", name="offices", entries=[])["msg"]


@pytest.mark.parametrize("options", [{}, {"address_family": "IPv4", "entries": OFFICES, "max_entries": 1}])
def test_what_makes_no_list_is_refused(aws, run_module, options):
    assert run_module("prefix_list", name="offices", **options)["failed"] is True
    assert lists(aws) == []
