# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Amazon EC2: the size and the versions of managed prefix lists, and those that are in use.

Follows the Amazon EC2 API reference: ModifyManagedPrefixList (CurrentVersion, MaxEntries, at most 100 entries a call),
CreateManagedPrefixList, DeleteManagedPrefixList ("You must first remove all references") and ManagedPrefixList (states). An
address range in both lists of one request is refused, and a list that is deleted while it is in use ends as C(delete-failed).
"""

from __future__ import annotations

import functools
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.managed_prefixes import ManagedPrefixListBackend
from moto.ec2.responses.vpcs import VPCs

MOST = 100


def apply() -> None:
    ManagedPrefixListBackend.create_managed_prefix_list = sized(ManagedPrefixListBackend.create_managed_prefix_list)
    ManagedPrefixListBackend.delete_managed_prefix_list = delete_managed_prefix_list
    VPCs.modify_managed_prefix_list = modify_managed_prefix_list
    VPCs.get_managed_prefix_list_entries = known(VPCs.get_managed_prefix_list_entries)


def refused(message: str) -> EC2ClientError:
    return EC2ClientError("InvalidParameterValue", message)


def sized(create: Any) -> Any:
    @functools.wraps(create)
    def create_managed_prefix_list(self: Any, **named: Any) -> Any:
        if named.get("max_entries"):  # those of AWS itself have none
            named["max_entries"] = int(named["max_entries"])
            check_size(named.get("entry") or [], named["max_entries"])
        return create(self, **named)

    return create_managed_prefix_list


def check_size(entries: list[Any], most: int) -> None:
    if len(entries) > most:
        raise EC2ClientError("PrefixListMaxEntriesExceeded", "You've reached the maximum number of entries for the prefix list.")


def known(read: Any) -> Any:
    @functools.wraps(read)
    def get_managed_prefix_list_entries(self: Any) -> Any:
        one(self.ec2_backend, self._get_param("PrefixListId"))
        return read(self)

    return get_managed_prefix_list_entries


def one(backend: Any, identifier: str) -> Any:
    if identifier not in backend.managed_prefix_lists:
        raise EC2ClientError("InvalidPrefixListID.NotFound", f"The prefix list ID '{identifier}' does not exist")
    return backend.managed_prefix_lists[identifier]


def modify_managed_prefix_list(self: Any) -> ActionResult:
    prefixes = one(self.ec2_backend, self._get_param("PrefixListId"))
    added, removed = self._get_param("AddEntries", []), self._get_param("RemoveEntries", [])
    size, version, name = (self._get_param(key) for key in ("MaxEntries", "CurrentVersion", "PrefixListName"))
    if added or removed:
        if size:
            message = "You cannot modify the entries and the maximum entries for the prefix list in the same request."
            raise EC2ClientError("InvalidParameterCombination", message)
        if version is None or int(version) != prefixes.version:
            raise EC2ClientError("PrefixListVersionMismatch", "The prefix list has the incorrect version number.")
        if len(added) > MOST or len(removed) > MOST:
            raise refused(f"A request takes at most {MOST} entries to add, and {MOST} to remove.")
        gone = {entry["Cidr"] for entry in removed}
        if both := gone & {entry["Cidr"] for entry in added}:
            raise refused(f"Request cannot contain Cidr {min(both)} in both AddPrefixListEntries and RemovePrefixListEntries")
        kept = [entry for entry in prefixes.entries.get(prefixes.version, []) if entry["Cidr"] not in gone]
        check_size([*kept, *added], prefixes.max_entries)
        prefixes.version += 1
        prefixes.entries[prefixes.version] = [*kept, *added]
    elif size:
        check_size(prefixes.entries.get(prefixes.version, []), int(size))
        prefixes.max_entries = int(size)
    prefixes.prefix_list_name = name or prefixes.prefix_list_name
    prefixes.state = "modify-complete"
    return ActionResult({"PrefixList": prefixes})


def delete_managed_prefix_list(self: Any, prefix_list_id: str) -> Any:
    prefixes = one(self, prefix_list_id)
    groups = [group for of_vpc in self.groups.values() for group in of_vpc.values()]
    rules = [rule for group in groups for rule in [*group.ingress_rules, *group.egress_rules]]
    routes = [route for table in self.route_tables.values() for route in table.routes]
    in_rules = any(rule.prefix_list.get("PrefixListId") == prefix_list_id for rule in rules)
    in_routes = any(getattr(route, "destination_prefix_list_id", None) == prefix_list_id for route in routes)
    prefixes.state = "delete-failed" if in_rules or in_routes else "delete-complete"
    prefixes.state_message = "The prefix list is in use" if in_rules or in_routes else None
    return prefixes
