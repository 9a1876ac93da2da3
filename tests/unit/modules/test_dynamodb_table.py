# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.groundwork.cloud.plugins.module_utils.dynamodb import (
    TableError,
    attributes,
    billing,
    changes,
    creation,
    described,
    described_indexes,
    index_steps,
    state,
    steady,
    wanted,
)
from ansible_collections.groundwork.cloud.plugins.module_utils.plan import Exact
from ansible_collections.groundwork.cloud.plugins.modules.dynamodb_table import ARGUMENTS

ID = {"name": "id", "type": "S"}
DAY = {"name": "day", "type": "N"}
NONE = {"read_capacity": 0, "write_capacity": 0, "max_read_requests": 0, "max_write_requests": 0}
INDEX_OPTIONS = ("sort_key", "attributes", *NONE)


def asked(**options: Any) -> dict[str, Any]:
    plain = {"purge_global_indexes": False, "keep_capacity": [], "state": "present", "purge_tags": False}
    return dict.fromkeys(ARGUMENTS) | plain | {"name": "orders"} | options


def index(name: str = "by-day", **options: Any) -> dict[str, Any]:
    return {"name": name, "partition_key": DAY, "projection": "ALL", **dict.fromkeys(INDEX_OPTIONS), **options}


def local(name: str = "by-day", **options: Any) -> dict[str, Any]:
    return {"name": name, "sort_key": DAY, "projection": "ALL", "attributes": None, **options}


def standing_index(**settings: Any) -> dict[str, Any]:
    return {"partition_key": DAY, "sort_key": {}, "projection": "ALL", "attributes": [], **NONE, **settings}


def standing(indexes: dict[str, Any] | None = None, **settings: Any) -> dict[str, Any]:
    table = {
        "name": "orders",
        "partition_key": ID,
        "sort_key": {},
        "local_indexes": {},
        "billing_mode": "PAY_PER_REQUEST",
        **NONE,
        **settings,
    }
    return {"table": table, "global_indexes": indexes or {}}


NEW = {"name": "orders", "partition_key": ID, "billing_mode": "PAY_PER_REQUEST"}
PROVISIONED = {"billing_mode": "PROVISIONED", "read_capacity": 5, "write_capacity": 2}


@pytest.mark.parametrize(
    ("options", "parts"),
    [
        ({}, {"table": NEW}),
        ({"local_indexes": [], "global_indexes": [], "ttl_attribute": "", "point_in_time_recovery": False}, {"table": NEW}),
        ({"max_read_requests": 9, "read_capacity": 5}, {"table": {**NEW, "max_read_requests": 9}}),
        (PROVISIONED, {"table": {**NEW, **PROVISIONED}}),
        ({**PROVISIONED, "keep_capacity": ["read", "write"]}, {"table": {**NEW, **PROVISIONED}}),
        ({"ttl_attribute": "ends"}, {"table": NEW, "time_to_live": {"attribute": "ends"}}),
        (
            {"point_in_time_recovery": True, "recovery_period_days": 7},
            {"table": NEW, "point_in_time_recovery": {"enabled": True, "period_days": 7}},
        ),
        (
            {"local_indexes": [local(projection="INCLUDE", attributes=["b", "a"])]},
            {
                "table": {
                    **NEW,
                    "local_indexes": {"by-day": {"sort_key": DAY, "projection": "INCLUDE", "attributes": ["a", "b"]}},
                }
            },
        ),
    ],
)
def test_what_a_new_table_is_wanted_with(options, parts):
    assert wanted(asked(partition_key=ID, **options), {}) == parts


