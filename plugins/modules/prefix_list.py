#!/usr/bin/python
# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: prefix_list
version_added: 0.1.0
short_description: Manage a managed prefix list
description:
  - Creates, changes and deletes a list of address ranges that rules of security groups and routes refer to.
  - A list is its entries, so those that are not declared are removed from it.
  - Follows the Amazon EC2 API reference, actions CreateManagedPrefixList, ModifyManagedPrefixList and their siblings.
notes:
  - A rule that refers to a list counts as O(max_entries) rules of its security group, of which AWS allows 60 for IPv4 and 60 for
    IPv6 in each direction, however many entries there are. So a list of 20 entries in rules for two ports takes 40 of them.
  - AWS can't change the description of an entry. The entry is removed and added again, and lets nobody in for that moment.
author:
  - The Groundwork authors (@groundwork)
options:
  name:
    description: Name of the list, by which it is found.
    type: str
    required: true
  address_family:
    description: Which addresses are in it. AWS can't change it; a list that is created needs it.
    type: str
    choices: [IPv4, IPv6]
  entries:
    description: The entries.
    type: list
    elements: dict
    suboptions:
      cidr:
        description: An address range.
        type: str
        required: true
      description:
        description: What it is.
        type: str
        default: ""
  max_entries:
    description:
      - How many entries the list has room for.
      - By default a list keeps its size for as long as O(entries) fit into it, and is made for the next ten above their number.
    type: int
  wait_timeout:
    description: How long to wait for each step of a change, in seconds.
    type: int
    default: 300
extends_documentation_fragment:
  - groundwork.cloud.converge
  - groundwork.cloud.tags
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Name the offices once, for all rules
  groundwork.cloud.prefix_list:
    name: shop-offices
    address_family: IPv4
    entries:
      - {cidr: 192.0.2.0/24, description: Montevideo}
      - {cidr: 198.51.100.0/25, description: Madrid}

- name: Remove the list, to which nothing refers any more
  groundwork.cloud.prefix_list:
    name: shop-offices
    state: absent
"""

RETURN = r"""
prefix_list:
  description: The list; empty when it is absent.
  returned: always
  type: dict
  contains:
    id:
      description: Its id. Known once the list exists.
      type: str
      sample: pl-0123456789abcdef0
    name:
      description: Its name.
      type: str
      sample: shop-offices
    address_family:
      description: Which addresses are in it.
      type: str
      sample: IPv4
    max_entries:
      description: How many entries it has room for.
      type: int
      sample: 10
    entries:
      description: What each address range is, by range.
      type: dict
      sample: {"192.0.2.0/24": "Montevideo"}
    tags:
      description: The tags.
      type: dict
      sample: {"Name": "shop-offices"}
