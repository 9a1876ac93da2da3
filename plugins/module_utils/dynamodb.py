# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Tables of Amazon DynamoDB: what is declared, what stands, and what to ask for.

Follows the Amazon DynamoDB API reference, actions CreateTable and UpdateTable and data type TableDescription.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .aws import AwsError
from .plan import Exact, declared, without_none

# The options of a key, and of an index.
KEY: dict[str, Any] = {
    "name": {"type": "str", "required": True},
    "type": {"type": "str", "choices": ["S", "N", "B"], "default": "S"},
}
PROJECTION: dict[str, Any] = {
    "projection": {"type": "str", "choices": ["ALL", "KEYS_ONLY", "INCLUDE"], "default": "ALL"},
    "attributes": {"type": "list", "elements": "str"},
}
CAPACITY = ("read_capacity", "write_capacity")
MOST = ("max_read_requests", "max_write_requests")
UNITS: dict[str, Any] = {option: {"type": "int"} for option in (*CAPACITY, *MOST)}
GLOBAL_INDEX: dict[str, Any] = {
    "name": {"type": "str", "required": True},
    "partition_key": {"type": "dict", "options": KEY, "required": True, "no_log": False},
    "sort_key": {"type": "dict", "options": KEY, "no_log": False},
    **PROJECTION,
    **UNITS,
}
LOCAL_INDEX: dict[str, Any] = {
    "name": {"type": "str", "required": True},
    "sort_key": {"type": "dict", "options": KEY, "required": True, "no_log": False},
    **PROJECTION,
}
_API_UNITS = {
    "read_capacity": ("ProvisionedThroughput", "ReadCapacityUnits"),
    "write_capacity": ("ProvisionedThroughput", "WriteCapacityUnits"),
    "max_read_requests": ("OnDemandThroughput", "MaxReadRequestUnits"),
    "max_write_requests": ("OnDemandThroughput", "MaxWriteRequestUnits"),
}
# What is the same for life: a change of it is another index.
DEFINITION = ("partition_key", "sort_key", "projection", "attributes")
ON_DEMAND, PROVISIONED = "PAY_PER_REQUEST", "PROVISIONED"

Key = Mapping[str, str]


class TableError(AwsError):
    """A failed call to Amazon DynamoDB."""


def wanted(params: Mapping[str, Any], current: Mapping[str, Any]) -> dict[str, Any]:
    """The declared parts: C(table), C(global_indexes), C(time_to_live), C(point_in_time_recovery), C(tags)."""
    standing = current.get("table", {})
    if params["state"] == "absent":
        if standing.get("deletion_protection") and params["deletion_protection"] is not False:
            cause = "deletion_protection is on; say deletion_protection: false, which lifts it first"
            raise TableError(f"delete table {params['name']}", cause)
        return {"table": None} if standing else {}
    _check_indexes(params)
    parts: dict[str, Any] = {"table": wanted_table(params, standing)}
    if params["global_indexes"] is not None:
        table, there = {**standing, **parts["table"]}, current.get("global_indexes", {})
        indexes = {one["name"]: wanted_index(one, params, table, there.get(one["name"], {})) for one in params["global_indexes"]}
        if indexes or standing:
            parts["global_indexes"] = Exact(indexes) if params["purge_global_indexes"] else indexes
    _check_attributes(params, parts, current)
    if (attribute := params["ttl_attribute"]) is not None:
        parts["time_to_live"] = {"attribute": attribute}
        former = current.get("time_to_live", {}).get("attribute")
        if attribute and former and former != attribute:
            cause = (
                f"it is {former}; set it to '' first and to {attribute} an hour later, for DynamoDB takes no two changes in one"
            )
            raise TableError(f"change the TTL attribute of table {params['name']}", cause)
        if not attribute and not standing:
            del parts["time_to_live"]
    if params["point_in_time_recovery"] is not None:
        recovery = {"enabled": params["point_in_time_recovery"]}
        if params["recovery_period_days"] and recovery["enabled"]:
            recovery["period_days"] = params["recovery_period_days"]
        if recovery["enabled"] or standing:
            parts["point_in_time_recovery"] = recovery
    return parts