@pytest.mark.parametrize(
    ("options", "have", "parts"),
    [
        ({}, standing(), {"table": {"name": "orders"}}),
        ({"partition_key": ID, "local_indexes": []}, standing(), {"table": {"name": "orders", "partition_key": ID}}),
        ({"ttl_attribute": ""}, standing(), {"table": {"name": "orders"}, "time_to_live": {"attribute": ""}}),
        (
            {"point_in_time_recovery": False, "recovery_period_days": 7},
            standing(),
            {"table": {"name": "orders"}, "point_in_time_recovery": {"enabled": False}},
        ),
        ({"state": "absent"}, standing(), {"table": None}),
        ({"state": "absent"}, {}, {}),
        ({"read_capacity": 9}, standing(), {"table": {"name": "orders"}}),
        ({"read_capacity": 9}, standing(**PROVISIONED), {"table": {"name": "orders", "read_capacity": 9}}),
        ({"read_capacity": 9, "keep_capacity": ["read", "write"]}, standing(**PROVISIONED), {"table": {"name": "orders"}}),
        (
            {"read_capacity": 9, "write_capacity": 9, "keep_capacity": ["read"]},
            standing(**PROVISIONED),
            {"table": {"name": "orders", "write_capacity": 9}},
        ),
        ({**PROVISIONED, "keep_capacity": ["read", "write"]}, standing(), {"table": {"name": "orders", **PROVISIONED}}),
    ],
)
def test_only_what_was_said_is_wanted_of_one_that_stands(options, have, parts):
    assert wanted(asked(**options), have) == parts


SIZED = {"read_capacity": 5, "write_capacity": 2}
DEFINED = {"partition_key": DAY, "sort_key": {}, "projection": "ALL", "attributes": []}


@pytest.mark.parametrize(
    ("options", "mine", "there", "want"),
    [
        ({}, {}, None, DEFINED),
        ({}, {"max_write_requests": 3, "read_capacity": 3}, None, {**DEFINED, "max_write_requests": 3}),
        (PROVISIONED, {}, None, {**DEFINED, **SIZED}),
        (PROVISIONED, {"read_capacity": 3}, None, {**DEFINED, "read_capacity": 3, "write_capacity": 2}),
        (PROVISIONED, {}, standing_index(read_capacity=1, write_capacity=1), DEFINED),
        (PROVISIONED, {"read_capacity": 3}, standing_index(read_capacity=1, write_capacity=1), {**DEFINED, "read_capacity": 3}),
        (PROVISIONED, {}, standing_index(projection="KEYS_ONLY", read_capacity=1, write_capacity=1), {**DEFINED, **SIZED}),
        (PROVISIONED, {}, standing_index(), {**DEFINED, **SIZED}),
        (
            {**PROVISIONED, "keep_capacity": ["read", "write"]},
            {"read_capacity": 3},
            standing_index(read_capacity=1, write_capacity=1),
            DEFINED,
        ),
        ({**PROVISIONED, "keep_capacity": ["read", "write"]}, {}, None, {**DEFINED, **SIZED}),
    ],
)
def test_what_an_index_is_wanted_with(options, mine, there, want):
    have = standing({"by-day": there} if there else {}, **(PROVISIONED if options else {}))
    assert wanted(asked(global_indexes=[index(**mine)], **options), have)["global_indexes"] == {"by-day": want}


def test_indexes_that_are_not_named_are_purged_only_when_asked():
    assert not isinstance(wanted(asked(global_indexes=[index()]), standing())["global_indexes"], Exact)
    purged = wanted(asked(global_indexes=[], purge_global_indexes=True), standing({"by-day": standing_index()}))
    assert isinstance(purged["global_indexes"], Exact)
    assert purged["global_indexes"] == {}


@pytest.mark.parametrize(
    ("options", "have", "said"),
    [
        ({}, {}, "create table orders: it has no partition_key; declare one"),
        ({"partition_key": DAY}, standing(), "change table orders: its partition_key is id .S. and can't be changed; keep it"),
        ({"sort_key": DAY}, standing(), "change table orders: its sort_key is none and can't be changed"),
        ({"local_indexes": [local()]}, standing(), "its local indexes, none, can't be changed"),
        ({"local_indexes": []}, standing(local_indexes={"old": {}}), "its local indexes, old, can't be changed"),
        ({"billing_mode": "PROVISIONED"}, standing(), "it is provisioned and has no capacity; declare read_capacity and"),
        ({"billing_mode": "PROVISIONED", "read_capacity": 1}, standing(), "it is provisioned and has no capacity"),
        ({"global_indexes": [index(), index()]}, standing(), "change index by-day of table orders: it is declared twice"),
        ({"global_indexes": [index()], "local_indexes": [local()]}, standing(), "it is declared twice"),
        ({"global_indexes": [index(attributes=["a"])]}, standing(), "its projection is ALL; attributes go with INCLUDE"),
        ({"global_indexes": [index(projection="INCLUDE")]}, standing(), "its projection is INCLUDE; attributes go"),
        (
            {"global_indexes": [index(partition_key={"name": "id", "type": "N"})]},
            standing(),
            "attribute id is S in one key and N in another",
        ),
        ({"ttl_attribute": "b"}, {**standing(), "time_to_live": {"attribute": "a"}}, "it is a; set it to '' first and to b an"),
        (
            {"state": "absent"},
            standing(deletion_protection=True),
            "delete table orders: deletion_protection is on; say deletion_protection: false",
        ),
    ],
)
def test_what_can_not_be_is_refused(options, have, said):
    options = {"partition_key": ID, **options} if have else options
    with pytest.raises(TableError, match=said):
        wanted(asked(**options), have)


