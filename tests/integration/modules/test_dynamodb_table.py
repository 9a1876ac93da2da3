# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from support.emulator import recorded_requests, slow_down

NAME = "shop-orders"
KEYS = {"name": NAME, "partition_key": {"name": "id"}}
BY_CUSTOMER = {"name": "by-customer", "partition_key": {"name": "customer"}, "sort_key": {"name": "placed", "type": "N"}}
BY_STATUS = {"name": "by-status", "partition_key": {"name": "status"}, "projection": "INCLUDE", "attributes": ["total", "id2"]}
PROVISIONED = {"billing_mode": "PROVISIONED", "read_capacity": 5, "write_capacity": 2}


@pytest.fixture
def slow_aws(aws: Any, endpoint: str) -> Iterator[Any]:
    """Tables and indexes take their time: what takes AWS five minutes takes a second."""
    slow_down(endpoint, scale=300)
    yield aws
    slow_down(endpoint)


def table(aws: Any) -> dict[str, Any]:
    dynamodb = aws("dynamodb")
    try:
        return dynamodb.describe_table(TableName=NAME)["Table"]
    except dynamodb.exceptions.ResourceNotFoundException:
        return {}


def indexes(aws: Any) -> dict[str, dict[str, Any]]:
    return {index["IndexName"]: index for index in table(aws).get("GlobalSecondaryIndexes", [])}


def test_lifecycle(aws, lifecycle):
    lifecycle(
        "dynamodb_table",
        present={**KEYS, "deletion_protection": False, "tags": {"team": "shop"}},
        change={"stream": "NEW_IMAGE"},
        exists=lambda: bool(table(aws)),
        changed=lambda: table(aws).get("StreamSpecification", {}).get("StreamViewType") == "NEW_IMAGE",
        absent={"name": NAME},
    )