def wanted_table(params: Mapping[str, Any], standing: Mapping[str, Any]) -> dict[str, Any]:
    """The declared settings of the table itself."""
    doing = f"{'change' if standing else 'create'} table {params['name']}"
    if not standing and params["partition_key"] is None:
        raise TableError(doing, "it has no partition_key; declare one")
    options = ("partition_key", "sort_key", "billing_mode", "kms_key", "table_class", "stream", "deletion_protection")
    settings = declared({"name": params["name"], **{option: params[option] for option in options}})
    for option in ("partition_key", "sort_key"):
        if option in settings and standing and settings[option] != standing[option]:
            said = _said(standing[option])
            raise TableError(doing, f"its {option} is {said} and can't be changed; keep it, or use another name")
    if params["local_indexes"] is not None:
        settings["local_indexes"] = {one["name"]: wanted_local(one) for one in params["local_indexes"]}
        if standing and settings["local_indexes"] != standing["local_indexes"]:
            names = ", ".join(standing["local_indexes"]) or "none"
            cause = f"its local indexes, {names}, can't be changed; keep them as they are, or use another name"
            raise TableError(doing, cause)
        if not settings["local_indexes"]:
            del settings["local_indexes"]
    if not standing:
        settings.setdefault("billing_mode", ON_DEMAND)
    mode = {**standing, **settings}["billing_mode"]
    return settings | _units(doing, params, mode, params, standing)


def wanted_index(
    index: Mapping[str, Any], params: Mapping[str, Any], table: Mapping[str, Any], standing: Mapping[str, Any]
) -> dict[str, Any]:
    """A declared global index; without a capacity of its own, a new one of a provisioned table has that of the table."""
    definition = defined(index)
    kept = standing if standing and all(standing[part] == definition[part] for part in DEFINITION) else {}
    own = {option: table.get(option) if index[option] is None and not kept.get(option) else index[option] for option in CAPACITY}
    doing = f"change index {index['name']} of table {params['name']}"
    return {**definition, **_units(doing, {**index, **own}, table["billing_mode"], params, kept)}


def defined(index: Mapping[str, Any]) -> dict[str, Any]:
    """What makes the index the one it is, compared whole."""
    return {
        "partition_key": Exact(index["partition_key"]),
        "sort_key": Exact(index["sort_key"] or {}),
        "projection": index["projection"],
        "attributes": sorted(index["attributes"] or []),
    }


def wanted_local(index: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "sort_key": dict(index["sort_key"]),
        "projection": index["projection"],
        "attributes": sorted(index["attributes"] or []),
    }


def _check_indexes(params: Mapping[str, Any]) -> None:
    names: set[str] = set()
    for index in [*(params["local_indexes"] or []), *(params["global_indexes"] or [])]:
        doing = f"change index {index['name']} of table {params['name']}"
        if index["name"] in names:
            raise TableError(doing, "it is declared twice; give each index a name of its own")
        if bool(index["attributes"]) != (index["projection"] == "INCLUDE"):
            cause = f"its projection is {index['projection']}; attributes go with INCLUDE, and INCLUDE with attributes"
            raise TableError(doing, cause)
        names.add(index["name"])


def _units(
    doing: str, units: Mapping[str, Any], mode: str, params: Mapping[str, Any], standing: Mapping[str, Any]
) -> dict[str, int]:
    """The declared capacity, as far as it goes with the billing mode and is not for scaling policies to say."""
    if mode == ON_DEMAND:
        return declared({option: units[option] for option in MOST})
    provisioned = bool(standing.get("read_capacity"))
    kept = {f"{way}_capacity" for way in params["keep_capacity"]} if provisioned else set()
    capacity = declared({option: units[option] for option in CAPACITY if option not in kept})
    if len(capacity) < 2 and not provisioned:
        raise TableError(doing, "it is provisioned and has no capacity; declare read_capacity and write_capacity")
    return capacity


def _said(key: Key) -> str:
    return f"{key['name']} ({key['type']})" if key else "none"


def _check_attributes(params: Mapping[str, Any], parts: Mapping[str, Any], current: Mapping[str, Any]) -> None:
    """An attribute has one type in all keys that it is in."""
    types: dict[str, str] = {}
    for key in _keys(parts["table"], {**current.get("global_indexes", {}), **parts.get("global_indexes", {})}):
        if types.setdefault(key["name"], key["type"]) != key["type"]:
            cause = f"attribute {key['name']} is {types[key['name']]} in one key and {key['type']} in another; give it one type"
            raise TableError(f"change table {params['name']}", cause)