def table(**more: Any) -> dict[str, Any]:
    return {
        "TableName": "orders",
        "TableArn": "arn:orders",
        "TableStatus": "ACTIVE",
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [
            {"AttributeName": "id", "AttributeType": "S"},
            {"AttributeName": "day", "AttributeType": "N"},
        ],
        **more,
    }


def by_day(**more: Any) -> dict[str, Any]:
    keys = [{"AttributeName": "day", "KeyType": "HASH"}, {"AttributeName": "id", "KeyType": "RANGE"}]
    projection = {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["b", "a"]}
    return {"IndexName": "by-day", "KeySchema": keys, "Projection": projection, **more}


def test_described():
    bare = {
        "name": "orders",
        "arn": "arn:orders",
        "id": "",
        "status": "ACTIVE",
        "partition_key": ID,
        "sort_key": {},
        "local_indexes": {},
        "billing_mode": "PROVISIONED",
        **NONE,
        "kms_key": "",
        "table_class": "STANDARD",
        "stream": "",
        "stream_arn": "",
        "deletion_protection": False,
    }
    assert described(table()) == bare
    local = {"IndexName": "l", "KeySchema": by_day()["KeySchema"], "Projection": {"ProjectionType": "ALL"}}
    full = table(
        TableId="1",
        BillingModeSummary={"BillingMode": "PAY_PER_REQUEST"},
        ProvisionedThroughput={"ReadCapacityUnits": 0, "WriteCapacityUnits": 0},
        OnDemandThroughput={"MaxReadRequestUnits": 9, "MaxWriteRequestUnits": -1},
        SSEDescription={"Status": "ENABLED", "KMSMasterKeyArn": "arn:key"},
        TableClassSummary={"TableClass": "STANDARD_INFREQUENT_ACCESS"},
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
        LatestStreamArn="arn:stream",
        DeletionProtectionEnabled=True,
        LocalSecondaryIndexes=[local],
    )
    assert described(full) == {
        **bare,
        "id": "1",
        "local_indexes": {"l": {"sort_key": ID, "projection": "ALL", "attributes": []}},
        "billing_mode": "PAY_PER_REQUEST",
        "max_read_requests": 9,
        "kms_key": "arn:key",
        "table_class": "STANDARD_INFREQUENT_ACCESS",
        "stream": "NEW_IMAGE",
        "stream_arn": "arn:stream",
        "deletion_protection": True,
    }


def test_indexes_that_are_going_are_not_described():
    there = table(GlobalSecondaryIndexes=[by_day(IndexStatus="CREATING"), {"IndexName": "old", "IndexStatus": "DELETING"}])
    want = {"partition_key": DAY, "sort_key": ID, "projection": "INCLUDE", "attributes": ["a", "b"], **NONE}
    assert described_indexes(there) == {"by-day": want}


@pytest.mark.parametrize(
    ("there", "whether", "said"),
    [
        ({}, False, "not there"),
        (table(), True, "ACTIVE"),
        (table(TableStatus="UPDATING"), False, "UPDATING"),
        (table(GlobalSecondaryIndexes=[by_day(IndexStatus="CREATING")]), False, "ACTIVE, index by-day CREATING"),
        (table(GlobalSecondaryIndexes=[by_day()]), True, "ACTIVE"),
        (table(SSEDescription={"Status": "UPDATING"}), False, "ACTIVE"),
    ],
)
def test_a_table_is_steady_when_nothing_is_under_way(there, whether, said):
    assert (steady(there), state(there)) == (whether, said)


