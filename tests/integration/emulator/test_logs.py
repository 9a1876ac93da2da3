# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

NAME = "/shop/production/web"


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
