# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

ID = [{"AttributeName": "id", "KeyType": "HASH"}]
TYPES = [{"AttributeName": name, "AttributeType": "S"} for name in ("id", "day")]
UNITS = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
NAME = {"TableName": "orders"}


@pytest.fixture
def dynamodb(aws):
    # botocore would ask again where a limit is exceeded.
    return boto3.client("dynamodb", "us-east-1", config=Config(retries={"total_max_attempts": 1}))


def make(dynamodb: Any, **more: Any) -> dict[str, Any]:
    request = {"KeySchema": ID, "AttributeDefinitions": TYPES[:1], "BillingMode": "PAY_PER_REQUEST", **more}
    return dynamodb.create_table(**NAME, **request)["TableDescription"]


def table(dynamodb: Any) -> dict[str, Any]:
    return dynamodb.describe_table(**NAME)["Table"]


def index(name: str, **more: Any) -> dict[str, Any]:
    keys = [{"AttributeName": "day", "KeyType": "HASH"}]
    return {"IndexName": name, "KeySchema": keys, "Projection": {"ProjectionType": "ALL"}, **more}


def refusal(call: Callable[..., Any], **arguments: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as raised:
        call(**NAME, **arguments)
    error = raised.value.response["Error"]
    return error["Code"], error["Message"]


def test_a_table_has_an_id_and_its_class(dynamodb):
    made = make(dynamodb, TableClass="STANDARD_INFREQUENT_ACCESS")
    assert made["TableId"] == table(dynamodb)["TableId"]
    assert table(dynamodb)["TableClassSummary"] == {"TableClass": "STANDARD_INFREQUENT_ACCESS"}
    dynamodb.update_table(**NAME, TableClass="STANDARD")
    assert table(dynamodb)["TableClassSummary"] == {"TableClass": "STANDARD"}


def test_encryption_changes_and_is_told_by_arn(aws, dynamodb):
    key = aws("kms").create_key()["KeyMetadata"]
    make(dynamodb)
    assert "SSEDescription" not in table(dynamodb)
    dynamodb.update_table(**NAME, SSESpecification={"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": key["KeyId"]})
    assert table(dynamodb)["SSEDescription"]["KMSMasterKeyArn"] == key["Arn"]
    dynamodb.update_table(**NAME, SSESpecification={"Enabled": True})
    assert table(dynamodb)["SSEDescription"]["KMSMasterKeyArn"] not in ("", key["Arn"])
    dynamodb.update_table(**NAME, SSESpecification={"Enabled": False})
    assert "SSEDescription" not in table(dynamodb)


def test_billing_is_told_of_tables_that_were_on_demand(dynamodb):
    make(dynamodb, BillingMode="PROVISIONED", ProvisionedThroughput=UNITS)
    assert "BillingModeSummary" not in table(dynamodb)
    dynamodb.update_table(**NAME, BillingMode="PAY_PER_REQUEST", OnDemandThroughput={"MaxReadRequestUnits": 9})
    assert table(dynamodb)["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert table(dynamodb)["ProvisionedThroughput"]["ReadCapacityUnits"] == 0
    assert table(dynamodb)["OnDemandThroughput"] == {"MaxReadRequestUnits": 9}
    dynamodb.update_table(**NAME, BillingMode="PROVISIONED", ProvisionedThroughput=UNITS)
    assert table(dynamodb)["BillingModeSummary"]["BillingMode"] == "PROVISIONED"


def test_indexes_come_and_go_one_at_a_time(dynamodb):
    make(dynamodb, AttributeDefinitions=TYPES, GlobalSecondaryIndexes=[index("one")])
    both = [{"Create": index("two")}, {"Delete": {"IndexName": "one"}}]
    code, said = refusal(dynamodb.update_table, AttributeDefinitions=TYPES, GlobalSecondaryIndexUpdates=both)
    assert (code, "Only 1 online index" in said) == ("LimitExceededException", True)
    dynamodb.update_table(**NAME, AttributeDefinitions=TYPES, GlobalSecondaryIndexUpdates=both[:1])
    dynamodb.update_table(**NAME, GlobalSecondaryIndexUpdates=both[1:])
    (left,) = table(dynamodb)["GlobalSecondaryIndexes"]
    assert (left["IndexName"], left["IndexArn"]) == ("two", f"{table(dynamodb)['TableArn']}/index/two")
    assert refusal(dynamodb.update_table, GlobalSecondaryIndexUpdates=both[1:])[0] == "ResourceNotFoundException"
    dynamodb.update_table(**NAME, GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "two"}}])
    assert "GlobalSecondaryIndexes" not in table(dynamodb)
    assert [one["AttributeName"] for one in table(dynamodb)["AttributeDefinitions"]] == ["id"]


