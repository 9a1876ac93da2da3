# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible_collections.groundwork.cloud.plugins.modules.flow_log import ARGUMENTS, described, request, successor, wanted

PARAMS = {**dict.fromkeys(ARGUMENTS), "state": "present", "purge_tags": False, "resource": "vpc-1"}
TO_GROUP = {"resource": "vpc-1", "traffic_type": "reject", "log_group": "flows", "role_arn": "role"}
TO_BUCKET = {"resource": "vpc-1", "traffic_type": "reject", "bucket_arn": "arn:aws:s3:::logs"}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"state": "absent"}, {"flow_log": None}),
        ({}, {"flow_log": {"resource": "vpc-1"}}),
        (
            {"traffic_type": "all", "tags": {"Name": "flows"}},
            {"flow_log": {"resource": "vpc-1", "traffic_type": "all"}, "tags": {"Name": "flows"}},
        ),
    ],
)
def test_wanted(options, expected):
    assert wanted({**PARAMS, **options}) == expected


@pytest.mark.parametrize(
    ("flow_log", "expected"),
    [
        (
            {"LogDestinationType": "cloud-watch-logs", "LogGroupName": "flows", "DeliverLogsPermissionArn": "role"},
            {"log_group": "flows", "role_arn": "role"},
        ),
        (
            {"LogDestinationType": "cloud-watch-logs", "LogDestination": "arn:aws:logs:us-east-1:1:log-group:/vpc/flows:*"},
            {"log_group": "/vpc/flows"},
        ),
        ({"LogDestinationType": "s3", "LogDestination": "arn:aws:s3:::logs"}, {"bucket_arn": "arn:aws:s3:::logs"}),
        (
            {"LogGroupName": "flows", "DeliverLogsErrorMessage": "Access error"},
            {"log_group": "flows", "delivery_error": "Access error"},
        ),
    ],
)
def test_described(flow_log, expected):
    found = described({"FlowLogId": "fl-1", "ResourceId": "vpc-1", "TrafficType": "ALL", **flow_log})
    assert found == {"id": "fl-1", "resource": "vpc-1", "traffic_type": "all", **expected}


@pytest.mark.parametrize(
    ("have", "want", "expected"),
    [
        ({"id": "fl-1", **TO_GROUP}, {"traffic_type": "all"}, {**TO_GROUP, "traffic_type": "all"}),
        (TO_GROUP, {"bucket_arn": "arn:aws:s3:::logs"}, TO_BUCKET),
        (TO_BUCKET, {"log_group": "flows", "role_arn": "role"}, TO_GROUP),
    ],
)
def test_successor(have, want, expected):
    assert successor(have, want) == expected


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (
            TO_GROUP,
            {
                "ResourceIds": ["vpc-1"],
                "ResourceType": "VPC",
                "TrafficType": "REJECT",
                "LogDestinationType": "cloud-watch-logs",
                "LogGroupName": "flows",
                "DeliverLogsPermissionArn": "role",
            },
        ),
        (
            {"resource": "subnet-1", "bucket_arn": "arn:aws:s3:::logs", "max_aggregation_interval": 60},
            {
                "ResourceIds": ["subnet-1"],
                "ResourceType": "Subnet",
                "TrafficType": "ALL",
                "LogDestinationType": "s3",
                "LogDestination": "arn:aws:s3:::logs",
                "MaxAggregationInterval": 60,
            },
        ),
    ],
)
def test_request(settings, expected):
    assert request(settings) == expected


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"resource": "i-1", "bucket_arn": "x"}, "i-1 is no VPC, subnet or network interface; give the id of one"),
        ({"resource": "vpc-1"}, "it has nowhere to go; declare log_group and role_arn, or bucket_arn"),
        ({"resource": "vpc-1", "log_group": "flows"}, "it has nowhere to go"),
    ],
)
def test_what_makes_no_flow_log_is_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        request(settings)
