# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible_collections.groundwork.cloud.plugins.modules.elb_target_group import (
    ARGUMENTS,
    TargetGroupError,
    attribute_list,
    check_request,
    described_attributes,
    described_check,
    wanted,
)

PARAMS = {**dict.fromkeys(ARGUMENTS), "state": "present", "name": "web", "purge_tags": False}
STANDS = {
    "target_group": {"protocol": "HTTP", "port": 80, "protocol_version": "HTTP1", "vpc_id": "vpc-1", "target_type": "ip"},
}


@pytest.mark.parametrize(
    ("options", "current", "expected"),
    [
        ({"state": "absent"}, STANDS, {"target_group": None}),
        ({}, {}, {"target_group": {"name": "web"}}),
        (
            {"port": 80, "health_check": {"path": "/health", "port": None}, "tags": {"a": 1}},
            STANDS,
            {"target_group": {"name": "web", "port": 80}, "health_check": {"path": "/health"}, "tags": {"a": "1"}},
        ),
        (
            {"slow_start": 0, "stickiness": {"enabled": True, "type": None}},
            {},
            {"target_group": {"name": "web"}, "attributes": {"slow_start": 0, "stickiness": {"enabled": True}}},
        ),
    ],
)
def test_wanted(options, current, expected):
    assert wanted({**PARAMS, **options}, current) == expected


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"port": 81}, "its port is 80 and can't be changed to 81; keep it, or declare a target group of another name"),
        ({"protocol": "TCP"}, "its protocol is HTTP"),
        ({"vpc_id": "vpc-2"}, "its vpc_id is vpc-1"),
        ({"target_type": "instance"}, "its target_type is ip"),
        ({"protocol_version": "GRPC"}, "its protocol_version is HTTP1"),
    ],
)
def test_what_is_fixed_is_refused(options, message):
    with pytest.raises(TargetGroupError, match=message):
        wanted({**PARAMS, **options}, STANDS)


def test_what_only_http_has_is_refused_for_others():
    with pytest.raises(TargetGroupError, match="TCP has no slow_start; leave that out"):
        wanted({**PARAMS, "protocol": "TCP", "slow_start": 30}, {})


@pytest.mark.parametrize(
    ("options", "kind", "expected"),
    [
        ({"deregistration_delay": 30}, "lb_cookie", {"deregistration_delay.timeout_seconds": "30"}),
        ({"slow_start": 0}, "lb_cookie", {"slow_start.duration_seconds": "0"}),
        (
            {"stickiness": {"enabled": True, "duration": 60}},
            "lb_cookie",
            {"stickiness.enabled": "true", "stickiness.lb_cookie.duration_seconds": "60"},
        ),
        (
            {"stickiness": {"type": "app_cookie", "duration": 60, "cookie_name": "sid"}},
            "lb_cookie",
            {
                "stickiness.type": "app_cookie",
                "stickiness.app_cookie.duration_seconds": "60",
                "stickiness.app_cookie.cookie_name": "sid",
            },
        ),
    ],
)
def test_attributes_as_the_api_takes_them(options, kind, expected):
    assert {one["Key"]: one["Value"] for one in attribute_list(options, kind)} == expected


def test_described_attributes():
    attributes = {
        "deregistration_delay.timeout_seconds": "300",
        "stickiness.enabled": "true",
        "stickiness.type": "app_cookie",
        "stickiness.app_cookie.duration_seconds": "60",
        "stickiness.app_cookie.cookie_name": "sid",
        "stickiness.lb_cookie.duration_seconds": "86400",
    }
    assert described_attributes(attributes) == {
        "deregistration_delay": 300,
        "stickiness": {"enabled": True, "type": "app_cookie", "duration": 60, "cookie_name": "sid"},
    }


@pytest.mark.parametrize(("version", "key"), [("HTTP1", "HttpCode"), (None, "HttpCode"), ("GRPC", "GrpcCode")])
def test_matcher(version, key):
    assert check_request({"matcher": "0-5", "interval": 5}, version) == {"HealthCheckIntervalSeconds": 5, "Matcher": {key: "0-5"}}
    assert described_check({"Matcher": {key: "0-5"}, "HealthCheckPath": "/"}) == {"path": "/", "matcher": "0-5"}
