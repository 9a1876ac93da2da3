# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import re

import pytest
from ansible_collections.groundwork.cloud.plugins.module_utils.aws import AwsError
from ansible_collections.groundwork.cloud.plugins.modules.subnets import (
    are_available,
    refuse_other_ranges,
    standing,
    statuses,
    wanted,
)

TOLD = {"SubnetId": "subnet-1", "CidrBlock": "10.0.0.0/24", "AvailabilityZone": "us-east-1a", "State": "available"}
STANDS = {
    "id": "subnet-1",
    "cidr": "10.0.0.0/24",
    "zone": "us-east-1a",
    "map_public_ip": False,
    "status": "available",
    "tags": {},
}


def item(**given):
    return {"name": "public", "cidr": None, "zone": None, "map_public_ip": None, "tags": None, **given}


@pytest.mark.parametrize(
    ("given", "tags", "found"),
    [
        ({"cidr": "10.0.0.0/24"}, {}, True),
        ({"cidr": "10.0.0.9/24"}, {"Name": "other"}, True),
        ({"cidr": "10.0.1.0/24"}, {"Name": "public"}, False),
        ({}, {"Name": "public"}, True),
        ({}, {"Name": "other"}, False),
        ({"tags": {"Name": "shop-public"}}, {"Name": "shop-public"}, True),
    ],
)
def test_a_subnet_is_known_by_its_range_or_its_name(given, tags, found):
    told = {**TOLD, "Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}
    assert standing([item(**given)], [told]) == ({"public": {**STANDS, "tags": tags}} if found else {})


def named(subnet: str, cidr: str, name: str = "public"):
    return {**TOLD, "SubnetId": subnet, "CidrBlock": cidr, "Tags": [{"Key": "Name", "Value": name}]}


@pytest.mark.parametrize(
    ("declared", "found"),
    [
        ([item(cidr="10.0.0.0/24")], [named("subnet-1", "10.0.0.0/24"), named("subnet-2", "10.0.1.0/24", "other")]),
        ([item(cidr="10.0.1.0/24")], [named("subnet-1", "10.0.0.0/24", "other")]),
        # They change their names.
        (
            [item(cidr="10.0.1.0/24"), item(name="open", cidr="10.0.0.0/24")],
            [named("subnet-1", "10.0.0.0/24"), named("subnet-2", "10.0.1.0/24", "open")],
        ),
        ([item(cidr="10.0.1.0/24"), item(name="open", cidr="10.0.0.9/24")], [named("subnet-1", "10.0.0.0/24")]),
    ],
)
def test_a_name_has_one_range(declared, found):
    refuse_other_ranges(declared, found)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (
            [named("subnet-1", "10.0.1.0/24")],
            "plan subnet public: subnet-1 carries its name with 10.0.1.0/24, a range that AWS can't change to 10.0.0.0/24; "
            "declare 10.0.1.0/24 again, or 10.0.0.0/24 by another name (a network: in another zone), or delete subnet-1 when",
        ),
        (
            [named("subnet-1", "10.0.1.0/24"), named("subnet-2", "10.0.0.0/24")],
            "plan subnet public: subnet-1 carries its name, too, with 10.0.1.0/24; delete subnet-1 when nothing stands",
        ),
    ],
)
def test_another_range_is_refused_with_its_cure(found, said):
    with pytest.raises(AwsError, match=re.escape(said)):
        refuse_other_ranges([item(cidr="10.0.0.0/24")], found)


def test_all_of_a_name_are_to_be_absent():
    found = [named("subnet-1", "10.0.0.0/24"), named("subnet-2", "10.0.1.0/24"), named("subnet-3", "10.0.2.0/24", "other")]
    current = standing([item(), item(name="other")], found)
    assert {name: one["id"] for name, one in current.items()} == {
        "public subnet-1": "subnet-1",
        "public subnet-2": "subnet-2",
        "other": "subnet-3",
    }
    assert wanted({"state": "absent", "subnets": [item(), item(name="other")]}, current) == dict.fromkeys(current)


@pytest.mark.parametrize(
    ("state", "given", "current", "expected"),
    [
        ("present", {"cidr": "10.0.0.1/24"}, {}, {"cidr": "10.0.0.0/24", "tags": {"Name": "public"}}),
        (
            "present",
            {"cidr": "10.0.0.0/24", "zone": "us-east-1a", "map_public_ip": False, "tags": {"cost": 7}},
            {"public": STANDS},
            {"cidr": "10.0.0.0/24", "zone": "us-east-1a", "map_public_ip": False, "tags": {"Name": "public", "cost": "7"}},
        ),
    ],
)
def test_wanted(state, given, current, expected):
    assert wanted({"state": state, "subnets": [item(**given)]}, current) == {"public": expected}


@pytest.mark.parametrize(
    ("given", "said"),
    [({}, "it has no address range"), ({"cidr": "10.0.0.0/24", "zone": "us-east-1b"}, "declare it in us-east-1a")],
)
def test_what_can_t_be_is_refused_with_its_cure(given, said):
    with pytest.raises(AwsError, match=said):
        wanted({"state": "present", "subnets": [item(**given)]}, {"public": STANDS})


def test_all_are_available_or_it_is_told_which_is_not():
    current = {"public": STANDS, "private": {**STANDS, "status": "pending"}}
    assert are_available(["public"], current) is True
    assert are_available(["public", "private"], current) is False
    assert are_available(["other"], current) is False
    assert statuses(current) == "public: available, private: pending"
