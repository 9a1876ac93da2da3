# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import boto3

NAME = "molecule-dynamodb-default-orders"


def table():
    return boto3.client("dynamodb").describe_table(TableName=NAME)["Table"]


def test_the_table_is_on_demand_with_its_key():
    stands = table()
    assert stands["KeySchema"] == [{"AttributeName": "id", "KeyType": "HASH"}]
    assert stands["AttributeDefinitions"] == [{"AttributeName": "id", "AttributeType": "S"}]
    assert stands["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert not {"GlobalSecondaryIndexes", "LocalSecondaryIndexes", "StreamSpecification"} & set(stands)
    assert stands["DeletionProtectionEnabled"] is False


def test_it_is_encrypted_by_the_key_of_the_stack():
    key = boto3.client("kms").describe_key(KeyId="alias/molecule-dynamodb-default-encryption")["KeyMetadata"]["Arn"]
    assert table()["SSEDescription"]["KMSMasterKeyArn"] == key


def test_development_promises_no_recovery():
    backups = boto3.client("dynamodb").describe_continuous_backups(TableName=NAME)["ContinuousBackupsDescription"]
    assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "DISABLED"


def test_it_is_found_by_its_tags():
    tags = boto3.client("dynamodb").list_tags_of_resource(ResourceArn=table()["TableArn"])["Tags"]
    assert {tag["Key"]: tag["Value"] for tag in tags} == {
        "groundwork:stack": "molecule",
        "groundwork:environment": "dynamodb-default",
        "groundwork:component": "orders",
        "Name": NAME,
    }
