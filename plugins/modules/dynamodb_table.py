#!/usr/bin/python
# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: dynamodb_table
version_added: 0.1.0
short_description: Manage an Amazon DynamoDB table
description:
  - Creates, changes and deletes a table with its indexes, capacity, encryption, stream, time to live, recovery and tags.
  - Waits after each change until the table takes the next one. Global indexes come and go one at a time, as DynamoDB asks.
  - Follows the Amazon DynamoDB API reference, actions CreateTable, UpdateTable, UpdateTimeToLive, UpdateContinuousBackups,
    TagResource and their siblings.
author:
  - The Groundwork authors (@groundwork)
options:
  name:
    description: Name of the table.
    type: str
    required: true
  partition_key:
    description: The attribute by which items are spread. A new table has to have one, and it stays for life.
    type: dict
    suboptions: &key
      name:
        description: Name of the attribute.
        type: str
        required: true
      type:
        description: Type of the attribute, a string, a number or binary.
        type: str
        choices: [S, N, B]
        default: S
  sort_key:
    description: The attribute by which items of one partition key are sorted. It stays for life.
    type: dict
    suboptions: *key
  global_indexes:
    description:
      - The global secondary indexes. Those that are not named stay, unless O(purge_global_indexes).
      - One whose keys or projection change is deleted and made again, and answers no queries meanwhile.
    type: list
    elements: dict
    suboptions:
      name:
        description: Name of the index.
        type: str
        required: true
      partition_key:
        description: The attribute by which it spreads items.
        type: dict
        required: true
        suboptions: *key
      sort_key:
        description: The attribute by which it sorts them.
        type: dict
        suboptions: *key
      projection: &projection
        description: Which attributes it holds beside the keys, where V(INCLUDE) means those in C(attributes).
        type: str
        choices: [ALL, KEYS_ONLY, INCLUDE]
        default: ALL
      attributes: &attributes
        description: The attributes of V(INCLUDE).
        type: list
        elements: str
      read_capacity:
        description: Reads a second of a provisioned table's index. Left out, a new one has as many as the table.
        type: int
      write_capacity:
        description: Writes a second of a provisioned table's index. Left out, a new one has as many as the table.
        type: int
      max_read_requests:
        description: Most reads a second of an index that is on demand; V(0) for no limit.
        type: int
      max_write_requests:
        description: Most writes a second of an index that is on demand; V(0) for no limit.
        type: int
  purge_global_indexes:
    description: Whether global indexes that O(global_indexes) does not name are deleted.
    type: bool
    default: false
  local_indexes:
    description: The local secondary indexes, all of them. They are made with the table and stay for life.
    type: list
    elements: dict
    suboptions:
      name:
        description: Name of the index.
        type: str
        required: true
      sort_key:
        description: The attribute by which it sorts the items of one partition key.
        type: dict
        required: true
        suboptions: *key
      projection: *projection
      attributes: *attributes
  billing_mode:
    description:
      - Whether requests are paid for, or capacity. A new table is V(PAY_PER_REQUEST) when this is left out.
      - AWS changes it to V(PAY_PER_REQUEST) four times a day at most.
    type: str
    choices: [PAY_PER_REQUEST, PROVISIONED]
  read_capacity:
    description: Reads a second of a provisioned table.
    type: int
  write_capacity:
    description: Writes a second of a provisioned table.
    type: int
  keep_capacity:
    description:
      - Which capacity is left as it stands, in the table and its indexes, because scaling policies change it.
      - What is new, or was on demand, begins with what is declared.
    type: list
    elements: str
    choices: [read, write]
    default: []
  max_read_requests:
    description: Most reads a second of a table that is on demand; V(0) for no limit.
    type: int
  max_write_requests:
    description: Most writes a second of a table that is on demand; V(0) for no limit.
    type: int
  kms_key:
    description: Id, ARN or alias of the KMS key that encrypts the table. An empty string stands for a key that DynamoDB owns.
    type: str
  table_class:
    description: Whether storage or requests are the cheaper part. AWS changes it twice in thirty days at most.
    type: str
    choices: [STANDARD, STANDARD_INFREQUENT_ACCESS]
  stream:
    description: What the stream of changes holds of an item. An empty string turns the stream off.
    type: str
    choices: ["", KEYS_ONLY, NEW_IMAGE, OLD_IMAGE, NEW_AND_OLD_IMAGES]
  ttl_attribute:
    description:
      - The attribute that says when an item expires, in seconds since 1970. An empty string turns expiry off.
      - DynamoDB takes one change of it an hour.
    type: str
  point_in_time_recovery:
    description: Whether the table can be restored to any second of the recovery period.
    type: bool
  recovery_period_days:
    description: Days that the recovery period goes back, 1 to 35. Left out, AWS begins with 35.
    type: int
  deletion_protection:
    description: Whether AWS refuses to delete the table. With O(state=absent), V(false) lifts that first.
    type: bool
  wait_timeout:
    description: Seconds to wait at most for each change. Filling a new index of a large table can take hours.
    type: int
    default: 3600
