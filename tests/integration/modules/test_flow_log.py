# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest

ROLE = "arn:aws:iam::123456789012:role/flows"
BUCKET = "arn:aws:s3:::shop-flows"


@pytest.fixture
def vpc(aws: Any) -> str:
    aws("logs").create_log_group(logGroupName="flows")
    aws("s3").create_bucket(Bucket="shop-flows")
    return aws("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]


def flow_logs(aws: Any) -> list[dict[str, Any]]:
    return aws("ec2").describe_flow_logs()["FlowLogs"]


def test_lifecycle(aws, lifecycle, vpc):
    lifecycle(
        "flow_log",
        present={
            "resource": vpc,
            "traffic_type": "reject",
            "log_group": "flows",
            "role_arn": ROLE,
            "max_aggregation_interval": 60,
            "log_format": "${srcaddr} ${dstaddr} ${action}",
            "tags": {"Name": "main-flows"},
        },
        change={"tags": {"Name": "main-flows", "team": "shop"}},
        exists=lambda: [one["ResourceId"] for one in flow_logs(aws)] == [vpc],
        changed=lambda: len(flow_logs(aws)[0]["Tags"]) == 2,
        absent={"resource": vpc},
    )


def test_least(aws, run_module, vpc):
    made = run_module("flow_log", resource=vpc, bucket_arn=BUCKET)["flow_log"]
    assert (made["traffic_type"], made["bucket_arn"], made["max_aggregation_interval"]) == ("all", BUCKET, 600)
    assert run_module("flow_log", resource=vpc, bucket_arn=BUCKET)["changed"] is False


def test_a_change_replaces_it_and_keeps_the_rest(aws, run_module, vpc):
    first = {"resource": vpc, "log_group": "flows", "role_arn": ROLE, "traffic_type": "reject", "max_aggregation_interval": 60}
    old = run_module("flow_log", **first, tags={"Name": "main-flows"})["flow_log"]
    changed = run_module("flow_log", resource=vpc, traffic_type="all")
    assert changed["diff"] == {
        "before": {"flow_log": {"resource": vpc, "traffic_type": "reject"}},
        "after": {"flow_log": {"resource": vpc, "traffic_type": "all"}},
    }
    kept = {key: value for key, value in old.items() if key not in ("id", "traffic_type")}
    assert kept.items() <= changed["flow_log"].items()
    assert changed["flow_log"]["id"] != old["id"]
    assert len(flow_logs(aws)) == 1


def test_it_moves_from_a_log_group_to_a_bucket(aws, run_module, vpc):
    run_module("flow_log", resource=vpc, log_group="flows", role_arn=ROLE)
    moved = run_module("flow_log", resource=vpc, bucket_arn=BUCKET)["flow_log"]
    assert moved["bucket_arn"] == BUCKET
    assert "log_group" not in moved
    assert run_module("flow_log", resource=vpc, bucket_arn=BUCKET)["changed"] is False


def test_one_among_several_is_found_by_its_name(aws, run_module, vpc):
    run_module("flow_log", resource=vpc, bucket_arn=BUCKET, tags={"Name": "all"})
    run_module("flow_log", resource=vpc, log_group="flows", role_arn=ROLE, tags={"Name": "short"})
    assert len(flow_logs(aws)) == 2
    assert "say which by a tag Name" in run_module("flow_log", resource=vpc, state="absent")["msg"]
    run_module("flow_log", resource=vpc, tags={"Name": "all"}, state="absent")
    assert [one["LogDestinationType"] for one in flow_logs(aws)] == ["cloud-watch-logs"]


def test_a_failure_within_the_answer_is_an_error(aws, run_module, vpc):
    failed = run_module("flow_log", resource=vpc, bucket_arn="arn:aws:s3:::not-there")
    assert failed["msg"].startswith(f"create the flow log of {vpc}: LogDestination: not-there does not exist")
    assert flow_logs(aws) == []


@pytest.mark.parametrize(
    ("options", "message"),
    [({}, "declare log_group and role_arn, or bucket_arn"), ({"log_group": "flows"}, "it has nowhere to go")],
)
def test_what_makes_no_flow_log_is_refused(aws, run_module, vpc, options, message):
    assert message in run_module("flow_log", resource=vpc, **options)["msg"]
    assert flow_logs(aws) == []


def test_check_without_the_vpc(run_module):
    planned = run_module("flow_log", check=True, resource="vpc-0123456789abcdef0", bucket_arn=BUCKET)
    assert planned["changed"] is True
