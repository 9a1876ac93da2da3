# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.groundwork.cloud.plugins.module_utils.plan import Exact
from ansible_collections.groundwork.cloud.plugins.modules.elb_load_balancer import (
    ARGUMENTS,
    LoadBalancerError,
    attribute_list,
    described_attributes,
    wanted,
)

PARAMS = {
    **dict.fromkeys(ARGUMENTS),
    "state": "present",
    "name": "web",
    "purge_tags": False,
    "purge_rules": False,
    "purge_listeners": False,
}
STANDS = {"load_balancer": {"scheme": "internal"}, "attributes": {"deletion_protection": True}}
LISTENER = {"port": 80, "protocol": "HTTP", "default_action": {"forward": "arn:web"}}
LISTENS = {"80": {"protocol": "HTTP", "default_action": {"forward": "arn:web"}}}


@pytest.mark.parametrize(
    ("options", "current", "expected"),
    [
        ({"state": "absent"}, {}, {"load_balancer": None}),
        ({"state": "absent", "deletion_protection": False}, STANDS, {"load_balancer": None}),
        ({}, {}, {"load_balancer": {"name": "web"}}),
        (
            {"subnets": ["subnet-2", "subnet-1"], "scheme": "internal", "http2": False, "tags": {"a": 1}},
            STANDS,
            {
                "load_balancer": {"name": "web", "scheme": "internal", "subnets": ["subnet-1", "subnet-2"]},
                "attributes": {"http2": False},
                "tags": {"a": "1"},
            },
        ),
        (
            {"access_logs": {"bucket": "", "prefix": "x"}},
            {},
            {"load_balancer": {"name": "web"}, "attributes": {"access_logs": {"bucket": ""}}},
        ),
        ({"listeners": [LISTENER]}, {}, {"load_balancer": {"name": "web"}, "listeners": LISTENS}),
        ({"listeners": []}, {}, {"load_balancer": {"name": "web"}, "listeners": {}}),
    ],
)
def test_wanted(options: dict[str, Any], current: dict[str, Any], expected: dict[str, Any]):
    assert wanted({**PARAMS, **options}, current) == expected


@pytest.mark.parametrize(("purge", "type_"), [(True, Exact), (False, dict)])
def test_listeners_that_are_not_declared_count_when_they_are_purged(purge: bool, type_: type):
    listeners = wanted({**PARAMS, "listeners": [LISTENER], "purge_listeners": purge}, {})["listeners"]
    assert type(listeners) is type_


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"scheme": "internet-facing"},
            "its scheme is internal and can't be changed to internet-facing; declare a load balancer",
        ),
        ({"state": "absent"}, "it is protected; declare deletion_protection: false, too"),
        ({"state": "absent", "deletion_protection": True}, "it is protected"),
    ],
)
def test_refusals(options: dict[str, Any], message: str):
    with pytest.raises(LoadBalancerError, match=message):
        wanted({**PARAMS, **options}, STANDS)


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({"idle_timeout": 30, "http2": False}, {"idle_timeout.timeout_seconds": "30", "routing.http2.enabled": "false"}),
        ({"access_logs": {"bucket": ""}}, {"access_logs.s3.enabled": "false"}),
        (
            {"access_logs": {"bucket": "logs", "prefix": "web"}},
            {"access_logs.s3.enabled": "true", "access_logs.s3.bucket": "logs", "access_logs.s3.prefix": "web"},
        ),
    ],
)
def test_attributes_as_the_api_takes_them(attributes: dict[str, Any], expected: dict[str, str]):
    assert {one["Key"]: one["Value"] for one in attribute_list(attributes)} == expected


USUAL = {
    "idle_timeout.timeout_seconds": "60",
    "deletion_protection.enabled": "false",
    "routing.http2.enabled": "true",
    "routing.http.drop_invalid_header_fields.enabled": "false",
    "routing.http.desync_mitigation_mode": "defensive",
    "access_logs.s3.enabled": "false",
    "access_logs.s3.bucket": "left",
    "access_logs.s3.prefix": "behind",
}


@pytest.mark.parametrize(("enabled", "logs"), [("false", ("", "")), ("true", ("left", "behind"))])
def test_described_attributes(enabled: str, logs: tuple[str, str]):
    assert described_attributes({**USUAL, "access_logs.s3.enabled": enabled}) == {
        "idle_timeout": 60,
        "deletion_protection": False,
        "http2": True,
        "drop_invalid_header_fields": False,
        "desync_mitigation_mode": "defensive",
        "access_logs": dict(zip(("bucket", "prefix"), logs, strict=True)),
    }
