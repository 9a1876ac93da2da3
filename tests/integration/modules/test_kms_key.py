# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import json
from typing import Any

import pytest
from support.emulator import recorded

ALIAS = "alias/shop-production-main"
POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {"Sid": "Account", "Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "kms:*", "Resource": "*"},
        {
            "Sid": "Logs",
            "Effect": "Allow",
            "Principal": {"Service": "logs.us-east-1.amazonaws.com"},
            "Action": ["kms:Encrypt*", "kms:Decrypt*"],
            "Resource": "*",
        },
    ],
}
KEY = {"alias": "shop-production-main", "description": "Data of the shop", "rotation": True, "policy": POLICY, "tags": {"a": "1"}}


@pytest.fixture
def kms(aws):
    return aws("kms")


def metadata(kms: Any, key: str = ALIAS) -> dict[str, Any]:
    try:
        found: dict[str, Any] = kms.describe_key(KeyId=key)["KeyMetadata"]
    except kms.exceptions.NotFoundException:
        return {}
    return found


def stands(kms: Any) -> bool:
    return metadata(kms).get("KeyState") == "Enabled"


def test_lifecycle(kms, lifecycle):
    lifecycle(
        "kms_key",
        present=KEY,
        change={"description": "Other"},
        exists=lambda: stands(kms),
        changed=lambda: metadata(kms)["Description"] == "Other",
        absent={"alias": ALIAS, "pending_window": 7},
    )
    assert len(kms.list_keys()["Keys"]) == 1


def test_a_new_key_is_as_it_was_declared(kms, run_module):
    made = run_module("kms_key", **KEY)["key"]
    assert (made["id"], made["alias"], made["state"]) == (metadata(kms)["KeyId"], ALIAS, "Enabled")
    assert (made["rotation"], made["rotation_period_days"]) == (True, 365)
    assert kms.get_key_rotation_status(KeyId=made["id"])["KeyRotationEnabled"] is True
    assert json.loads(kms.get_key_policy(KeyId=made["id"], PolicyName="default")["Policy"]) == POLICY
    assert kms.list_resource_tags(KeyId=made["id"])["Tags"] == [{"TagKey": "a", "TagValue": "1"}]


def test_nothing_to_do_costs_four_calls(kms, run_module, endpoint):
    run_module("kms_key", **KEY)
    with recorded(endpoint) as asked:
        run_module("kms_key", **KEY)
    assert len(asked) == 4, asked


@pytest.mark.parametrize(
    "change",
    [
        {"rotation": True, "rotation_period_days": 180},
        {"rotation": False},
        {"policy": {**POLICY, "Statement": POLICY["Statement"][:1]}},
        {"enabled": False},
        {"enabled": False, "rotation": False},
        {"tags": {"a": "2"}},
        {"tags": {"b": "1"}, "purge_tags": True},
        {"tags": {}, "purge_tags": True},
    ],
)
def test_each_setting_changes_and_stays(kms, run_module, converges, change):
    run_module("kms_key", **KEY)
    converges("kms_key", **{**KEY, **change})
    key = metadata(kms)
    tags = {tag["TagKey"]: tag["TagValue"] for tag in kms.list_resource_tags(KeyId=key["KeyId"])["Tags"]}
    status = kms.get_key_rotation_status(KeyId=key["KeyId"])
    assert key["Enabled"] is change.get("enabled", True)
    assert status["KeyRotationEnabled"] is change.get("rotation", True)
    if status["KeyRotationEnabled"]:
        assert status["RotationPeriodInDays"] == change.get("rotation_period_days", 365)
    assert tags == change.get("tags", KEY["tags"])
    policy = json.loads(kms.get_key_policy(KeyId=key["KeyId"], PolicyName="default")["Policy"])
    assert policy == change.get("policy", POLICY)


