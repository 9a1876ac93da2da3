# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.groundwork.cloud.plugins.module_utils.plan import plan
from ansible_collections.groundwork.cloud.plugins.module_utils.s3 import BucketError, described_encryption
from ansible_collections.groundwork.cloud.plugins.modules.s3_bucket import ARGUMENTS, BLOCKS, declared_encryption, wanted

STANDING = {"bucket": {"name": "shop", "region": "us-east-1"}}
RULE = {"ID": "one", "Status": "Enabled", "Expiration": {"Days": 1}}


def params(**declared: Any) -> dict[str, Any]:
    return {**dict.fromkeys(ARGUMENTS), "name": "shop", "state": "present", "purge_tags": False, **declared}


@pytest.mark.parametrize(
    ("declared", "current", "parts"),
    [
        ({}, {}, {"bucket": {"name": "shop"}, "public_access_block": dict.fromkeys(BLOCKS, True)}),
        ({}, STANDING, {"bucket": {"name": "shop"}}),
        ({"public_access_block": False}, {}, {"bucket": {"name": "shop"}, "public_access_block": dict.fromkeys(BLOCKS, False)}),
        ({"versioning": False}, STANDING, {"bucket": {"name": "shop", "versioning": False}}),
        ({"policy": {}}, STANDING, {"bucket": {"name": "shop"}, "policy": None}),
        ({"lifecycle_rules": []}, STANDING, {"bucket": {"name": "shop"}, "lifecycle_rules": None}),
        ({"lifecycle_rules": [RULE]}, STANDING, {"bucket": {"name": "shop"}, "lifecycle_rules": {"one": {**RULE, "Filter": {}}}}),
        ({"logging": {"target_bucket": None, "target_prefix": None}}, STANDING, {"bucket": {"name": "shop"}, "logging": None}),
        (
            {"logging": {"target_bucket": "logs", "target_prefix": None}},
            STANDING,
            {"bucket": {"name": "shop"}, "logging": {"target_bucket": "logs", "target_prefix": ""}},
        ),
        ({"replication": {"destination": None}}, STANDING, {"bucket": {"name": "shop"}, "replication": None}),
        ({"state": "absent"}, STANDING, {"bucket": None}),
        ({"state": "absent"}, {}, {}),
    ],
)
def test_wanted(declared, current, parts):
    assert wanted(params(**declared), current) == parts


@pytest.mark.parametrize(
    ("option", "declared"),
    [
        ({"kms_key": None, "bucket_key_enabled": None}, {"algorithm": "AES256", "kms_key": ""}),
        (
            {"kms_key": "alias/shop", "bucket_key_enabled": True},
            {"algorithm": "aws:kms", "kms_key": "alias/shop", "bucket_key_enabled": True},
        ),
    ],
)
def test_declared_encryption(option, declared):
    assert declared_encryption(option) == declared


@pytest.mark.parametrize(
    ("rule", "encryption"),
    [
        ({}, {"algorithm": "AES256", "kms_key": "", "bucket_key_enabled": False}),
        (
            {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}, "BucketKeyEnabled": True},
            {"algorithm": "aws:kms", "kms_key": "", "bucket_key_enabled": True},
        ),
    ],
)
def test_described_encryption(rule, encryption):
    assert described_encryption(rule) == encryption


def test_a_rule_that_lost_a_setting_is_a_change():
    standing = {**STANDING, "lifecycle_rules": {"one": {**RULE, "Filter": {"Prefix": "a/"}}}}
    assert plan(standing, wanted(params(lifecycle_rules=[RULE]), standing)).changed


def test_rules_need_an_id_of_their_own():
    with pytest.raises(BucketError, match="give each its own"):
        wanted(params(lifecycle_rules=[RULE, RULE]), STANDING)
