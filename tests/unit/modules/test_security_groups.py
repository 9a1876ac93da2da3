# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible_collections.groundwork.cloud.plugins.modules.security_groups import permission, standing_rules, wanted

HTTPS = {"protocol": "tcp", "from_port": 443, "to_port": 443, "peer": "0.0.0.0/0", "description": "all"}
EVERYTHING = {"protocol": "-1", "from_port": -1, "to_port": -1, "peer": "0.0.0.0/0", "description": ""}


def declared(**rule):
    return {"protocol": "tcp", "cidr": None, "group": None, "prefix_list": None, "description": "", **rule}


@pytest.mark.parametrize(
    "rule",
    [
        HTTPS,
        EVERYTHING,
        {**HTTPS, "peer": "2001:db8::/32"},
        {**HTTPS, "peer": "pl-1"},
        {**HTTPS, "peer": "sg-other", "description": ""},
        {**HTTPS, "peer": "web"},
    ],
)
def test_a_rule_survives_its_way_to_aws_and_back(rule):
    ids = {"web": "sg-1"}
    assert standing_rules([permission(rule, ids)], {"sg-1": "web"}) == [rule]


def test_a_permission_with_several_peers_is_several_rules():
    ranges = [{"CidrIp": "10.0.0.0/8"}, {"CidrIp": "192.0.2.0/24", "Description": "office"}]
    rules = standing_rules([{"IpProtocol": "udp", "FromPort": 53, "ToPort": 53, "IpRanges": ranges}], {})
    assert [(rule["peer"], rule["description"]) for rule in rules] == [("10.0.0.0/8", ""), ("192.0.2.0/24", "office")]


def params(purge=False, state="present", **group):
    group = {"name": "web", "description": None, "ingress": None, "egress": None, "tags": {}, **group}
    return {"state": state, "purge_rules": purge, "groups": [group]}


@pytest.mark.parametrize(
    ("options", "current", "expected"),
    [
        (params(state="absent"), {}, None),
        (params(), {}, {"tags": {}, "ingress": [], "egress": []}),
        (params(), {"web": {"egress": [EVERYTHING]}}, {"tags": {}}),
        (params(egress=[]), {"web": {"egress": [EVERYTHING]}}, {"tags": {}, "egress": [EVERYTHING]}),
        (params(purge=True, egress=[]), {"web": {"egress": [EVERYTHING]}}, {"tags": {}, "egress": []}),
        (
            params(ingress=[declared(from_port=443, to_port=443, cidr="0.0.0.0/0", description="all")]),
            {"web": {"ingress": [{**HTTPS, "description": "old"}]}},
            {"tags": {}, "ingress": [HTTPS]},
        ),
        (
            params(ingress=[declared(protocol="-1", from_port=0, to_port=0, cidr="0.0.0.0/0")]),
            {},
            {"tags": {}, "ingress": [EVERYTHING], "egress": []},
        ),
    ],
)
def test_wanted(options, current, expected):
    assert wanted(options, current) == {"web": expected}
