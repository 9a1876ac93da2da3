# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.groundwork.cloud.plugins.filter.subnet_ids import FilterModule

SUBNETS = {"private-us-east-1b": {"id": "b"}, "private-us-east-1a": {"id": "a"}, "privateer-us-east-1a": {"id": "c"}}
subnet_ids = FilterModule().filters()["subnet_ids"]


def test_the_subnets_of_a_tier_in_the_order_of_the_zones():
    assert subnet_ids(SUBNETS, "private") == ["a", "b"]


def test_only_those_in_the_zones_that_are_declared():
    assert subnet_ids(SUBNETS, "private", ["us-east-1c", "us-east-1b"]) == ["b"]
    with pytest.raises(AnsibleFilterError, match=r"has no private subnets in us-east-1c, only private-us-east-1a, "):
        subnet_ids(SUBNETS, "private", ["us-east-1c"])


@pytest.mark.parametrize(("subnets", "there"), [({}, "none"), ({"public-us-east-1a": {"id": "d"}}, "public-us-east-1a")])
def test_a_tier_without_subnets(subnets, there):
    with pytest.raises(AnsibleFilterError, match=f"has no private subnets, only {there}; declare them in network_subnets"):
        subnet_ids(subnets, "private")