def test_everything_declared_is_made(aws, converges):
    key = aws("kms").create_key()["KeyMetadata"]["Arn"]
    aws("kms").create_alias(AliasName="alias/shop", TargetKeyId=key)
    result = converges(
        "dynamodb_table",
        **KEYS,
        sort_key={"name": "placed", "type": "N"},
        global_indexes=[BY_CUSTOMER, BY_STATUS],
        local_indexes=[{"name": "by-total", "sort_key": {"name": "total", "type": "N"}, "projection": "KEYS_ONLY"}],
        **PROVISIONED,
        kms_key="alias/shop",
        table_class="STANDARD_INFREQUENT_ACCESS",
        stream="NEW_AND_OLD_IMAGES",
        ttl_attribute="expires",
        point_in_time_recovery=True,
        recovery_period_days=7,
        deletion_protection=True,
        tags={"team": "shop"},
    )["table"]
    stands = table(aws)
    assert stands["KeySchema"] == [
        {"AttributeName": "id", "KeyType": "HASH"},
        {"AttributeName": "placed", "KeyType": "RANGE"},
    ]
    assert {one["AttributeName"]: one["AttributeType"] for one in stands["AttributeDefinitions"]} == {
        "id": "S",
        "placed": "N",
        "customer": "S",
        "status": "S",
        "total": "N",
    }
    assert indexes(aws)["by-status"]["Projection"] == {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["id2", "total"]}
    assert indexes(aws)["by-customer"]["ProvisionedThroughput"] == {"ReadCapacityUnits": 5, "WriteCapacityUnits": 2}
    assert [index["IndexName"] for index in stands["LocalSecondaryIndexes"]] == ["by-total"]
    assert stands["SSEDescription"]["KMSMasterKeyArn"] == key
    assert stands["TableClassSummary"]["TableClass"] == "STANDARD_INFREQUENT_ACCESS"
    assert stands["StreamSpecification"] == {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    assert stands["DeletionProtectionEnabled"] is True
    dynamodb = aws("dynamodb")
    ttl = dynamodb.describe_time_to_live(TableName=NAME)["TimeToLiveDescription"]
    assert ttl == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires"}
    backups = dynamodb.describe_continuous_backups(TableName=NAME)["ContinuousBackupsDescription"]
    assert backups["PointInTimeRecoveryDescription"]["RecoveryPeriodInDays"] == 7
    assert dynamodb.list_tags_of_resource(ResourceArn=stands["TableArn"])["Tags"] == [{"Key": "team", "Value": "shop"}]
    assert (result["arn"], result["id"], result["stream_arn"]) == (
        stands["TableArn"],
        stands["TableId"],
        stands["LatestStreamArn"],
    )


def test_indexes_are_added_changed_and_removed_one_at_a_time(slow_aws, endpoint, converges):
    converges("dynamodb_table", **KEYS, global_indexes=[BY_CUSTOMER])
    with recorded_requests(endpoint) as requests:
        changed = {**BY_CUSTOMER, "projection": "KEYS_ONLY"}
        wanted = [changed, BY_STATUS, {"name": "by-day", "partition_key": {"name": "day"}}]
        converges("dynamodb_table", **KEYS, global_indexes=wanted)
        converges("dynamodb_table", **KEYS, global_indexes=[BY_STATUS], purge_global_indexes=True)
    assert set(indexes(slow_aws)) == {"by-status"}
    assert [one["AttributeName"] for one in table(slow_aws)["AttributeDefinitions"]] == ["id", "status"]
    # Each was awaited: an update that comes too early is refused, and would be asked for again.
    assert sum("UpdateTable" in str(request["headers"]) for request in requests) == 4 + 2


def test_an_index_that_is_not_named_stays(aws, run_module):
    run_module("dynamodb_table", **KEYS, global_indexes=[BY_CUSTOMER, BY_STATUS])
    assert run_module("dynamodb_table", **KEYS, global_indexes=[BY_STATUS])["changed"] is False
    assert set(indexes(aws)) == {"by-customer", "by-status"}


def test_billing_changes_with_all_indexes_and_back(aws, converges):
    converges("dynamodb_table", **KEYS, global_indexes=[BY_CUSTOMER], max_read_requests=100)
    assert table(aws)["OnDemandThroughput"]["MaxReadRequestUnits"] == 100
    sized = {**BY_CUSTOMER, "read_capacity": 3, "write_capacity": 1}
    converges("dynamodb_table", **KEYS, global_indexes=[sized], **PROVISIONED)
    assert table(aws)["BillingModeSummary"]["BillingMode"] == "PROVISIONED"
    assert table(aws)["ProvisionedThroughput"]["ReadCapacityUnits"] == 5
    assert indexes(aws)["by-customer"]["ProvisionedThroughput"]["ReadCapacityUnits"] == 3
    converges("dynamodb_table", **KEYS, global_indexes=[{**sized, "read_capacity": 4}], **{**PROVISIONED, "write_capacity": 9})
    assert table(aws)["ProvisionedThroughput"]["WriteCapacityUnits"] == 9
    assert indexes(aws)["by-customer"]["ProvisionedThroughput"] == {"ReadCapacityUnits": 4, "WriteCapacityUnits": 1}
    converges("dynamodb_table", **KEYS, global_indexes=[BY_CUSTOMER], billing_mode="PAY_PER_REQUEST")
    assert table(aws)["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"


def test_capacity_that_policies_have_changed_is_kept(aws, run_module, converges):
    options = {**KEYS, **PROVISIONED, "global_indexes": [BY_CUSTOMER], "keep_capacity": ["read"]}
    converges("dynamodb_table", **options)
    aws("dynamodb").update_table(TableName=NAME, ProvisionedThroughput={"ReadCapacityUnits": 50, "WriteCapacityUnits": 2})
    assert run_module("dynamodb_table", **options)["changed"] is False
    assert run_module("dynamodb_table", **{**options, "keep_capacity": []})["changed"] is True
    assert table(aws)["ProvisionedThroughput"]["ReadCapacityUnits"] == 5


def test_settings_change_each_by_itself(slow_aws, converges):
    aws = slow_aws
    key = aws("kms").create_key()["KeyMetadata"]["KeyId"]
    converges("dynamodb_table", **KEYS, stream="NEW_IMAGE", kms_key=key)
    converges(
        "dynamodb_table",
        **KEYS,
        stream="KEYS_ONLY",
        kms_key="",
        table_class="STANDARD_INFREQUENT_ACCESS",
        deletion_protection=True,
    )
    stands = table(aws)
    assert stands["StreamSpecification"]["StreamViewType"] == "KEYS_ONLY"
    assert "SSEDescription" not in stands
    assert stands["TableClassSummary"]["TableClass"] == "STANDARD_INFREQUENT_ACCESS"
    converges("dynamodb_table", **KEYS, stream="", table_class="STANDARD")
    assert "StreamSpecification" not in table(aws)


def test_expiry_and_recovery_are_turned_off_again(aws, converges, run_module):
    converges("dynamodb_table", **KEYS, ttl_attribute="expires", point_in_time_recovery=True)
    refused = run_module("dynamodb_table", **KEYS, ttl_attribute="gone_at")
    assert "it is expires; set it to '' first and to gone_at an hour later" in refused["msg"]
    converges("dynamodb_table", **KEYS, ttl_attribute="", point_in_time_recovery=False)
    dynamodb = aws("dynamodb")
    assert dynamodb.describe_time_to_live(TableName=NAME)["TimeToLiveDescription"] == {"TimeToLiveStatus": "DISABLED"}
    backups = dynamodb.describe_continuous_backups(TableName=NAME)["ContinuousBackupsDescription"]
    assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "DISABLED"


def test_a_protected_table_is_not_deleted(aws, run_module, converges):
    run_module("dynamodb_table", **KEYS, deletion_protection=True)
    for check in (True, False):
        refused = run_module("dynamodb_table", name=NAME, state="absent", check=check)
        assert refused["msg"].startswith(f"delete table {NAME}: deletion_protection is on; say deletion_protection: false")
    converges("dynamodb_table", name=NAME, deletion_protection=False, state="absent")
    assert table(aws) == {}


def test_a_table_that_is_going_is_waited_for_and_made_anew(slow_aws, endpoint, run_module):
    run_module("dynamodb_table", **KEYS)
    first = table(slow_aws)["TableId"]
    slow_down(endpoint, scale=10)
    slow_aws("dynamodb").delete_table(TableName=NAME)
    assert table(slow_aws)["TableStatus"] == "DELETING"
    assert run_module("dynamodb_table", **KEYS)["changed"] is True
    assert table(slow_aws)["TableStatus"] == "ACTIVE"
    assert table(slow_aws)["TableId"] != first


def test_what_an_earlier_run_began_is_awaited(slow_aws, run_module):
    keys = [{"AttributeName": "id", "KeyType": "HASH"}]
    types = [{"AttributeName": "id", "AttributeType": "S"}]
    dynamodb = slow_aws("dynamodb")
    dynamodb.create_table(TableName=NAME, KeySchema=keys, AttributeDefinitions=types, BillingMode="PAY_PER_REQUEST")
    result = run_module("dynamodb_table", **KEYS)
    assert (result["changed"], result["table"]["status"]) == (False, "ACTIVE")
    dynamodb.delete_table(TableName=NAME)
    assert run_module("dynamodb_table", name=NAME, state="absent")["changed"] is False
    assert table(slow_aws) == {}


def test_a_wait_ends(slow_aws, run_module):
    run_module("dynamodb_table", **KEYS)
    late = run_module("dynamodb_table", **KEYS, global_indexes=[BY_STATUS], wait_timeout=0)
    assert late["msg"].startswith(f"wait for table {NAME}: still ")
    assert "after 0 s; raise wait_timeout" in late["msg"]


def test_only_declared_tags_change_unless_purged(aws, run_module):
    arn = run_module("dynamodb_table", **KEYS, tags={"a": "1", "b": "2"})["table"]["arn"]

    def tags() -> dict[str, str]:
        return {tag["Key"]: tag["Value"] for tag in aws("dynamodb").list_tags_of_resource(ResourceArn=arn)["Tags"]}

    run_module("dynamodb_table", **KEYS, tags={"a": "3"})
    assert tags() == {"a": "3", "b": "2"}
    run_module("dynamodb_table", **KEYS, tags={"a": "3"}, purge_tags=True)
    assert tags() == {"a": "3"}
