# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible_collections.groundwork.cloud.plugins.filter import security_groups as security_groups_filter
from ansible_collections.groundwork.cloud.plugins.plugin_utils.flows import components, security_groups

LISTS = ["pl-4", "pl-6"]


def rules(flow, component, direction):
    groups = {
        group["tags"]["groundwork:component"]: group for group in security_groups([flow], "shop", "test", "10.0.0.0/16", LISTS)
    }
    return [{key: value for key, value in rule.items() if key != "description"} for rule in groups[component][direction]]


def tcp(first, last, **peer):
    return {"protocol": "tcp", "from_port": first, "to_port": last, **peer}


@pytest.mark.parametrize(
    ("flow", "component", "direction", "expected"),
    [
        ({"from": "web", "to": "db", "ports": [5432]}, "db", "ingress", [tcp(5432, 5432, group="shop-test-web")]),
        ({"from": "web", "to": "db", "ports": [5432]}, "web", "egress", [tcp(5432, 5432, group="shop-test-db")]),
        ({"from": "web", "to": "db", "ports": [5432]}, "web", "ingress", []),
        ({"from": "web", "to": "db", "ports": [5432]}, "db", "egress", []),
        (
            {"from": "internet", "to": "web", "ports": [443]},
            "web",
            "ingress",
            [tcp(443, 443, cidr="0.0.0.0/0"), tcp(443, 443, cidr="::/0")],
        ),
        (
            {"from": "cloudflare", "to": "web", "ports": [443]},
            "web",
            "ingress",
            [tcp(443, 443, prefix_list="pl-4"), tcp(443, 443, prefix_list="pl-6")],
        ),
        ({"from": "vpc", "to": "web", "ports": ["8000-8010"]}, "web", "ingress", [tcp(8000, 8010, cidr="10.0.0.0/16")]),
        (
            {"from": "web", "to": "192.0.2.0/24", "ports": ["22", 80]},
            "web",
            "egress",
            [tcp(22, 22, cidr="192.0.2.0/24"), tcp(80, 80, cidr="192.0.2.0/24")],
        ),
        (
            {"from": "web", "to": "web", "protocol": "all"},
            "web",
            "egress",
            [{"protocol": "-1", "from_port": -1, "to_port": -1, "group": "shop-test-web"}],
        ),
    ],
)
def test_a_flow_is_a_rule_at_both_ends(flow, component, direction, expected):
    assert rules(flow, component, direction) == expected


def test_components_are_named_once_and_in_order():
    flows = [
        {"from": "internet", "to": "lb"},
        {"from": "cloudflare", "to": "lb"},
        {"from": "lb", "to": "web"},
        {"from": "web", "to": "10.0.0.0/8"},
        {"from": "web", "to": "vpc"},
    ]
    assert components(flows) == ["lb", "web"]


def test_a_group_carries_its_component_and_says_what_a_rule_is_for():
    (web, _db) = security_groups([{"from": "web", "to": "db", "ports": [1]}], "shop", "test", "10.0.0.0/16")
    assert web["name"] == web["tags"]["Name"] == "shop-test-web"
    assert web["tags"]["groundwork:stack"] == "shop"
    assert web["egress"][0]["description"] == "web to db"


def test_the_filter():
    assert security_groups_filter.FilterModule().filters() == {"security_groups": security_groups}
