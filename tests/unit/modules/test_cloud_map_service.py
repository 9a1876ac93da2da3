# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible_collections.groundwork.cloud.plugins.modules.cloud_map_service import (
    ARGUMENTS,
    DEFAULTS,
    CloudMapError,
    change,
    creation,
    described,
    wanted,
)

NAMED = {"name": "api", "namespace": "ns-1"}
PARAMS = {**dict.fromkeys(ARGUMENTS), **NAMED, "state": "present", "purge_tags": False}
ADDRESSED = {**NAMED, "dns_name": "api.shop.internal"}
STANDING = {"service": {**ADDRESSED, **DEFAULTS, "description": "", "id": "srv-1", "arn": "arn:1"}}


@pytest.mark.parametrize(
    ("options", "current", "expected"),
    [
        ({"state": "absent"}, STANDING, {"service": None}),
        ({}, {}, {"service": {**ADDRESSED, **DEFAULTS}}),
        ({}, STANDING, {"service": ADDRESSED}),
        ({"ttl": 60, "tags": {"a": 1}}, STANDING, {"service": {**ADDRESSED, "ttl": 60}, "tags": {"a": "1"}}),
        ({"record_types": ["A", "A"]}, STANDING, {"service": {**ADDRESSED, "record_types": ["A"]}}),
        (
            {"record_types": ["SRV", "A"], "custom_health_check": True},
            {},
            {"service": {**ADDRESSED, **DEFAULTS, "record_types": ["A", "SRV"], "custom_health_check": True}},
        ),
    ],
)
def test_wanted(options, current, expected):
    assert wanted({**PARAMS, **options}, current, "shop.internal") == expected


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"record_types": ["A", "AAAA"]}, "its records are A, and can't be changed; keep that, or remove the service first"),
        ({"routing_policy": "WEIGHTED"}, "its routing policy is MULTIVALUE, and can't be changed"),
        ({"custom_health_check": True}, "custom_health_check is false, and can't be changed"),
    ],
)
def test_what_is_for_ever_is_refused(options, said):
    with pytest.raises(CloudMapError, match=f"change service api: {said}"):
        wanted({**PARAMS, **options}, STANDING, "shop.internal")


SUMMARY = {
    "Id": "srv-1",
    "Arn": "arn:1",
    "Name": "api",
    "DnsConfig": {"RoutingPolicy": "MULTIVALUE", "DnsRecords": [{"Type": "SRV", "TTL": 10}, {"Type": "A", "TTL": 10}]},
}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (SUMMARY, {"record_types": ["A", "SRV"], "ttl": 10, "routing_policy": "MULTIVALUE", "custom_health_check": False}),
        (
            {**SUMMARY, "DnsConfig": None, "HealthCheckCustomConfig": {}},
            {"record_types": [], "ttl": None, "routing_policy": "", "custom_health_check": True},
        ),
    ],
)
def test_described(answer, expected):
    assert described(answer, "ns-1", "shop.internal") == {**STANDING["service"], **expected}


@pytest.mark.parametrize(
    ("settings", "more"),
    [
        ({}, {}),
        ({"description": "the API"}, {"Description": "the API"}),
        ({"custom_health_check": True}, {"HealthCheckCustomConfig": {"FailureThreshold": 1}}),
    ],
)
def test_creation(settings, more):
    dns = {"RoutingPolicy": "MULTIVALUE", "DnsRecords": [{"Type": "A", "TTL": 10}]}
    assert creation({**NAMED, **DEFAULTS, **settings}) == {"Name": "api", "NamespaceId": "ns-1", "DnsConfig": dns, **more}


@pytest.mark.parametrize("check", [{}, {"HealthCheckConfig": {"Type": "TCP"}}])
def test_a_change_keeps_what_it_does_not_speak_of(check):
    records = {"DnsRecords": [{"Type": "A", "TTL": 10}]}
    assert change(STANDING["service"], check) == {"Description": "", "DnsConfig": records, **check}
