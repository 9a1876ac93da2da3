# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

NAME = "/shop/production/web"
GROUP = {
    "log_group_name": NAME,
    "kms_key_id": "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    "retention": 30,
    "tags": {"groundwork:stack": "shop"},
}


@pytest.fixture
def logs(aws):
    return aws("logs")


def group(logs: Any) -> dict[str, Any]:
    found = logs.describe_log_groups(logGroupNamePrefix=NAME)["logGroups"]
    return found[0] if found else {}


def test_a_key_is_associated_and_taken_away(logs):
    logs.create_log_group(logGroupName=NAME)
    logs.associate_kms_key(logGroupName=NAME, kmsKeyId="arn:one")
    assert group(logs)["kmsKeyId"] == "arn:one"
    arn = f"arn:aws:logs:us-east-1:123456789012:log-group:{NAME}"
    logs.associate_kms_key(resourceIdentifier=arn, kmsKeyId="arn:two")
    assert group(logs)["kmsKeyId"] == "arn:two"
    logs.disassociate_kms_key(logGroupName=NAME)
    assert "kmsKeyId" not in group(logs)
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        logs.associate_kms_key(logGroupName="other", kmsKeyId="arn:one")


def test_tags_go_with_their_group(logs):
    logs.create_log_group(logGroupName=NAME, tags={"a": "1"})
    logs.delete_log_group(logGroupName=NAME)
    logs.create_log_group(logGroupName=NAME)
    assert logs.list_tags_for_resource(resourceArn=f"arn:aws:logs:us-east-1:123456789012:log-group:{NAME}")["tags"] == {}


def test_upstream_manages_log_groups(logs, run_module):
    def run(check: bool = False, **change: Any) -> bool:
        result = run_module("amazon.aws.cloudwatchlogs_log_group", check=check, **{**GROUP, **change})
        assert not result.get("failed"), result
        return bool(result["changed"])

    assert run(check=True)
    assert group(logs) == {}
    assert run()
    assert group(logs)["retentionInDays"] == 30
    assert group(logs)["kmsKeyId"] == GROUP["kms_key_id"]
    assert not run(check=True)
    assert not run()
    assert run(tags={"groundwork:stack": "shop", "team": "shop"})
    assert run(check=True, retention=60)
    assert group(logs)["retentionInDays"] == 30, "check mode wrote"
    assert run(retention=60)
    assert group(logs)["retentionInDays"] == 60
    assert run(check=True, state="absent")
    assert run(state="absent")
    assert group(logs) == {}
    assert not run(state="absent")
