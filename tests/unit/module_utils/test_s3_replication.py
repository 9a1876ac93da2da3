# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible_collections.groundwork.cloud.plugins.module_utils.s3_replication import (
    described_replication,
    replication_request,
    wanted_replication,
)

WHERE = {"role": "arn:role", "destination": "copies"}
PLAIN = {**WHERE, "kms_key": None, "prefix": "", "storage_class": None, "delete_markers": False}
FULL = {**PLAIN, "kms_key": "arn:key", "prefix": "kept/", "storage_class": "GLACIER_IR", "delete_markers": True}


@pytest.mark.parametrize("option", [PLAIN, FULL])
def test_what_is_asked_for_is_what_is_described(option):
    want = wanted_replication(option)
    assert described_replication(replication_request(want, "aws")) == want


def test_none():
    assert wanted_replication({"destination": None}) is None
    assert described_replication({}) == {}


def test_a_rule_of_another_shape_is_another():
    rule = {"Status": "Disabled", "Prefix": "old/", "Destination": {"Bucket": "arn:aws:s3:::copies"}}
    described = described_replication({"Role": "arn:role", "Rules": [rule, rule]})
    assert (described["enabled"], described["rules"], described["prefix"]) == (False, 2, "old/")


def test_the_key_of_the_copies_selects_what_is_encrypted():
    rule = replication_request(wanted_replication(FULL), "aws-cn")["Rules"][0]
    assert rule["SourceSelectionCriteria"] == {"SseKmsEncryptedObjects": {"Status": "Enabled"}}
    assert rule["Destination"]["Bucket"] == "arn:aws-cn:s3:::copies"
