# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Amazon DynamoDB: tables keep what was asked for, take one change at a time, and refuse what changes nothing.

Follows the Amazon DynamoDB API reference (CreateTable, UpdateTable, DeleteTable, UpdateTimeToLive, TagResource,
TableDescription) and the developer guide, "Managing Global Secondary Indexes" and "Time to Live".
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.core.responses import ActionResult
from moto.dynamodb.exceptions import ERROR_TYPE_PREFIX, MockValidationException, ResourceInUseException, ResourceNotFoundException
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.table import GlobalSecondaryIndex, Table
from moto.dynamodb.responses import DynamoHandler, DynamoResult
from moto.moto_api._internal import mock_random

from .. import provisioning

# Of these, UpdateTable wants at least one.
_CHANGES = (
    "ProvisionedThroughput",
    "BillingMode",
    "OnDemandThroughput",
    "GlobalSecondaryIndexUpdates",
    "SSESpecification",
    "StreamSpecification",
    "ReplicaUpdates",
    "TableClass",
    "DeletionProtectionEnabled",
    "WarmThroughput",
)
# A change of these is done at once.
_AT_ONCE = {"TableName", "AttributeDefinitions", "DeletionProtectionEnabled"}
_UNITS = ("ReadCapacityUnits", "WriteCapacityUnits")


class LimitExceededError(JsonRESTError):
    def __init__(self) -> None:
        said = "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table"
        super().__init__(f"{ERROR_TYPE_PREFIX}LimitExceededException", said)


def apply() -> None:
    _tables()
    _indexes()
    _changes()
    _deletion()
    _time_to_live()
    _tags()


def _tables() -> None:
    create, describe = DynamoHandler.create_table, Table.describe

    def create_table(self: Any) -> ActionResult:
        body, backend = self.body, self.dynamodb_backend
        create(self)
        table = backend.tables[body["TableName"]]
        table.throughput = dict(table.throughput)
        table.table_id, table.table_class = str(mock_random.uuid4()), body.get("TableClass")
        table.on_demand = body.get("OnDemandThroughput")
        table.was_on_demand = table.billing_mode == "PAY_PER_REQUEST"
        _encrypt(table, body.get("SSESpecification"))
        for index, asked in zip(table.global_indexes, body.get("GlobalSecondaryIndexes") or [], strict=True):
            index.on_demand = asked.get("OnDemandThroughput")
        provisioning.begin(table, "table create", table.name, "CREATING")
        return DynamoResult(table.describe())

    def described(self: Any, base_key: str = "TableDescription") -> dict[str, Any]:
        answer: dict[str, Any] = describe(self, base_key)
        table = answer[base_key]
        table["TableId"] = getattr(self, "table_id", None) or str(uuid.uuid5(uuid.NAMESPACE_URL, self.table_arn))
        table["TableStatus"] = provisioning.under_way(self) or "ACTIVE"
        if self.billing_mode != "PAY_PER_REQUEST" and not getattr(self, "was_on_demand", False):
            del table["BillingModeSummary"]
        if getattr(self, "table_class", None):
            table["TableClassSummary"] = {"TableClass": self.table_class}
        if getattr(self, "on_demand", None):
            table["OnDemandThroughput"] = self.on_demand
        for key in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
            if not table[key]:
                del table[key]
            for index in table.get(key, []):
                index["IndexArn"] = f"{self.table_arn}/index/{index['IndexName']}"
                index |= {"ItemCount": 0, "IndexSizeBytes": 0}
        used = {*self.attribute_keys}
        table["AttributeDefinitions"] = [one for one in self.attr if one["AttributeName"] in used]
        return answer

    DynamoHandler.create_table = create_table
    Table.describe = described


