# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import boto3

NAME = "molecule-secrets-default-web-session"


def test_secret():
    client = boto3.client("secretsmanager")
    secret = client.describe_secret(SecretId=NAME)
    key = boto3.client("kms").describe_key(KeyId="alias/molecule-secrets-default-encryption")["KeyMetadata"]["Arn"]
    assert secret["KmsKeyId"] == key
    assert {tag["Key"]: tag["Value"] for tag in secret["Tags"]}["Name"] == NAME
    value = client.get_secret_value(SecretId=NAME)["SecretString"]
    assert len(value) == 48
    assert value.isalnum()


def test_the_value_is_made_once():
    assert len(boto3.client("secretsmanager").list_secret_version_ids(SecretId=NAME)["Versions"]) == 1