extends_documentation_fragment:
  - groundwork.cloud.converge
  - groundwork.cloud.tags
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Keep the orders, and find them by customer
  groundwork.cloud.dynamodb_table:
    name: shop-production-orders
    partition_key: {name: id}
    global_indexes:
      - name: by-customer
        partition_key: {name: customer}
        sort_key: {name: placed, type: N}
        projection: INCLUDE
        attributes: [total]
    point_in_time_recovery: true
    deletion_protection: true

- name: Keep sessions until they expire, in a table of fixed capacity
  groundwork.cloud.dynamodb_table:
    name: shop-production-sessions
    partition_key: {name: id}
    billing_mode: PROVISIONED
    read_capacity: 20
    write_capacity: 10
    ttl_attribute: expires

- name: Remove a table that is protected
  groundwork.cloud.dynamodb_table:
    name: shop-production-orders
    deletion_protection: false

- name: Remove the table
  groundwork.cloud.dynamodb_table:
    name: shop-production-orders
    state: absent
"""

RETURN = r"""
table:
  description:
    - The table; empty when it is absent. It has its settings under the names of the options, and what follows.
  returned: always
  type: dict
  contains:
    name:
      description: Its name.
      type: str
      sample: shop-production-orders
    arn:
      description: Its ARN. Known once the table exists.
      type: str
      sample: arn:aws:dynamodb:us-east-1:111122223333:table/shop-production-orders
    id:
      description: Its id. Known once the table exists.
      type: str
      sample: 12345678-90ab-cdef-1234-567890abcdef
    status:
      description: Its status.
      type: str
      sample: ACTIVE
    stream_arn:
      description: ARN of its stream; empty while there is none.
      type: str
      sample: arn:aws:dynamodb:us-east-1:111122223333:table/shop-production-orders/stream/2026-01-01T00:00:00.000
    local_indexes:
      description: Its local indexes by name.
      type: dict
      sample: {"by-date": {"sort_key": {"name": "date", "type": "N"}, "projection": "ALL", "attributes": []}}
    global_indexes:
      description: Its global indexes by name.
      type: dict
      sample: {"by-customer": {"partition_key": {"name": "customer", "type": "S"}, "projection": "KEYS_ONLY"}}
    time_to_live:
      description: The attribute by which items expire, empty for none.
      returned: when O(ttl_attribute) is declared
      type: dict
      sample: {"attribute": "expires"}
    point_in_time_recovery:
      description: Whether the table can be restored to a point in time, and how far back.
      returned: when O(point_in_time_recovery) is declared
      type: dict
      sample: {"enabled": true, "period_days": 35}
    tags:
      description: The tags.
      returned: when O(tags) is declared
      type: dict
      sample: {"groundwork:stack": "shop"}
