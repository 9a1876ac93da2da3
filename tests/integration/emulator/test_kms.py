# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

ROOT = "arn:aws:iam::123456789012:root"
POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {"Sid": "Account", "Effect": "Allow", "Principal": {"AWS": ROOT}, "Action": "kms:*", "Resource": "*"},
        {
            "Sid": "Logs",
            "Effect": "Allow",
            "Principal": {"Service": "logs.us-east-1.amazonaws.com"},
            "Action": ["kms:Encrypt*", "kms:Decrypt*", "kms:GenerateDataKey*"],
            "Resource": "*",
        },
    ],
}
KEY = {
    "alias": "shop-production-main",
    "description": "Data of the shop",
    "enable_key_rotation": True,
    "policy": json.dumps(POLICY),
    "tags": {"groundwork:stack": "shop"},
}


@pytest.fixture
def kms(aws):
    return aws("kms")


def state(kms: Any, key: str) -> str:
    return kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"]


@pytest.mark.parametrize("by", ["KeyId", "Arn"])
def test_a_key_is_disabled_deleted_and_restored_by_id_and_arn(kms, by):
    key = kms.create_key()["KeyMetadata"][by]
    kms.disable_key(KeyId=key)
    assert state(kms, key) == "Disabled"
    kms.enable_key(KeyId=key)
    assert state(kms, key) == "Enabled"
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    assert state(kms, key) == "PendingDeletion"
    kms.cancel_key_deletion(KeyId=key)
    assert state(kms, key) == "Disabled"


@pytest.mark.parametrize("by", ["KeyId", "Arn"])
def test_what_the_state_of_a_key_does_not_allow_is_refused(kms, by):
    key = kms.create_key()["KeyMetadata"][by]

    def refusal(operation: str, **arguments: Any) -> str:
        with pytest.raises(ClientError) as raised:
            getattr(kms, operation)(KeyId=key, **arguments)
        return str(raised.value.response["Error"]["Code"])

    kms.tag_resource(KeyId=key, Tags=[{"TagKey": "team", "TagValue": "shop"}])
    assert kms.list_resource_tags(KeyId=key)["Tags"] == [{"TagKey": "team", "TagValue": "shop"}]
    assert refusal("cancel_key_deletion") == "KMSInvalidStateException"
    kms.disable_key(KeyId=key)
    assert refusal("enable_key_rotation") == "DisabledException"
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    for operation, arguments in (
        ("enable_key", {}),
        ("disable_key", {}),
        ("schedule_key_deletion", {}),
        ("enable_key_rotation", {}),
        ("update_key_description", {"Description": "other"}),
        ("tag_resource", {"Tags": [{"TagKey": "team", "TagValue": "other"}]}),
        ("untag_resource", {"TagKeys": ["team"]}),
    ):
        assert refusal(operation, **arguments) == "KMSInvalidStateException"
    with pytest.raises(kms.exceptions.KMSInvalidStateException):
        kms.create_alias(AliasName="alias/shop", TargetKeyId=key)
    key = kms.create_key(KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")["KeyMetadata"][by]
    assert refusal("enable_key_rotation") == "UnsupportedOperationException"


def test_a_key_is_rotated_by_its_period_but_not_while_it_waits_to_be_deleted(kms):
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    assert "RotationPeriodInDays" not in kms.get_key_rotation_status(KeyId=key)
    kms.enable_key_rotation(KeyId=key)
    assert kms.get_key_rotation_status(KeyId=key)["RotationPeriodInDays"] == 365
    kms.enable_key_rotation(KeyId=key, RotationPeriodInDays=180)
    assert kms.get_key_rotation_status(KeyId=key)["RotationPeriodInDays"] == 180
    kms.schedule_key_deletion(KeyId=key)
    assert kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"] is False
    kms.cancel_key_deletion(KeyId=key)
    status = kms.get_key_rotation_status(KeyId=key)
    assert (status["KeyRotationEnabled"], status["RotationPeriodInDays"]) == (True, 180)


def test_upstream_manages_keys(kms, run_module):
    def run(check: bool = False, **change: Any) -> bool:
        result = run_module("amazon.aws.kms_key", check=check, **{**KEY, **change})
        assert not result.get("failed"), result
        return bool(result["changed"])

    def keys() -> list[str]:
        return [key["KeyId"] for key in kms.list_keys()["Keys"]]

    assert run(check=True)
    assert keys() == []
    assert run()
    (key,) = keys()
    assert kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"] is True
    assert kms.list_resource_tags(KeyId=key)["Tags"] == [{"TagKey": "groundwork:stack", "TagValue": "shop"}]
    assert json.loads(kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"]) == POLICY
    assert [one["AliasName"] for one in kms.list_aliases(KeyId=key)["Aliases"]] == ["alias/shop-production-main"]
    assert not run(check=True)
    assert not run()
    assert run(check=True, description="Other")
    assert kms.describe_key(KeyId=key)["KeyMetadata"]["Description"] == KEY["description"]
    assert run(description="Other")
    assert run(check=True, state="absent")
    assert state(kms, key) == "Enabled"
    assert run(state="absent", pending_window=7)
    assert state(kms, key) == "PendingDeletion"
    assert not run(state="absent", pending_window=7)
