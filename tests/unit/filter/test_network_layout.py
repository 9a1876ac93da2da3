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


def test_subnets():
    subnets = network_layout(RANGES, ZONES, "none")["subnets"]
    assert [subnet["part"] for subnet in subnets] == [f"{tier}-{zone}" for tier in RANGES for zone in ZONES]
    assert subnets[0] == {
        "part": "public-us-east-1a",
        "tier": "public",
        "zone": "us-east-1a",
        "cidr": "10.0.0.0/24",
        "public": True,
    }
    assert [subnet["public"] for subnet in subnets[2:]] == [False] * 4


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
    layout = network_layout(ranges, ZONES, how)
    assert layout["nat_gateways"] == [{"part": zone, "subnet": f"public-{zone}"} for zone in gateways]
    assert {table["part"]: table["exit"] for table in layout["route_tables"]} == exits
    routed = [part for table in layout["route_tables"] for part in table["subnets"]]
    assert sorted(routed) == sorted(subnet["part"] for subnet in layout["subnets"])


def test_a_way_that_is_not_known():
    with pytest.raises(AnsibleFilterError, match=r"'two' is no way .*; choose one of none, single, one_per_zone"):
        network_layout(RANGES, ZONES, "two")