"""

from collections.abc import Mapping
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ..module_utils.aws import STATE_OPTION, TAG_OPTIONS, Service, converge, tag_dict, tag_list, tags_part
from ..module_utils.dynamodb import (
    CAPACITY,
    GLOBAL_INDEX,
    KEY,
    LOCAL_INDEX,
    PROVISIONED,
    UNITS,
    TableError,
    attributes,
    billing,
    changes,
    creation,
    described,
    described_indexes,
    index_steps,
    new_index,
    state,
    steady,
    throughput,
    wanted,
)
from ..module_utils.plan import Exact, Plan, declared

ARGUMENTS: dict[str, Any] = {
    "name": {"type": "str", "required": True},
    "partition_key": {"type": "dict", "options": KEY, "no_log": False},
    "sort_key": {"type": "dict", "options": KEY, "no_log": False},
    "global_indexes": {"type": "list", "elements": "dict", "options": GLOBAL_INDEX},
    "purge_global_indexes": {"type": "bool", "default": False},
    "local_indexes": {"type": "list", "elements": "dict", "options": LOCAL_INDEX},
    "billing_mode": {"type": "str", "choices": ["PAY_PER_REQUEST", "PROVISIONED"]},
    **UNITS,
    "keep_capacity": {"type": "list", "elements": "str", "choices": ["read", "write"], "default": []},
    "kms_key": {"type": "str", "no_log": False},
    "table_class": {"type": "str", "choices": ["STANDARD", "STANDARD_INFREQUENT_ACCESS"]},
    "stream": {"type": "str", "choices": ["", "KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"]},
    "ttl_attribute": {"type": "str"},
    "point_in_time_recovery": {"type": "bool"},
    "recovery_period_days": {"type": "int"},
    "deletion_protection": {"type": "bool"},
    "wait_timeout": {"type": "int", "default": 3600},
    **STATE_OPTION,
    **TAG_OPTIONS,
}


class Table(Service):
    name = "dynamodb"
    error = TableError

    @property
    def key(self) -> dict[str, str]:
        return {"TableName": self.params["name"]}

    def describe(self) -> dict[str, Any]:
        with self.doing(f"read table {self.params['name']}", "ResourceNotFoundException"):
            answer: dict[str, Any] = self.client.describe_table(**self.key)["Table"]
            return answer
        return {}

    def read(self) -> dict[str, Any]:
        """What stands of what is declared: some parts cost a call and a permission."""
        answer = self.describe()
        if not answer or answer["TableStatus"] == "DELETING":
            return {}
        table = described(answer)
        table["kms_key"] = self.as_declared(table["kms_key"], self.params["kms_key"])
        parts: dict[str, Any] = {"table": table, "global_indexes": described_indexes(answer)}
        if self.params["state"] == "absent":
            return parts
        with self.doing(f"read table {self.params['name']}"):
            if self.params["ttl_attribute"] is not None:
                ttl = self.client.describe_time_to_live(**self.key)["TimeToLiveDescription"]
                on = ttl.get("TimeToLiveStatus") in ("ENABLED", "ENABLING")
                parts["time_to_live"] = {"attribute": ttl["AttributeName"] if on else ""}
            if self.params["point_in_time_recovery"] is not None:
                backups = self.client.describe_continuous_backups(**self.key)["ContinuousBackupsDescription"]
                recovery = backups.get("PointInTimeRecoveryDescription", {})
                parts["point_in_time_recovery"] = {
                    "enabled": recovery.get("PointInTimeRecoveryStatus") == "ENABLED",
                    "period_days": recovery.get("RecoveryPeriodInDays", 0),
                }
            if self.params["tags"] is not None:
                parts["tags"] = tag_dict(self.pages("list_tags_of_resource", "Tags", ResourceArn=table["arn"]))
        return parts

    def wanted(self, current: Mapping[str, Any]) -> dict[str, Any]:
        parts = wanted(self.params, current)
        return parts if self.params["state"] == "absent" else {**parts, **tags_part(self.params)}

    def awaited(self, current: dict[str, Any]) -> dict[str, Any]:
        if self.params["state"] == "absent":
            self._await_gone()
        elif current["table"]["status"] != "ACTIVE":
            self._await_steady()
            return self.read()
        return current

    def apply(self, todo: Plan) -> None:
        name = self.params["name"]
        if "table" in todo.delete:
            self._await_steady()
            if todo.delete["table"]["deletion_protection"]:
                self._update(DeletionProtectionEnabled=False)
            with self.doing(f"delete table {name}", "ResourceNotFoundException"):
                self.client.delete_table(**self.key)
            self._await_gone()
            return
        if "table" in todo.create:
            self._create(todo)
        else:
            self._await_steady()
            if "table" in todo.update:
                self._change(*todo.update["table"])
            if "global_indexes" in todo.update:
                self._change_indexes(todo.update["global_indexes"][1])
            if "tags" in todo.update:
                self.tag(f"table {self.params['name']}", self.describe()["TableArn"], *todo.update["tags"])
        if ttl := todo.after("time_to_live"):
            self._expire(todo.before("time_to_live").get("attribute", ""), ttl["attribute"])
        if recovery := todo.after("point_in_time_recovery"):
            self._recover(recovery)

    def _create(self, todo: Plan) -> None:
        request = creation(todo.create["table"], todo.after("global_indexes") or {})
        self._await_gone()
        with self.doing(f"create table {self.params['name']}"):
            self.client.create_table(**request, Tags=tag_list(todo.after("tags") or {}))
        self._await_steady()

    def _change(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        """DynamoDB takes most settings alone, and each once the one before is done."""
        new = {option: value for option, value in after.items() if value != before.get(option)}
        if "stream" in new and before["stream"] and new["stream"]:
            self._update(StreamSpecification={"StreamEnabled": False})
        for option in ("deletion_protection", "stream", "kms_key", "table_class"):
            if request := changes(new, [option]):
                self._update(**request)
        if {"billing_mode", *UNITS} & set(new):
            self._bill(after, new)

    def _bill(self, after: Mapping[str, Any], new: Mapping[str, Any]) -> None:
        answer = self.describe()
        request = billing(after, new, described(answer))
        if new.get("billing_mode") == PROVISIONED and (indexes := described_indexes(answer)):
            # All indexes are given their capacity in the same call.
            asked = {one["name"]: one for one in self.params["global_indexes"] or []}
            updates = []
            for name in indexes:
                own = {option: asked.get(name, {}).get(option) or after[option] for option in CAPACITY}
                updates.append({"Update": {"IndexName": name, **throughput(own)}})
            request["GlobalSecondaryIndexUpdates"] = updates
        self._update(**request)

    def _change_indexes(self, after: Mapping[str, Any]) -> None:
        answer = self.describe()
        table, standing = described(answer), described_indexes(answer)
        for action, name, index in index_steps(standing, after, isinstance(after, Exact)):
            request: dict[str, Any] = {"IndexName": name}
            definitions: dict[str, Any] = {}
            if action == "Delete":
                del standing[name]
            elif action == "Update":
                units = {option: value for option, value in standing[name].items() if option in CAPACITY and value}
                request |= throughput({**units, **index})
            else:
                request, standing[name] = new_index(name, index), dict(index)
                definitions = {"AttributeDefinitions": attributes(table, standing)}
            self._update(**definitions, GlobalSecondaryIndexUpdates=[{action: request}])

    def _update(self, **request: Any) -> None:
        with self.doing(f"change table {self.params['name']}"):
            self.persist(
                f"table {self.params['name']} to take a change",
                lambda: self.client.update_table(**self.key, **request),
                "ResourceInUseException",
            )
        self._await_steady()

    def _expire(self, before: str, after: str) -> None:
        specification = {"Enabled": bool(after), "AttributeName": after or before}
        with self.doing(f"change the TTL attribute of table {self.params['name']}"):
            self.client.update_time_to_live(**self.key, TimeToLiveSpecification=specification)

    def _recover(self, recovery: Mapping[str, Any]) -> None:
        specification = {"PointInTimeRecoveryEnabled": recovery["enabled"], "RecoveryPeriodInDays": recovery.get("period_days")}
        request = {"PointInTimeRecoverySpecification": declared(specification)}
        with self.doing(f"change the point-in-time recovery of table {self.params['name']}"):
            # Backups of a new table are turned on a moment after it is there.
            self.persist(
                f"table {self.params['name']} to take its recovery",
                lambda: self.client.update_continuous_backups(**self.key, **request),
                "ContinuousBackupsUnavailableException",
            )

    def _await_steady(self) -> None:
        """Wait until the table takes a change. One that was just made may not be seen yet."""
        self.wait(f"table {self.params['name']}", self.describe, steady, state=state)

    def _await_gone(self) -> None:
        self.wait(f"the end of table {self.params['name']}", self.describe, lambda table: not table, state=state)


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec=ARGUMENTS, required_by={"recovery_period_days": ["point_in_time_recovery"]}, supports_check_mode=True
    )
    converge(module, Table(module), "table")


if __name__ == "__main__":
    main()
