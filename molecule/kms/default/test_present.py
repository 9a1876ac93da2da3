# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import json

import boto3


def test_key():
    kms = boto3.client("kms")
    key = kms.describe_key(KeyId="alias/molecule-kms-default-encryption")["KeyMetadata"]
    assert key["KeyState"] == "Enabled"
    assert key["Description"] == "Encrypts the molecule stack in kms-default"
    assert kms.get_key_rotation_status(KeyId=key["KeyId"])["KeyRotationEnabled"] is True
    tags = {tag["TagKey"]: tag["TagValue"] for tag in kms.list_resource_tags(KeyId=key["KeyId"])["Tags"]}
    assert tags == {
        "groundwork:stack": "molecule",
        "groundwork:environment": "kms-default",
        "groundwork:component": "encryption",
        "Name": "molecule-kms-default-encryption",
    }


def test_policy():
    kms = boto3.client("kms")
    key = kms.describe_key(KeyId="alias/molecule-kms-default-encryption")["KeyMetadata"]["KeyId"]
    policy = json.loads(kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"])
    statements = {statement["Sid"]: statement for statement in policy["Statement"]}
    assert set(statements) == {"AccountDecidesByIam", "LogGroupsOfThisAccount", "AlarmsToEncryptedTopics"}
    assert statements["AccountDecidesByIam"]["Principal"] == {"AWS": "arn:aws:iam::123456789012:root"}
    assert statements["LogGroupsOfThisAccount"]["Principal"] == {"Service": "logs.us-east-1.amazonaws.com"}
    services = [statement for statement in statements.values() if "Service" in statement["Principal"]]
    assert all("123456789012" in json.dumps(statement["Condition"]) for statement in services)
