# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.groundwork.cloud.plugins.module_utils.plan import plan
from ansible_collections.groundwork.cloud.plugins.modules.kms_key import (
    ARGUMENTS,
    KmsError,
    alias,
    changes,
    described,
    described_rotation,
    wanted,
)

ID = "1234abcd-12ab-34cd-56ef-1234567890ab"
STATEMENT = {"Sid": "Account", "Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "kms:*", "Resource": "*"}
POLICY = {"Version": "2012-10-17", "Statement": [STATEMENT]}
KEY = {
    "id": ID,
    "arn": f"arn:aws:kms:us-east-1:111122223333:key/{ID}",
    "alias": "alias/shop",
    "description": "",
    "enabled": True,
    "state": "Enabled",
    "multi_region": False,
    "key_spec": "SYMMETRIC_DEFAULT",
    "key_usage": "ENCRYPT_DECRYPT",
    "rotation": True,
    "rotation_period_days": 365,
}
STANDING = {"key": KEY, "policy": POLICY, "tags": {"team": "shop"}}
WAITING = {**STANDING, "key": {**KEY, "state": "PendingDeletion", "enabled": False, "rotation": False, "rotation_period_days": 0}}


def params(**declared: Any) -> dict[str, Any]:
    return {**dict.fromkeys(ARGUMENTS), "alias": "shop", "state": "present", "purge_tags": False, **declared}


def reworded(**statement: Any) -> dict[str, Any]:
    return {**POLICY, "Statement": {**STATEMENT, **statement}}


@pytest.mark.parametrize(
    ("declared", "changed"),
    [
        ({}, False),
        ({"alias": "alias/shop", "description": "", "enabled": True}, False),
        ({"alias": "other", "key_id": ID}, True),
        ({"description": "Data of the shop"}, True),
        ({"enabled": False}, True),
        ({"rotation": True}, False),
        ({"rotation": True, "rotation_period_days": 365}, False),
        ({"rotation": True, "rotation_period_days": 180}, True),
        ({"rotation": False, "rotation_period_days": 180}, True),
        ({"policy": POLICY}, False),
        ({"policy": reworded(Principal={"AWS": ["arn:aws:iam::111122223333:root"]}, Action=["kms:*"])}, False),
        ({"policy": reworded(Action="kms:Decrypt")}, True),
        ({"multi_region": False, "key_spec": "SYMMETRIC_DEFAULT", "key_usage": "ENCRYPT_DECRYPT"}, False),
        ({"tags": {"team": "shop"}}, False),
        ({"tags": {"team": "other"}}, True),
        ({"tags": {}}, False),
        ({"tags": {}, "purge_tags": True}, True),
        ({"state": "absent"}, True),
    ],
)
def test_what_is_a_change(declared, changed):
    assert plan(STANDING, wanted(params(**declared), STANDING)).changed is changed


def test_a_key_that_is_absent_stays_so():
    assert not plan({}, wanted(params(state="absent"), {})).changed


@pytest.mark.parametrize(
    ("declared", "before", "after"),
    [
        ({}, {"state": "PendingDeletion", "enabled": False}, {"state": "Enabled", "enabled": True}),
        ({"enabled": False}, {"state": "PendingDeletion", "enabled": False}, {"state": "Disabled", "enabled": False}),
    ],
)
def test_a_key_that_waits_for_its_deletion_is_brought_back(declared, before, after):
    diff = plan(WAITING, wanted(params(**declared), WAITING)).diff()
    assert diff == {"before": {"key": {"alias": "alias/shop", **before}}, "after": {"key": {"alias": "alias/shop", **after}}}


@pytest.mark.parametrize(
    ("declared", "current", "message"),
    [
        ({"multi_region": True}, STANDING, "its multi_region is False and can't be changed"),
        ({"key_spec": "RSA_2048"}, STANDING, "change key alias/shop: its key_spec is SYMMETRIC_DEFAULT"),
        ({"key_usage": "SIGN_VERIFY"}, STANDING, "use another alias"),
        ({"policy": {}}, STANDING, "leave policy out"),
        ({"key_id": ID}, {}, "there is none of that id"),
        ({"key_id": ID, "alias": None}, {}, "leave key_id out"),
    ],
)
def test_what_can_t_be(declared, current, message):
    with pytest.raises(KmsError, match=message):
        wanted(params(**declared), current)


@pytest.mark.parametrize(
    ("current", "declared", "written"),
    [
        ({}, {}, {"alias": "alias/shop"}),
        ({}, {"enabled": True, "rotation": False}, {"alias": "alias/shop"}),
        ({}, {"enabled": False, "rotation": True}, {"alias": "alias/shop", "enabled": False, "rotation": True}),
        (STANDING, {"description": "New", "enabled": True, "rotation": True}, {"description": "New"}),
        (WAITING, {"rotation": True}, {"state": "Enabled", "enabled": True, "rotation": True}),
        (STANDING, {"tags": {"team": "other"}}, {}),
    ],
)
def test_only_what_differs_is_written(current, declared, written):
    assert changes(plan(current, wanted(params(**declared), current))) == written


@pytest.mark.parametrize(("given", "name"), [("shop", "alias/shop"), ("alias/shop", "alias/shop"), (None, None)])
def test_alias(given, name):
    assert alias(given) == name


def test_described():
    metadata = {
        "KeyId": ID,
        "Arn": KEY["arn"],
        "Enabled": True,
        "KeyState": "Enabled",
        "KeySpec": "SYMMETRIC_DEFAULT",
        "KeyUsage": "ENCRYPT_DECRYPT",
    }
    assert described(metadata) == {key: value for key, value in KEY.items() if key != "alias" and "rotation" not in key}


@pytest.mark.parametrize(
    ("status", "rotation", "days"),
    [
        ({}, False, 0),
        ({"KeyRotationEnabled": False, "RotationPeriodInDays": 365}, False, 0),
        ({"KeyRotationEnabled": True, "RotationPeriodInDays": 180}, True, 180),
    ],
)
def test_described_rotation(status, rotation, days):
    assert described_rotation(status) == {"rotation": rotation, "rotation_period_days": days}