def _encrypt(table: Any, asked: Mapping[str, Any] | None) -> None:
    """A key is told by its ARN; without one, the table is encrypted by DynamoDB's own in this account, or by AWS's."""
    from moto.kms import kms_backends

    if asked is None:
        return
    table.sse_specification = dict(asked) if asked.get("Enabled") else None
    if not table.sse_specification:
        return
    kms = kms_backends[table.account_id][table.region_name]
    key = asked.get("KMSMasterKeyId")
    arn = kms.describe_key(key).arn if key else table._get_default_encryption_key(table.account_id, table.region_name)
    table.sse_specification["KMSMasterKeyId"] = arn


def _indexes() -> None:
    describe = GlobalSecondaryIndex.describe

    def described(self: Any) -> dict[str, Any]:
        answer: dict[str, Any] = describe(self)
        answer["IndexStatus"] = provisioning.under_way(self) or self.status
        if answer["IndexStatus"] == "CREATING":
            answer["Backfilling"] = True
        if getattr(self, "on_demand", None):
            answer["OnDemandThroughput"] = self.on_demand
        return answer

    GlobalSecondaryIndex.describe = described


def _changes() -> None:
    update = DynamoHandler.update_table

    def update_table(self: Any) -> ActionResult:
        body, backend = self.body, self.dynamodb_backend
        table = backend.get_table(body["TableName"])
        _refuse_busy(table)
        _refuse(table, body)
        updates = body.get("GlobalSecondaryIndexUpdates") or []
        going = next((one["Delete"]["IndexName"] for one in updates if "Delete" in one), None)
        index = next((one for one in table.global_indexes if one.name == going), None)
        if going and not index:
            raise ResourceNotFoundException(f"Requested resource not found: Index: {going} not found")
        update(self)
        table.throughput = {"NumberOfDecreasesToday": 0, **table.throughput}
        _encrypt(table, body.get("SSESpecification"))
        table.table_class = body.get("TableClass") or getattr(table, "table_class", None)
        table.on_demand = body.get("OnDemandThroughput") or getattr(table, "on_demand", None)
        if body.get("BillingMode") == "PAY_PER_REQUEST":
            table.was_on_demand = True
            for one in (table, *table.global_indexes):
                one.throughput = {**one.throughput, **dict.fromkeys(_UNITS, 0)}
        for change in updates:
            for asked in change.values():
                made = next((one for one in table.global_indexes if one.name == asked["IndexName"]), None)
                if made and "OnDemandThroughput" in asked:
                    made.on_demand = asked["OnDemandThroughput"]
                if made and "Create" in change:
                    provisioning.begin(made, "index create", f"{table.name}/{made.name}", "CREATING")
        if index:
            _finish_index(table, index)
        if set(body) - _AT_ONCE:
            provisioning.begin(table, "table modify", table.name, "UPDATING")
        return DynamoResult(table.describe())

    DynamoHandler.update_table = update_table


def _finish_index(table: Any, index: Any) -> None:
    """An index that is deleted is shown until it is gone."""

    def finish() -> None:
        if index in table.global_indexes:
            table.global_indexes.remove(index)

    if provisioning.end(index, "index delete", f"{table.name}/{index.name}", "DELETING", finish):
        table.global_indexes.append(index)


def _refuse_busy(table: Any) -> None:
    state = provisioning.under_way(table)
    if state:
        doing = {"CREATING": "created", "UPDATING": "updated", "DELETING": "deleted"}[state]
        raise ResourceInUseException(f"Attempt to change a resource which is still in use: Table is being {doing}: {table.name}")