def _keys(table: Mapping[str, Any], global_indexes: Mapping[str, Mapping[str, Any]]) -> Iterable[Key]:
    """Every key of a table and its indexes."""
    holders = [table, *table.get("local_indexes", {}).values(), *global_indexes.values()]
    return [key for holder in holders for name in ("partition_key", "sort_key") if (key := holder.get(name))]


# What stands.


def described(table: Mapping[str, Any]) -> dict[str, Any]:
    """DynamoDB's TableDescription in the words of the module's options."""
    types = {one["AttributeName"]: one["AttributeType"] for one in table["AttributeDefinitions"]}
    encryption, stream = table.get("SSEDescription", {}), table.get("StreamSpecification", {})
    return {
        "name": table["TableName"],
        "arn": table["TableArn"],
        "id": table.get("TableId", ""),
        "status": table["TableStatus"],
        **_described_keys(table["KeySchema"], types),
        "local_indexes": {
            one["IndexName"]: {key: value for key, value in _described_index(one, types).items() if key != "partition_key"}
            for one in table.get("LocalSecondaryIndexes", [])
        },
        # It is told of tables alone that are on demand, or were once.
        "billing_mode": table.get("BillingModeSummary", {}).get("BillingMode") or PROVISIONED,
        **_described_units(table),
        "kms_key": encryption.get("KMSMasterKeyArn", "")
        if encryption.get("Status") in ("ENABLED", "UPDATING", "ENABLING")
        else "",
        "table_class": table.get("TableClassSummary", {}).get("TableClass", "STANDARD"),
        "stream": stream["StreamViewType"] if stream.get("StreamEnabled") else "",
        "stream_arn": table.get("LatestStreamArn", "") if stream.get("StreamEnabled") else "",
        "deletion_protection": bool(table.get("DeletionProtectionEnabled")),
    }


