# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible_collections.groundwork.cloud.plugins.filter.security_group_rules import FilterModule

GROUPS = {"public": "sg-1", "web": "sg-2"}
security_group_rules = FilterModule().filters()["security_group_rules"]


def rule(words: str, first: int, last: int, proto: str = "tcp", **peer: str) -> dict[str, object]:
    return {"proto": proto, "from_port": first, "to_port": last, "rule_desc": words, **peer}


@pytest.mark.parametrize(
    ("flow", "component", "ingress", "egress"),
    [
        (
            {"from": "internet", "to": "public", "ports": [443]},
            "public",
            [
                rule("internet to public", 443, 443, cidr_ip="0.0.0.0/0"),
                rule("internet to public", 443, 443, cidr_ipv6="::/0"),
            ],
            [],
        ),
        (
            {"from": "public", "to": "web", "ports": [3000, "8000-8010"]},
            "web",
            [rule("public to web", 3000, 3000, group_id="sg-1"), rule("public to web", 8000, 8010, group_id="sg-1")],
            [],
        ),
        (
            {"from": "public", "to": "web", "ports": ["3000"]},
            "public",
            [],
            [rule("public to web", 3000, 3000, group_id="sg-2")],
        ),
        (
            {"from": "web", "to": "web", "protocol": "all"},
            "web",
            [rule("web to web", -1, -1, "-1", group_id="sg-2")],
            [rule("web to web", -1, -1, "-1", group_id="sg-2")],
        ),
        (
            {"from": "web", "to": "vpc", "protocol": "udp", "ports": [53]},
            "web",
            [],
            [rule("web to vpc", 53, 53, "udp", cidr_ip="10.0.0.0/16")],
        ),
        (
            {"from": "192.0.2.0/24", "to": "web", "ports": [22]},
            "web",
            [rule("192.0.2.0/24 to web", 22, 22, cidr_ip="192.0.2.0/24")],
            [],
        ),
        (
            {"from": "web", "to": "2001:db8::/32", "ports": [22]},
            "web",
            [],
            [rule("web to 2001:db8::/32", 22, 22, cidr_ipv6="2001:db8::/32")],
        ),
        ({"from": "public", "to": "web", "ports": [3000]}, "postgres", [], []),
    ],
)
def test_rules(flow, component, ingress, egress):
    assert security_group_rules([flow], component, GROUPS, "10.0.0.0/16") == {"ingress": ingress, "egress": egress}