def _refuse(table: Any, body: Mapping[str, Any]) -> None:
    if not any(body.get(change) is not None for change in _CHANGES):
        raise MockValidationException(f"At least one of {', '.join(_CHANGES)} is required")
    changes = {change for change in _CHANGES if body.get(change) is not None}
    if "TableClass" in changes and len(changes) > 1:
        raise MockValidationException("One or more parameter values were invalid: Table class can only be updated alone")
    updates = body.get("GlobalSecondaryIndexUpdates") or []
    online = [one for one in updates if "Create" in one or "Delete" in one]
    if len(online) > 1 or (online and any(provisioning.under_way(index) for index in table.global_indexes)):
        raise LimitExceededError
    billing = body.get("BillingMode") or table.billing_mode
    asked = body.get("ProvisionedThroughput")
    if billing == "PAY_PER_REQUEST" and asked:
        said = "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"
        raise MockValidationException(f"One or more parameter values were invalid: {said}")
    if billing != "PAY_PER_REQUEST":
        _refuse_units(table, body, asked, updates)
    _refuse_stream(table, body.get("StreamSpecification"))


def _refuse_units(table: Any, body: Mapping[str, Any], asked: Mapping[str, int] | None, updates: list[dict[str, Any]]) -> None:
    both = "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED"
    switched = body.get("BillingMode") == "PROVISIONED" and table.billing_mode == "PAY_PER_REQUEST"
    given = {one["Update"]["IndexName"] for one in updates if "ProvisionedThroughput" in one.get("Update", {})}
    created = [one["Create"] for one in updates if "Create" in one]
    if (
        (switched and not asked)
        or (switched and {index.name for index in table.global_indexes} - given)
        or any("ProvisionedThroughput" not in one for one in created)
    ):
        raise MockValidationException(f"One or more parameter values were invalid: {both}")
    if asked and not switched and all(table.throughput.get(unit) == asked[unit] for unit in _UNITS):
        said = f"The provisioned throughput for the table {table.name} will not change"
        raise MockValidationException(f"{said}. The requested value equals the current value.")


def _refuse_stream(table: Any, asked: Mapping[str, Any] | None) -> None:
    """moto minds a stream that ever was; what counts is the one that is."""
    if not asked:
        return
    enabled = bool((table.stream_specification or {}).get("StreamEnabled"))
    if asked.get("StreamEnabled") and enabled:
        raise MockValidationException("Table already has an enabled stream: " + table.name)
    if not asked.get("StreamEnabled") and not enabled:
        raise MockValidationException("Table is already without a stream: " + table.name)
    if asked.get("StreamEnabled"):
        table.latest_stream_label = None


def _deletion() -> None:
    delete = DynamoDBBackend.delete_table

    def delete_table(self: Any, name: str) -> Table:
        _refuse_busy(self.get_table(name))
        table: Table = delete(self, name)

        def finish() -> None:
            if self.tables.get(table.name) is table:
                del self.tables[table.name]

        if provisioning.end(table, "table delete", table.name, "DELETING", finish):
            self.tables[table.name] = table
        return table

    DynamoDBBackend.delete_table = delete_table


def _time_to_live() -> None:
    update = DynamoDBBackend.update_time_to_live

    def update_time_to_live(self: Any, table_name: str, ttl_spec: dict[str, Any]) -> None:
        table = self.get_table(table_name)
        standing, asked = table.ttl.get("TimeToLiveStatus") == "ENABLED", ttl_spec["Enabled"]
        if standing == asked:
            raise MockValidationException(f"TimeToLive is already {'enabled' if asked else 'disabled'}")
        if standing and table.ttl["AttributeName"] != ttl_spec["AttributeName"]:
            said = f"TimeToLive is active on a different AttributeName: current AttributeName is {table.ttl['AttributeName']}"
            raise MockValidationException(said)
        update(self, table_name, ttl_spec)
        if not asked:
            del table.ttl["AttributeName"]

    DynamoDBBackend.update_time_to_live = update_time_to_live


def _tags() -> None:
    def tag_resource(self: Any, arn: str, tags: dict[str, str]) -> None:
        """A tag that is put again has its new value alone."""
        for table in self.tables.values():
            if table.table_arn == arn:
                kept = [tag for tag in table.tags if tag["Key"] not in tags]
                table.tags = kept + [{"Key": key, "Value": value} for key, value in tags.items()]

    DynamoDBBackend.tag_resource = tag_resource
