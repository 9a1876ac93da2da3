# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.groundwork.cloud.plugins.filter import network_layout, subnet_ids

ZONES = ["a", "b"]
RANGES = {"public": ["10.0.0.0/24", "10.0.1.0/24"], "private": ["10.0.2.0/24", "10.0.3.0/24"], "isolated": ["10.0.4.0/28"]}
layout = network_layout.FilterModule().filters()["network_layout"]
ids = subnet_ids.FilterModule().filters()["subnet_ids"]


def exits(found):
    return {table["part"]: (table["subnets"], table["exit"]) for table in found["route_tables"]}


def test_a_subnet_for_each_range_in_its_zone():
    subnets = layout(RANGES, ZONES, "none")["subnets"]
    assert [subnet["part"] for subnet in subnets] == ["public-a", "public-b", "private-a", "private-b", "isolated-a"]
    assert [subnet["public"] for subnet in subnets] == [True, True, False, False, False]
    assert subnets[3] == {"part": "private-b", "tier": "private", "zone": "b", "cidr": "10.0.3.0/24", "public": False}


@pytest.mark.parametrize(
    ("placed", "gateways", "private"),
    [
        ("none", [], {"private": (["private-a", "private-b"], "")}),
        ("single", [{"part": "a", "subnet": "public-a"}], {"private": (["private-a", "private-b"], "a")}),
        (
            "one_per_zone",
            [{"part": "a", "subnet": "public-a"}, {"part": "b", "subnet": "public-b"}],
            {"private-a": (["private-a"], "a"), "private-b": (["private-b"], "b")},
        ),
    ],
)
def test_ways_out(placed, gateways, private):
    found = layout(RANGES, ZONES, placed)
    assert found["nat_gateways"] == gateways
    assert exits(found) == {"public": (["public-a", "public-b"], "internet"), **private, "isolated": (["isolated-a"], "")}


def test_without_private_subnets_there_is_no_nat_gateway():
    assert layout({"public": RANGES["public"]}, ZONES, "one_per_zone")["nat_gateways"] == []


def test_unknown_places_are_refused():
    with pytest.raises(
        AnsibleFilterError, match="'some' is no way to place NAT gateways; choose one of none, single, one_per_zone"
    ):
        layout(RANGES, ZONES, "some")


def test_subnet_ids():
    subnets = {"private-b": {"id": "2"}, "private-a": {"id": "1"}, "public-a": {"id": "3"}}
    assert ids(subnets, "private") == ["1", "2"]
    with pytest.raises(AnsibleFilterError, match="no isolated subnets, only private-a, private-b, public-a; declare them in"):
        ids(subnets, "isolated")
    with pytest.raises(AnsibleFilterError, match="only none"):
        ids({}, "isolated")