def test_requests_on_an_index_are_limited(dynamodb):
    limited = index("one", OnDemandThroughput={"MaxReadRequestUnits": 3})
    make(dynamodb, AttributeDefinitions=TYPES, GlobalSecondaryIndexes=[limited])
    assert table(dynamodb)["GlobalSecondaryIndexes"][0]["OnDemandThroughput"] == {"MaxReadRequestUnits": 3}
    update = {"IndexName": "one", "OnDemandThroughput": {"MaxReadRequestUnits": 4}}
    dynamodb.update_table(**NAME, GlobalSecondaryIndexUpdates=[{"Update": update}])
    assert table(dynamodb)["GlobalSecondaryIndexes"][0]["OnDemandThroughput"] == {"MaxReadRequestUnits": 4}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, "At least one of"),
        ({"ProvisionedThroughput": UNITS}, "The requested value equals the current value."),
        ({"BillingMode": "PAY_PER_REQUEST", "ProvisionedThroughput": UNITS}, "Neither ReadCapacityUnits nor"),
        ({"TableClass": "STANDARD", "DeletionProtectionEnabled": True}, "Table class can only be updated alone"),
        ({"AttributeDefinitions": TYPES, "GlobalSecondaryIndexUpdates": [{"Create": index("two")}]}, "must both be specified"),
        ({"StreamSpecification": {"StreamEnabled": False}}, "already without a stream"),
    ],
)
def test_what_does_not_go_together_is_refused(dynamodb, change, said):
    make(dynamodb, BillingMode="PROVISIONED", ProvisionedThroughput=UNITS)
    code, message = refusal(dynamodb.update_table, **change)
    assert (code, said in message) == ("ValidationException", True), message


def test_capacity_is_given_to_all_at_once(dynamodb):
    make(dynamodb, AttributeDefinitions=TYPES, GlobalSecondaryIndexes=[index("one")])
    switch = {"BillingMode": "PROVISIONED", "ProvisionedThroughput": UNITS}
    assert refusal(dynamodb.update_table, BillingMode="PROVISIONED")[0] == "ValidationException"
    assert refusal(dynamodb.update_table, **switch)[0] == "ValidationException"
    update = {"Update": {"IndexName": "one", "ProvisionedThroughput": UNITS}}
    dynamodb.update_table(**NAME, **switch, GlobalSecondaryIndexUpdates=[update])
    assert table(dynamodb)["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"] == UNITS


def test_a_stream_is_turned_off_before_it_is_another(dynamodb):
    view = {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    make(dynamodb, StreamSpecification=view)
    assert refusal(dynamodb.update_table, StreamSpecification=view)[0] == "ValidationException"
    first = table(dynamodb)["LatestStreamArn"]
    dynamodb.update_table(**NAME, StreamSpecification={"StreamEnabled": False})
    dynamodb.update_table(**NAME, StreamSpecification={**view, "StreamViewType": "KEYS_ONLY"})
    assert table(dynamodb)["StreamSpecification"]["StreamViewType"] == "KEYS_ONLY"
    assert table(dynamodb)["LatestStreamArn"] != first


def test_expiry_is_turned_off_before_it_is_another(dynamodb):
    make(dynamodb)
    off, on = {"Enabled": False, "AttributeName": "a"}, {"Enabled": True, "AttributeName": "a"}
    assert refusal(dynamodb.update_time_to_live, TimeToLiveSpecification=off)[1] == "TimeToLive is already disabled"
    dynamodb.update_time_to_live(**NAME, TimeToLiveSpecification=on)
    assert refusal(dynamodb.update_time_to_live, TimeToLiveSpecification=on)[1] == "TimeToLive is already enabled"
    other = {"Enabled": False, "AttributeName": "b"}
    assert "current AttributeName is a" in refusal(dynamodb.update_time_to_live, TimeToLiveSpecification=other)[1]
    dynamodb.update_time_to_live(**NAME, TimeToLiveSpecification=off)
    assert dynamodb.describe_time_to_live(**NAME)["TimeToLiveDescription"] == {"TimeToLiveStatus": "DISABLED"}


def test_a_tag_has_one_value(dynamodb):
    arn = make(dynamodb, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "1"}])["TableArn"]
    dynamodb.tag_resource(ResourceArn=arn, Tags=[{"Key": "a", "Value": "2"}])
    tags = dynamodb.list_tags_of_resource(ResourceArn=arn)["Tags"]
    assert sorted((tag["Key"], tag["Value"]) for tag in tags) == [("a", "2"), ("b", "1")]
