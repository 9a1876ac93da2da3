# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.groundwork.cloud.plugins.filter.origin_openings import FilterModule

origin_openings = FilterModule().filters()["origin_openings"]
FORBIDDEN = {"priority": "default", "conditions": [], "actions": [{"fixed_response_config": {"status_code": "403"}}]}
TO_HTTPS = {"priority": "default", "conditions": [], "actions": [{"redirect_config": {"protocol": "HTTPS"}}]}
FORWARD = {"type": "forward", "target_group_arn": "arn"}


def rule(*conditions: dict[str, Any], priority: str = "10") -> dict[str, Any]:
    return {"priority": priority, "conditions": list(conditions), "actions": [FORWARD]}


def header(name: str, *values: str) -> dict[str, Any]:
    return {"field": "http-header", "http_header_config": {"http_header_name": name, "values": list(values)}}


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        ([FORBIDDEN], []),
        ([TO_HTTPS], []),
        ([FORBIDDEN, rule({"field": "path-pattern"}, header("X-Origin-Lock", "a"))], []),
        ([rule(priority="default")], ["rule default of port 443 does not ask for x-origin-lock"]),
        ([FORBIDDEN, rule()], ["rule 10 of port 443 does not ask for x-origin-lock"]),
        ([FORBIDDEN, rule(header("x-other", "a"))], ["rule 10 of port 443 does not ask for x-origin-lock"]),
        ([FORBIDDEN, rule(header("x-origin-lock"))], ["rule 10 of port 443 does not ask for x-origin-lock"]),
    ],
)
def test_every_rule_asks_for_the_lock(rules, told):
    assert origin_openings([{"port": 443, "rules": rules}], []) == told


@pytest.mark.parametrize(
    ("permission", "told"),
    [
        ({}, []),
        ({"ip_ranges": [{"cidr_ip": "198.51.100.0/24"}], "ipv6_ranges": []}, []),
        ({"ip_ranges": [{"cidr_ip": "0.0.0.0/0"}]}, ["its security group lets 0.0.0.0/0 in"]),
        ({"ipv6_ranges": [{"cidr_ipv6": "::/0"}]}, ["its security group lets ::/0 in"]),
    ],
)
def test_the_world_is_not_let_in(permission, told):
    assert origin_openings([], [permission]) == told
