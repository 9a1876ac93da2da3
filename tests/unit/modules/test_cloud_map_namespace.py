# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible_collections.groundwork.cloud.plugins.module_utils.cloud_map import only, told
from ansible_collections.groundwork.cloud.plugins.modules.cloud_map_namespace import ARGUMENTS, described, properties, wanted

NAMED = {"name": "shop.internal", "vpc_id": "vpc-1"}
PARAMS = {**dict.fromkeys(ARGUMENTS), **NAMED, "state": "present", "purge_tags": False}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"state": "absent"}, {"namespace": None}),
        ({}, {"namespace": NAMED}),
        ({"soa_ttl": 5, "description": ""}, {"namespace": {**NAMED, "soa_ttl": 5, "description": ""}}),
        ({"tags": {"a": 1}}, {"namespace": NAMED, "tags": {"a": "1"}}),
    ],
)
def test_wanted(options, expected):
    assert wanted({**PARAMS, **options}) == expected


@pytest.mark.parametrize(
    ("dns", "description", "ttl", "text"),
    [({"SOA": {"TTL": 15}}, "names", 15, "names"), ({}, None, None, ""), ({"SOA": None}, "", None, "")],
)
def test_described(dns, description, ttl, text):
    answer = {"Id": "ns-1", "Arn": "arn:1", "Name": "shop.internal", "Description": description}
    assert described({**answer, "Properties": {"DnsProperties": {"HostedZoneId": "Z1", **dns}}}, "vpc-1") == {
        **NAMED,
        "id": "ns-1",
        "arn": "arn:1",
        "hosted_zone_id": "Z1",
        "description": text,
        "soa_ttl": ttl,
    }


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (NAMED, {}),
        ({"description": ""}, {"Description": ""}),
        ({"soa_ttl": 5}, {"Properties": {"DnsProperties": {"SOA": {"TTL": 5}}}}),
    ],
)
def test_what_can_be_changed(settings, expected):
    assert properties(settings) == expected


@pytest.mark.parametrize(
    ("operation", "said"),
    [
        ({"Status": "PENDING"}, "PENDING"),
        ({"Status": "FAIL", "ErrorCode": "ACCESS_DENIED"}, "FAIL (ACCESS_DENIED)"),
        ({"Status": "FAIL", "ErrorCode": "X", "ErrorMessage": "the zone is there"}, "FAIL (X: the zone is there)"),
    ],
)
def test_how_an_operation_is_told(operation, said):
    assert told(operation) == said


def test_a_filter():
    assert only("TYPE", "DNS_PRIVATE") == {"Name": "TYPE", "Values": ["DNS_PRIVATE"], "Condition": "EQ"}