def described_indexes(table: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The global indexes by name, without those that are going."""
    types = {one["AttributeName"]: one["AttributeType"] for one in table["AttributeDefinitions"]}
    return {
        one["IndexName"]: _described_index(one, types) | _described_units(one)
        for one in table.get("GlobalSecondaryIndexes", [])
        if one.get("IndexStatus") != "DELETING"
    }


def _described_keys(schema: Sequence[Key], types: Mapping[str, str]) -> dict[str, Any]:
    keys = {one["KeyType"]: {"name": one["AttributeName"], "type": types[one["AttributeName"]]} for one in schema}
    return {"partition_key": keys["HASH"], "sort_key": keys.get("RANGE", {})}


def _described_index(index: Mapping[str, Any], types: Mapping[str, str]) -> dict[str, Any]:
    projection = index["Projection"]
    return {
        **_described_keys(index["KeySchema"], types),
        "projection": projection["ProjectionType"],
        "attributes": sorted(projection.get("NonKeyAttributes", [])),
    }


def _described_units(holder: Mapping[str, Any]) -> dict[str, int]:
    """The units, 0 where there are none or, as the API's -1, no limit."""
    return {option: max(holder.get(group, {}).get(member) or 0, 0) for option, (group, member) in _API_UNITS.items()}


def steady(table: Mapping[str, Any]) -> bool:
    """Whether nothing is under way, so that the table takes a change."""
    indexes = [one.get("IndexStatus", "ACTIVE") for one in table.get("GlobalSecondaryIndexes", [])]
    encryption = table.get("SSEDescription", {}).get("Status", "ENABLED")
    return table.get("TableStatus") == "ACTIVE" and set(indexes) <= {"ACTIVE"} and not encryption.endswith("ING")


def state(table: Mapping[str, Any]) -> str:
    """What a message says of a table that is waited for."""
    indexes = {one["IndexName"]: one.get("IndexStatus", "ACTIVE") for one in table.get("GlobalSecondaryIndexes", [])}
    pending = [f"index {name} {status}" for name, status in indexes.items() if status != "ACTIVE"]
    return ", ".join([str(table.get("TableStatus", "not there")), *pending])


# What to ask for.


def creation(table: Mapping[str, Any], global_indexes: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The request that makes a table with its indexes."""
    request = {
        "TableName": table["name"],
        **_schema(table),
        "AttributeDefinitions": attributes(table, global_indexes),
        "BillingMode": table["billing_mode"],
        **throughput(table),
        **changes(table, ("kms_key", "table_class", "deletion_protection")),
    }
    if table.get("stream"):
        request |= changes(table, ("stream",))
    local = {name: {"partition_key": table["partition_key"], **one} for name, one in table.get("local_indexes", {}).items()}
    if local:
        request["LocalSecondaryIndexes"] = [_index(name, one) for name, one in local.items()]
    if global_indexes:
        request["GlobalSecondaryIndexes"] = [new_index(name, one) for name, one in global_indexes.items()]
    return request


def changes(table: Mapping[str, Any], options: Iterable[str]) -> dict[str, Any]:
    """Those of the options that are declared, in the API's words."""
    asked: dict[str, Any] = {}
    for option in options:
        if option not in table:
            continue
        value = table[option]
        if option == "kms_key":
            key = {"SSEType": "KMS", "KMSMasterKeyId": value} if value else {}
            asked["SSESpecification"] = {"Enabled": bool(value), **key}
        elif option == "stream":
            view = {"StreamViewType": value} if value else {}
            asked["StreamSpecification"] = {"StreamEnabled": bool(value), **view}
        else:
            asked[{"table_class": "TableClass", "deletion_protection": "DeletionProtectionEnabled"}[option]] = value
    return asked


def billing(after: Mapping[str, Any], new: Mapping[str, Any], standing: Mapping[str, Any]) -> dict[str, Any]:
    """The request for another billing mode or other units: capacity is always asked for whole."""
    mode = after.get("billing_mode", standing["billing_mode"])
    options = CAPACITY if mode == PROVISIONED else [option for option in MOST if option in after]
    units = throughput({option: after.get(option, standing[option]) for option in options})
    return declared({"BillingMode": new.get("billing_mode"), **units})


def throughput(holder: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    """The units of a table or an index, in the API's words; no limit on requests is a limit of -1."""
    asked: dict[str, dict[str, int]] = {}
    for option, (group, member) in _API_UNITS.items():
        if option in holder:
            asked.setdefault(group, {})[member] = holder[option] or -1
    return asked


def attributes(table: Mapping[str, Any], global_indexes: Mapping[str, Mapping[str, Any]]) -> list[dict[str, str]]:
    """The definition of every attribute that is in a key."""
    types = {key["name"]: key["type"] for key in _keys(table, global_indexes)}
    return [{"AttributeName": name, "AttributeType": kind} for name, kind in sorted(types.items())]


def new_index(name: str, index: Mapping[str, Any]) -> dict[str, Any]:
    return {**_index(name, index), **throughput(index)}


def _index(name: str, index: Mapping[str, Any]) -> dict[str, Any]:
    projection = {"ProjectionType": index["projection"], "NonKeyAttributes": index["attributes"] or None}
    return {"IndexName": name, **_schema(index), "Projection": without_none(projection)}


def _schema(holder: Mapping[str, Any]) -> dict[str, Any]:
    keys = {"HASH": holder["partition_key"], "RANGE": holder.get("sort_key")}
    return {"KeySchema": [{"AttributeName": key["name"], "KeyType": kind} for kind, key in keys.items() if key]}


def index_steps(
    standing: Mapping[str, Mapping[str, Any]], after: Mapping[str, Mapping[str, Any]], purge: bool
) -> list[tuple[str, str, Mapping[str, Any]]]:
    """What to do with each global index, in order: DynamoDB takes one creation or deletion at a time.

    An index whose definition is another one is deleted and made again.
    """
    gone = [name for name in standing if purge and name not in after]
    other = [name for name in after if name in standing and any(standing[name][part] != after[name][part] for part in DEFINITION)]
    new = [name for name in after if name not in standing or name in other]
    resized = [
        name
        for name in after
        if name not in new and any(after[name].get(option, standing[name][option]) != standing[name][option] for option in UNITS)
    ]
    return [
        *(("Delete", name, {}) for name in [*gone, *other]),
        *(("Update", name, {option: after[name][option] for option in UNITS if option in after[name]}) for name in resized),
        *(("Create", name, after[name]) for name in new),
    ]
