# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible_collections.groundwork.cloud.plugins.modules.vpc_endpoint import (
    ARGUMENTS,
    OPEN_POLICY,
    EndpointError,
    associated,
    described,
    kind,
    service_name,
    wanted,
)

PURGES = {option: False for option in ARGUMENTS if option.startswith("purge_")}
PARAMS = {**dict.fromkeys(ARGUMENTS), **PURGES, "state": "present", "vpc_id": "vpc-1", "service": "s3"}
S3 = "com.amazonaws.us-east-1.s3"


@pytest.mark.parametrize(
    ("service", "expected"),
    [
        ("s3", S3),
        (S3, S3),
        ("ecr.api", "com.amazonaws.us-east-1.ecr.api"),
        ("com.amazonaws.vpce.us-east-1.vpce-svc-1", "com.amazonaws.vpce.us-east-1.vpce-svc-1"),
        ("aws.sagemaker.us-east-1.notebook", "aws.sagemaker.us-east-1.notebook"),
    ],
)
def test_service_name(service, expected):
    assert service_name(service, "us-east-1") == expected


@pytest.mark.parametrize(
    ("service", "declared", "expected"),
    [
        ("s3", None, "gateway"),
        (S3, None, "gateway"),
        ("s3", "interface", "interface"),
        ("dynamodb", None, "gateway"),
        ("secretsmanager", None, "interface"),
        ("ecr.api", None, "interface"),
    ],
)
def test_kind(service, declared, expected):
    assert kind({"service": service, "type": declared}) == expected


@pytest.mark.parametrize(
    ("have", "want", "purge", "expected"),
    [
        ([], ["b", "a"], False, ["a", "b"]),
        (["c"], ["b", "a"], False, ["a", "b", "c"]),
        (["c"], ["b", "a"], True, ["a", "b"]),
        (["c"], [], True, []),
    ],
)
def test_associated(have, want, purge, expected):
    assert associated(have, want, purge) == expected


@pytest.mark.parametrize(
    ("options", "current", "expected"),
    [
        ({"state": "absent"}, {}, {"endpoint": None}),
        ({}, {}, {"endpoint": {"vpc_id": "vpc-1", "service": S3, "type": "gateway"}}),
        (
            {"route_tables": ["rtb-2"], "tags": {"Name": "s3"}},
            {"endpoint": {"route_tables": ["rtb-1"]}},
            {
                "endpoint": {"vpc_id": "vpc-1", "service": S3, "type": "gateway", "route_tables": ["rtb-1", "rtb-2"]},
                "tags": {"Name": "s3"},
            },
        ),
        (
            {"policy": {}},
            {"policy": {"Version": "2008-10-17", "Statement": {**OPEN_POLICY["Statement"][0], "Action": ["*"]}}},
            {
                "endpoint": {"vpc_id": "vpc-1", "service": S3, "type": "gateway"},
                "policy": {"Version": "2008-10-17", "Statement": {**OPEN_POLICY["Statement"][0], "Action": ["*"]}},
            },
        ),
    ],
)
def test_wanted(options, current, expected):
    assert wanted({**PARAMS, **options}, current, "us-east-1") == expected


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"subnets": ["subnet-1"]}, "an endpoint of type gateway has no subnets; leave that out, or set type to interface"),
        ({"private_dns": False}, "an endpoint of type gateway has no private_dns"),
        ({"service": "logs", "route_tables": []}, "an endpoint of type interface has no route_tables"),
    ],
)
def test_what_the_type_does_not_have_is_refused(options, message):
    with pytest.raises(EndpointError, match=message):
        wanted({**PARAMS, **options}, {}, "us-east-1")


def test_described():
    endpoint = {
        "VpcEndpointId": "vpce-1",
        "VpcId": "vpc-1",
        "ServiceName": S3,
        "VpcEndpointType": "Interface",
        "State": "Available",
        "SubnetIds": ["b", "a"],
        "Groups": [{"GroupId": "sg-1", "GroupName": "web"}],
        "PrivateDnsEnabled": True,
        "DnsEntries": [{"DnsName": "s3.example"}],
    }
    assert described(endpoint) == {
        "id": "vpce-1",
        "vpc_id": "vpc-1",
        "service": S3,
        "type": "interface",
        "status": "available",
        "route_tables": [],
        "subnets": ["a", "b"],
        "security_groups": ["sg-1"],
        "private_dns": True,
        "dns_names": ["s3.example"],
    }
