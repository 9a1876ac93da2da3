# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import json

import boto3


def test_key():
    kms = boto3.client("kms")
    key = kms.describe_key(KeyId="alias/molecule-kms-alternative-encryption")["KeyMetadata"]
    assert key["Description"] == "Encrypts what is shared with the second account"
    assert kms.get_key_rotation_status(KeyId=key["KeyId"])["KeyRotationEnabled"] is False
    policy = json.loads(kms.get_key_policy(KeyId=key["KeyId"], PolicyName="default")["Policy"])
    shared = {statement["Sid"]: statement for statement in policy["Statement"]}["SecondAccount"]
    assert shared["Principal"] == {"AWS": "arn:aws:iam::210987654321:root"}
    assert shared["Action"] == ["kms:Decrypt", "kms:DescribeKey"]
