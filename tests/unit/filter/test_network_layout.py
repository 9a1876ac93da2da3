# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.groundwork.cloud.plugins.filter.network_layout import FilterModule

ZONES = ["us-east-1a", "us-east-1b"]
RANGES = {
    "public": ["10.0.0.0/24", "10.0.16.0/24"],
    "private": ["10.0.1.0/24", "10.0.17.0/24"],
    "isolated": ["10.0.2.0/28", "10.0.18.0/28"],
}
network_layout = FilterModule().filters()["network_layout"]


TAGS = {"Name": "shop-test-main", "groundwork:stack": "shop"}


def test_subnets():
    subnets = network_layout(RANGES, ZONES, "none", TAGS)["subnets"]
    assert [subnet["name"] for subnet in subnets] == [f"{tier}-{zone}" for tier in RANGES for zone in ZONES]
    tags = {**TAGS, "Name": "shop-test-main-public-us-east-1a"}
    assert subnets[0] == {"name": "public-us-east-1a", "zone": "us-east-1a", "cidr": "10.0.0.0/24", "tags": tags}


@pytest.mark.parametrize(
    ("ranges", "how", "gateways", "exits"),
    [
        (RANGES, "none", [], {"public": "internet", "private": "", "isolated": ""}),
        (RANGES, "single", ["us-east-1a"], {"public": "internet", "private": "us-east-1a", "isolated": ""}),
        (
            RANGES,
            "one_per_zone",
            ZONES,
            {
                "public": "internet",
                "private-us-east-1a": "us-east-1a",
                "private-us-east-1b": "us-east-1b",
                "isolated": "",
            },
        ),
        ({"public": RANGES["public"]}, "one_per_zone", [], {"public": "internet"}),
    ],
)
def test_ways_out(ranges, how, gateways, exits):
    layout = network_layout(ranges, ZONES, how, TAGS)
    assert [(gateway["name"], gateway["subnet"]) for gateway in layout["nat_gateways"]] == [(z, f"public-{z}") for z in gateways]
    tables = layout["route_tables"]
    assert {table["name"]: table["routes"] for table in tables} == {
        name: [{"destination": "0.0.0.0/0", "target": target}] for name, target in exits.items()
    }
    routed = [name for table in tables for name in table["subnets"]]
    assert sorted(routed) == sorted(subnet["name"] for subnet in layout["subnets"])


def test_what_was_made_is_known_by_its_id():
    made = {"public-us-east-1a": {"id": "subnet-1"}, "internet": {"id": "igw-1"}, "us-east-1a": {"id": "nat-1"}}
    layout = network_layout(RANGES, ZONES, "single", TAGS, made)
    assert layout["nat_gateways"][0]["subnet"] == "subnet-1"
    public, private, _isolated = layout["route_tables"]
    assert public["subnets"] == ["subnet-1", "public-us-east-1b"]
    assert [table["routes"][0]["target"] for table in (public, private)] == ["igw-1", "nat-1"]


def test_a_way_that_is_not_known():
    with pytest.raises(AnsibleFilterError, match=r"'two' is no way .*; choose one of none, single, one_per_zone"):
        network_layout(RANGES, ZONES, "two", TAGS)