def test_creation():
    bare = {
        "TableName": "orders",
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "BillingMode": "PAY_PER_REQUEST",
    }
    assert creation(NEW, {}) == bare
    assert creation({**NEW, "stream": ""}, {}) == bare
    local_indexes = {"l": {"sort_key": DAY, "projection": "ALL", "attributes": []}}
    settings = {"stream": "NEW_IMAGE", "kms_key": "", "deletion_protection": True, "local_indexes": local_indexes}
    made = creation({**NEW, **PROVISIONED, **settings}, {"g": {**DEFINED, "attributes": ["a"], "projection": "INCLUDE", **SIZED}})
    keys = [{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "day", "KeyType": "RANGE"}]
    units = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 2}
    assert made == {
        **bare,
        "AttributeDefinitions": [
            {"AttributeName": "day", "AttributeType": "N"},
            {"AttributeName": "id", "AttributeType": "S"},
        ],
        "BillingMode": "PROVISIONED",
        "ProvisionedThroughput": units,
        "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
        "SSESpecification": {"Enabled": False},
        "DeletionProtectionEnabled": True,
        "LocalSecondaryIndexes": [{"IndexName": "l", "KeySchema": keys, "Projection": {"ProjectionType": "ALL"}}],
        "GlobalSecondaryIndexes": [
            {
                "IndexName": "g",
                "KeySchema": [{"AttributeName": "day", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["a"]},
                "ProvisionedThroughput": units,
            }
        ],
    }


@pytest.mark.parametrize(
    ("option", "value", "request_"),
    [
        ("kms_key", "k", {"SSESpecification": {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": "k"}}),
        ("stream", "", {"StreamSpecification": {"StreamEnabled": False}}),
        ("table_class", "STANDARD", {"TableClass": "STANDARD"}),
    ],
)
def test_changes(option, value, request_):
    assert changes({option: value}, [option, "deletion_protection"]) == request_


@pytest.mark.parametrize(
    ("after", "new", "there", "request_"),
    [
        (
            {"read_capacity": 9},
            {"read_capacity": 9},
            PROVISIONED,
            {"ProvisionedThroughput": {"ReadCapacityUnits": 9, "WriteCapacityUnits": 2}},
        ),
        (
            {"billing_mode": "PAY_PER_REQUEST", "max_read_requests": 0},
            {"billing_mode": "PAY_PER_REQUEST"},
            {**NONE, **PROVISIONED},
            {"BillingMode": "PAY_PER_REQUEST", "OnDemandThroughput": {"MaxReadRequestUnits": -1}},
        ),
        (
            PROVISIONED,
            PROVISIONED,
            {"billing_mode": "PAY_PER_REQUEST", **SIZED},
            {"BillingMode": "PROVISIONED", "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 2}},
        ),
    ],
)
def test_billing(after, new, there, request_):
    assert billing(after, new, there) == request_


def test_attributes_are_those_of_all_keys():
    keys = {"partition_key": ID, "local_indexes": {"l": {"sort_key": DAY}}}
    assert [one["AttributeName"] for one in attributes(keys, {"g": {"partition_key": {"name": "a", "type": "B"}}})] == [
        "a",
        "day",
        "id",
    ]


@pytest.mark.parametrize(
    ("there", "after", "purge", "steps"),
    [
        ({"a": standing_index()}, {"a": DEFINED}, True, []),
        ({"a": standing_index()}, {}, False, []),
        ({"a": standing_index()}, {}, True, [("Delete", "a", {})]),
        ({}, {"a": DEFINED}, False, [("Create", "a", DEFINED)]),
        (
            {"a": standing_index(projection="KEYS_ONLY"), "b": standing_index()},
            {"a": DEFINED},
            True,
            [("Delete", "b", {}), ("Delete", "a", {}), ("Create", "a", DEFINED)],
        ),
        (
            {"a": standing_index(**SIZED)},
            {"a": {**DEFINED, "read_capacity": 6}},
            False,
            [("Update", "a", {"read_capacity": 6})],
        ),
    ],
)
def test_steps_of_indexes(there, after, purge, steps):
    assert index_steps(there, after, purge) == steps