def test_a_new_key_can_be_disabled_and_rotated_at_once(kms, converges):
    key = converges("kms_key", alias="shop", rotation=True, enabled=False)["key"]
    assert metadata(kms, "alias/shop")["KeyState"] == "Disabled"
    assert kms.get_key_rotation_status(KeyId=key["id"])["KeyRotationEnabled"] is True
    converges("kms_key", alias="shop", enabled=True)
    assert metadata(kms, "alias/shop")["KeyState"] == "Enabled"


def test_a_policy_is_compared_by_meaning(run_module):
    run_module("kms_key", **KEY)
    account, logs = POLICY["Statement"]
    reworded = [
        {**logs, "Action": ["kms:Decrypt*", "kms:Encrypt*"]},
        {**account, "Principal": {"AWS": ["arn:aws:iam::123456789012:root"]}},
    ]
    assert run_module("kms_key", **{**KEY, "policy": {**POLICY, "Statement": reworded}})["changed"] is False


@pytest.mark.parametrize(("enabled", "state"), [({}, "Enabled"), ({"enabled": False}, "Disabled")])
def test_a_key_that_waits_for_its_deletion_is_brought_back(kms, run_module, converges, enabled, state):
    key = run_module("kms_key", **KEY)["key"]["id"]
    run_module("kms_key", alias=ALIAS, state="absent")
    revived = {**KEY, "description": "Back", "tags": {"a": "2"}, **enabled}
    diff = run_module("kms_key", check=True, **revived)["diff"]
    assert (diff["before"]["key"]["state"], diff["after"]["key"]["state"]) == ("PendingDeletion", state)
    converges("kms_key", **revived)
    assert metadata(kms) | {"KeyId": key, "KeyState": state, "Description": "Back"} == metadata(kms)
    assert len(kms.list_keys()["Keys"]) == 1


def test_the_pending_window_is_as_declared(kms, run_module):
    run_module("kms_key", **KEY)
    assert run_module("kms_key", alias=ALIAS, state="absent", pending_window=10)["key"] == {}
    key = metadata(kms)
    assert 9 < (key["DeletionDate"] - key["CreationDate"]).total_seconds() / 86400 < 11


def test_a_key_is_given_an_alias_by_its_id_but_not_one_of_another(kms, run_module, converges):
    one, other = (kms.create_key()["KeyMetadata"]["KeyId"] for _ in range(2))
    assert converges("kms_key", key_id=one, alias="shop")["key"]["alias"] == "alias/shop"
    assert metadata(kms, "alias/shop")["KeyId"] == one
    refused = run_module("kms_key", key_id=other, alias="shop")
    assert refused["msg"] == f"give key {other} the alias/shop: key {one} has it; delete that alias first, or use another"
    arn = metadata(kms, other)["Arn"]
    assert run_module("kms_key", key_id=arn, state="absent")["changed"] is True
    assert run_module("kms_key", key_id=arn, state="absent")["changed"] is False
    unknown = "00000000-0000-0000-0000-000000000000"
    assert run_module("kms_key", key_id=unknown, state="absent")["changed"] is False
    assert "there is none of that id" in run_module("kms_key", key_id=unknown)["msg"]


def test_what_is_for_life_is_chosen_once(kms, run_module, converges):
    signing = {"alias": "sign", "key_spec": "RSA_2048", "key_usage": "SIGN_VERIFY", "multi_region": True, "rotation": False}
    converges("kms_key", **signing)
    key = metadata(kms, "alias/sign")
    assert (key["KeySpec"], key["KeyUsage"], key["MultiRegion"]) == ("RSA_2048", "SIGN_VERIFY", True)
    for change in ({"key_spec": "RSA_4096"}, {"multi_region": False}):
        refused = run_module("kms_key", check=True, **{**signing, **change})
        assert "can't be changed; keep it" in refused["msg"]


def test_an_error_names_the_key(kms, run_module):
    refused = run_module("kms_key", alias="no:alias")
    (key,) = kms.list_keys()["Keys"]
    assert refused["msg"].startswith(f"give an alias to key {key['KeyId']}: ")
