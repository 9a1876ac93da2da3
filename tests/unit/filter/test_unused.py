# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible_collections.groundwork.cloud.plugins.filter.unused import FilterModule

unused = FilterModule().filters()["unused"]

FORMER = {
    "subnet": [{"id": "public-b"}, {"id": "private-b"}, {"id": "isolated-b"}],
    "route_table": [
        {"id": "rtb-empty", "routes": []},
        {
            "id": "rtb-single",
            "associations": [{"main": False}, {"subnet_id": "private-a"}],
            "routes": [{"nat_gateway_id": "nat-c"}],
        },
        {
            "id": "rtb-b",
            "associations": [{"subnet_id": "private-b"}],
            "routes": [{"gateway_id": "local"}, {"nat_gateway_id": "nat-b"}],
        },
        {"id": "rtb-public", "associations": [{"subnet_id": "public-b"}], "routes": [{"gateway_id": "igw-1"}]},
    ],
    "nat_gateway": [
        {"id": "nat-b", "name": "b", "subnet_id": "public-b", "nat_gateway_addresses": [{"network_interface_id": "eni-b"}]},
        {"id": "nat-c", "name": "c", "subnet_id": "public-a", "nat_gateway_addresses": [{}]},
    ],
    "elastic_ip": [{"id": "eip-b", "name": "b"}, {"id": "eip-d", "name": "d"}],
    "network_acl": [{"id": "acl-1", "associations": [{"subnet_id": "isolated-b"}]}],
    "vpc_endpoint": [{"id": "vpce-1"}],
}
ALL = {
    "public-b",
    "private-b",
    "isolated-b",
    "rtb-empty",
    "rtb-single",
    "rtb-b",
    "rtb-public",
    "nat-b",
    "nat-c",
    "eip-b",
    "eip-d",
}
ALL |= {"acl-1", "vpce-1"}


@pytest.mark.parametrize(
    ("stands_in", "left"),
    [
        ([], set()),
        # That of a NAT gateway which goes itself; the subnets that are declared are no matter.
        ([("eni-b", "public-b"), ("eni-1", "private-a")], set()),
        ([("eni-1", "isolated-b")], {"isolated-b", "acl-1"}),
        ([("eni-1", "public-b")], {"public-b", "rtb-public"}),
        # What stands in it goes out by its table, the gateway in that, and the subnet and table of the gateway.
        ([("eni-b", "public-b"), ("eni-1", "private-b")], {"private-b", "rtb-b", "nat-b", "eip-b", "public-b", "rtb-public"}),
    ],
)
def test_what_something_stands_in_stays_with_its_way_out(stands_in, left):
    found = unused(FORMER, [{"id": interface, "subnet_id": subnet} for interface, subnet in stands_in])
    assert {one["id"] for parts in found.values() for one in parts} == ALL - left
    assert found.keys() == FORMER.keys()