"""

from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ..module_utils.aws import STATE_OPTION, TAG_OPTIONS, AwsError, converge, tag_dict, tags_part
from ..module_utils.ec2 import Ec2, tags_for
from ..module_utils.plan import Exact, Plan, declared
from ..module_utils.vpc import cidr

ARGUMENTS: dict[str, Any] = {
    "name": {"type": "str", "required": True},
    "address_family": {"type": "str", "choices": ["IPv4", "IPv6"]},
    "entries": {
        "type": "list",
        "elements": "dict",
        "options": {"cidr": {"type": "str", "required": True}, "description": {"type": "str", "default": ""}},
    },
    "max_entries": {"type": "int"},
    "wait_timeout": {"type": "int", "default": 300},
    **STATE_OPTION,
    **TAG_OPTIONS,
}
MOST = 100  # entries of a request
GOING = ("delete-in-progress", "delete-complete")


class PrefixListError(AwsError):
    """A failed call to Amazon EC2 on behalf of a prefix list."""


def wanted(params: Mapping[str, Any], current: Mapping[str, Any]) -> dict[str, Any]:
    """The declared parts: C(prefix_list), C(entries), C(tags)."""
    if params["state"] == "absent":
        return {"prefix_list": None}
    doing, have = f"plan prefix list {params['name']}", current.get("prefix_list", {})
    family = params["address_family"] or have.get("address_family")
    if not family:
        raise PrefixListError(doing, "it is not there yet; declare its address_family")
    if have and have["address_family"] != family:
        raise PrefixListError(doing, f"it has {have['address_family']} addresses, and AWS can't change that; choose another name")
    entries = None
    if params["entries"] is not None or not have:
        entries = Exact({cidr(entry["cidr"]): entry["description"] for entry in params["entries"] or []})
    count = len(current.get("entries", {}) if entries is None else entries)
    if params["max_entries"] is not None and params["max_entries"] < count:
        raise PrefixListError(doing, f"it has room for {params['max_entries']} of {count} entries; raise max_entries")
    size = params["max_entries"] or room(count, have.get("max_entries", 0))
    settings = {"address_family": family, "max_entries": size}
    return {"prefix_list": settings, **declared({"entries": entries}), **tags_part(params)}


def room(count: int, standing: int) -> int:
    """The size of a list for so many entries: as it is if they fit, else the next ten above them."""
    return standing if 0 < standing >= count else (count // 10 + 1) * 10


def described(prefixes: Mapping[str, Any]) -> dict[str, Any]:
    """Amazon EC2's ManagedPrefixList in the words of this module's options."""
    return {
        "id": prefixes["PrefixListId"],
        "name": prefixes["PrefixListName"],
        "address_family": prefixes["AddressFamily"],
        "max_entries": prefixes["MaxEntries"],
    }


def steps(have: Mapping[str, str], want: Mapping[str, str]) -> Iterator[dict[str, list[dict[str, str]]]]:
    """The requests that lead from these entries to those: no range is both added and removed in one, and none is too long."""
    renamed = [{"Cidr": span} for span in want if span in have and have[span] != want[span]]
    yield from ({"RemoveEntries": part} for part in batches(renamed))
    new = [entry(span, want[span]) for span in want if have.get(span) != want[span]]
    gone = [{"Cidr": span} for span in have if span not in want]
    nothing: list[dict[str, str]] = []
    for adding, removing in zip_longest(batches(new), batches(gone), fillvalue=nothing):
        yield {key: part for key, part in (("AddEntries", adding), ("RemoveEntries", removing)) if part}


def entry(span: str, description: str) -> dict[str, str]:
    return {"Cidr": span, "Description": description} if description else {"Cidr": span}


def batches(entries: list[dict[str, str]]) -> Iterator[list[dict[str, str]]]:
    for start in range(0, len(entries), MOST):
        yield entries[start : start + MOST]


class PrefixList(Ec2):
    error = PrefixListError

    @property
    def what(self) -> str:
        return f"prefix list {self.params['name']}"

    def read(self) -> dict[str, Any]:
        named = {"Name": "prefix-list-name", "Values": [self.params["name"]]}
        with self.doing(f"read {self.what}"):
            found = self.pages("describe_managed_prefix_lists", "PrefixLists", Filters=[named])
            found = [one for one in found if one["State"] not in GOING]
            if len(found) > 1:
                ids = ", ".join(sorted(one["PrefixListId"] for one in found))
                raise PrefixListError(f"read {self.what}", f"there are several, {ids}; rename or delete all but one")
            if not found:
                return {}
            listed = self.pages("get_managed_prefix_list_entries", "Entries", PrefixListId=found[0]["PrefixListId"])
        return {
            "prefix_list": described(found[0]),
            "entries": {one["Cidr"]: one.get("Description") or "" for one in listed},
            "tags": tag_dict(found[0].get("Tags")),
        }

    def wanted(self, current: Mapping[str, Any]) -> dict[str, Any]:
        return wanted(self.params, current)

    def apply(self, todo: Plan) -> None:
        if "prefix_list" in todo.delete:
            self._delete(todo.delete["prefix_list"]["id"])
            return
        if "prefix_list" in todo.create:
            self._create(todo)
        current = self.read()
        identifier = current["prefix_list"]["id"]
        self._settled(identifier)
        size = (todo.after("prefix_list") or current["prefix_list"])["max_entries"]
        if size > current["prefix_list"]["max_entries"]:
            self._modify(identifier, MaxEntries=size)
        entries = todo.after("entries")
        for step in steps(current["entries"], current["entries"] if entries is None else entries):
            self._modify(identifier, CurrentVersion=self._described(identifier)["Version"], **step)
        if size < current["prefix_list"]["max_entries"]:
            self._modify(identifier, MaxEntries=size)
        if "tags" in todo.update:
            self.tag(self.what, identifier, *todo.update["tags"])

    def _create(self, todo: Plan) -> None:
        settings, tags = todo.create["prefix_list"], todo.after("tags")
        first = list((todo.after("entries") or {}).items())[:MOST]
        asked = {
            "PrefixListName": self.params["name"],
            "AddressFamily": settings["address_family"],
            "MaxEntries": settings["max_entries"],
            "Entries": [entry(*one) for one in first],
            "TagSpecifications": tags_for("prefix-list", tags) if tags else [],
        }
        with self.doing(f"create {self.what}"):
            made = self.client.create_managed_prefix_list(**asked)["PrefixList"]
            self._settled(made["PrefixListId"])

    def _modify(self, identifier: str, **change: Any) -> None:
        with self.doing(f"change {self.what}"):
            self.client.modify_managed_prefix_list(PrefixListId=identifier, **change)
        state = self._settled(identifier)
        if state["State"] == "modify-failed":
            raise PrefixListError(f"change {self.what}", told(state))

    def _settled(self, identifier: str) -> Mapping[str, Any]:
        """What AWS says of the list once nothing of it is under way any more."""
        return self.wait(
            f"{self.what} to be changed",
            lambda: self._described(identifier),
            lambda one: one.get("State", "").endswith("-complete") or one.get("State") in ("modify-failed", "delete-failed"),
            failed=lambda one: one.get("State", "").endswith("-failed"),
            state=told,
        )

    def _described(self, identifier: str) -> Mapping[str, Any]:
        with self.doing(f"read {self.what}", "InvalidPrefixListID.NotFound"):
            asked = {"Name": "prefix-list-id", "Values": [identifier]}
            return next(iter(self.pages("describe_managed_prefix_lists", "PrefixLists", Filters=[asked])), {})
        return {}

    def _delete(self, identifier: str) -> None:
        with self.doing(f"delete {self.what}", "InvalidPrefixListID.NotFound"):
            self.client.delete_managed_prefix_list(PrefixListId=identifier)
        self.wait(
            f"{self.what} to be gone",
            lambda: self._described(identifier),
            lambda one: one.get("State", "delete-complete") == "delete-complete",
            failed=lambda one: one["State"] == "delete-failed",
            state=told,
        )


def told(prefixes: Mapping[str, Any]) -> str:
    """The state of a list and what AWS says of it."""
    said = prefixes.get("StateMessage")
    return f"{prefixes.get('State', 'gone')}: {said}" if said else str(prefixes.get("State", "gone"))


def main() -> None:
    module = AnsibleAWSModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    converge(module, PrefixList(module), "prefix_list")


if __name__ == "__main__":
    main()
