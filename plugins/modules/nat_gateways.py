#!/usr/bin/python
# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: nat_gateways
version_added: 0.1.0
short_description: Manage the NAT gateways of a VPC with their Elastic IP addresses, all at once
description:
  - Creates and deletes public NAT gateways. Each has an Elastic IP address of its own, with the same tags, which comes and goes
    with it.
  - All are created, or deleted, before any is waited for.
  - Follows the Amazon EC2 API reference, actions CreateNatGateway, DescribeNatGateways, AllocateAddress and their siblings.
notes:
  - An address that carries the name and nothing uses, for instance because an earlier run was broken off, is used again.
author:
  - The Groundwork authors (@groundwork)
options:
  vpc_id:
    description: The VPC of the gateways.
    type: str
    required: true
  gateways:
    description: The gateways. Others of the VPC are left alone.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: What the gateway is called in the result, and its tag C(Name), by which it and its address are found, unless
          O(gateways[].tags) has one.
        type: str
        required: true
      subnet:
        description: Id of the public subnet in which it stands. AWS can't change it.
        type: str
      tags:
        description: Tags that the gateway and its address carry.
        type: dict
  replace_failed:
    description: Whether a gateway that failed is replaced. Else it is an error, which tells why it failed.
    type: bool
    default: true
  wait:
    description:
      - Whether to wait until the gateways are available, also those of an earlier run. One that fails meanwhile is an error.
      - Deleted ones are always waited for, because their addresses can't be released before.
    type: bool
    default: true
  wait_timeout:
    description: How long to wait, in seconds.
    type: int
    default: 600
extends_documentation_fragment:
  - groundwork.cloud.converge
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Begin with a way out for each of two zones
  groundwork.cloud.nat_gateways:
    vpc_id: vpc-0123456789abcdef0
    gateways: &gateways
      - {name: us-east-1a, subnet: subnet-0123456789abcdef0}
      - {name: us-east-1b, subnet: subnet-0123456789abcdef1}
    wait: false

- name: Later, wait for both
  groundwork.cloud.nat_gateways:
    vpc_id: vpc-0123456789abcdef0
    gateways: *gateways

- name: Remove both, and their addresses
  groundwork.cloud.nat_gateways:
    vpc_id: vpc-0123456789abcdef0
    gateways: [{name: us-east-1a}, {name: us-east-1b}]
    state: absent
"""

RETURN = r"""
gateways:
  description: The declared gateways by name; those that are absent are not in it.
  returned: always
  type: dict
  contains:
    id:
      description: Its id. Known once the gateway exists.
      type: str
      sample: nat-0123456789abcdef0
    subnet:
      description: Id of the subnet in which it stands.
      type: str
      sample: subnet-0123456789abcdef0
    status:
      description: Its state, C(available) when it carries traffic.
      type: str
      sample: available
    tags:
      description: The tags.
      type: dict
      sample: {"Name": "us-east-1a"}
    address:
      description: Its Elastic IP address.
      type: dict
      contains:
        id:
          description: The id of its allocation.
          type: str
          sample: eipalloc-0123456789abcdef0
        ip:
          description: The address.
          type: str
          sample: 192.0.2.1
        tags:
          description: Its tags.
          type: dict
          sample: {"Name": "us-east-1a"}
  sample: {"us-east-1a": {"id": "nat-0123456789abcdef0", "status": "available"}}
"""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ..module_utils.aws import STATE_OPTION, AwsError, converge, tag_dict
from ..module_utils.ec2 import Ec2, tags_for
from ..module_utils.naming import NAME_TAG
from ..module_utils.plan import Plan
from ..module_utils.vpc import Item, by_name, item_tags, name_in, only, statuses

ARGUMENTS: dict[str, Any] = {
    "vpc_id": {"type": "str", "required": True},
    "gateways": {
        "type": "list",
        "elements": "dict",
        "required": True,
        "options": {"name": {"type": "str", "required": True}, "subnet": {"type": "str"}, "tags": {"type": "dict"}},
    },
    "replace_failed": {"type": "bool", "default": True},
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 600},
    **STATE_OPTION,
}
LIVE = ("pending", "available")
# The Amazon VPC User Guide, "Troubleshoot NAT gateways"; the codes are those of the API's NatGateway.
CURES = {
    "Gateway.NotAttached": "attach an internet gateway to the VPC, and run again",
    "InsufficientFreeAddressesInSubnet": "remove network interfaces that nothing uses from the subnet, and run again",
    "InternalError": "run again",
    "Resource.AlreadyAssociated": "take the address from what uses it, and run again",
}


class NatGatewayError(AwsError):
    """A failed call to Amazon EC2 on behalf of NAT gateways."""


def described_gateway(gateway: Item) -> dict[str, Any]:
    """Amazon EC2's NatGateway in the words of this module's options."""
    failure = {"failure": f"{gateway.get('FailureMessage', '')} ({gateway['FailureCode']})"} if gateway.get("FailureCode") else {}
    cure = {"cure": CURES[gateway["FailureCode"]]} if gateway.get("FailureCode") in CURES else {}
    return {
        "id": gateway["NatGatewayId"],
        "subnet": gateway["SubnetId"],
        "status": gateway["State"],
        "tags": tag_dict(gateway.get("Tags")),
        **failure,
        **cure,
    }


def described_address(address: Item) -> dict[str, Any]:
    return {"id": address["AllocationId"], "ip": address.get("PublicIp", ""), "tags": tag_dict(address.get("Tags"))}


def standing(params: Mapping[str, Any], gateways: Iterable[Item], addresses: Iterable[Item]) -> dict[str, Any]:
    """What stands of each declared gateway: itself, its address, or an address alone."""
    gateways, addresses = list(gateways), list(addresses)
    current = {name: _standing(params["state"], item, gateways, addresses) for name, item in by_name(params["gateways"]).items()}
    return {name: found for name, found in current.items() if found}


def _standing(state: str, item: Item, gateways: list[Item], addresses: list[Item]) -> dict[str, Any]:
    named = [one for one in gateways if name_in(one) == item_tags(item)[NAME_TAG]]
    # One that failed counts if there is no better; one that is going, only for what is to be absent: its address is still held.
    one = only(f"NAT gateway {item['name']}", [one for one in named if one["State"] in LIVE], "NatGatewayId")
    one = one or next((one for one in named if one["State"] == "failed"), None)
    if state == "absent":
        one = one or next((one for one in named if one["State"] == "deleting"), None)
    found = described_gateway(one) if one else {}
    if state == "present" and found.get("status") == "failed":
        del found["id"]  # another will stand in its place
    held = (
        {address["AllocationId"]: address for address in one.get("NatGatewayAddresses", []) if "AllocationId" in address}
        if one
        else {}
    )
    mine = [address for address in addresses if address["AllocationId"] in held]
    mine = mine or [address for address in addresses if not address.get("AssociationId") and fits(address, item)]
    if found.get("status") in LIVE and held:
        # What another name hides from the question is still the address of this gateway.
        mine = [address for address in mine if address["AllocationId"] in held] or list(held.values())
    return found | ({"address": described_address(mine[0])} if mine else {})


def fits(address: Item, item: Item) -> bool:
    """Whether an address is one that was allocated for a gateway: it has its name, and no tag says that it is another's."""
    have, want = tag_dict(address.get("Tags")), item_tags(item)
    return have.get(NAME_TAG) == want[NAME_TAG] and all(have.get(key, value) == value for key, value in want.items())


def wanted(params: Mapping[str, Any], current: Mapping[str, Any]) -> dict[str, Any]:
    """The declared gateways by name."""
    items = by_name(params["gateways"])
    if params["state"] == "absent":
        return dict.fromkeys(items)
    return {name: _wanted(item, current.get(name, {}), params["replace_failed"]) for name, item in items.items()}


def _wanted(item: Item, have: Mapping[str, Any], replace_failed: bool) -> dict[str, Any]:
    doing, status = f"plan NAT gateway {item['name']}", have.get("status", "")
    if not item["subnet"]:
        raise NatGatewayError(doing, "it has no subnet; name a public one")
    if status == "failed" and not replace_failed:
        raise NatGatewayError(doing, why(have))
    if status in LIVE and have["subnet"] != item["subnet"]:
        cure = "declare another, and remove this one when no route leads to it"
        raise NatGatewayError(doing, f"it stands in {have['subnet']}, and AWS can't move it to {item['subnet']}; {cure}")
    settings = {"subnet": item["subnet"], "tags": item_tags(item)}
    if status not in LIVE or "address" in have:
        settings["address"] = {"tags": item_tags(item)}
    return settings | ({"status": "pending"} if status == "failed" else {})


def why(gateway: Mapping[str, Any]) -> str:
    """Why a gateway failed, and what to do."""
    return (
        f"it failed: {gateway.get('failure') or 'AWS does not say why'}; {gateway.get('cure') or 'run again, and it is replaced'}"
    )


class NatGateways(Ec2):
    error = NatGatewayError

    def read(self) -> dict[str, Any]:
        items = self.params["gateways"]
        if not items:
            return {}
        names = sorted({item_tags(item)[NAME_TAG] for item in items})
        of_names = {"Name": f"tag:{NAME_TAG}", "Values": names}
        with self.doing(f"read the NAT gateways of {self.params['vpc_id']}"):
            gateways = self.pages("describe_nat_gateways", "NatGateways", Filter=[*self.in_vpc, of_names])
            addresses = self.client.describe_addresses(Filters=[of_names])["Addresses"]
        return standing(self.params, gateways, addresses)

    def wanted(self, current: Mapping[str, Any]) -> dict[str, Any]:
        return wanted(self.params, current)

    def apply(self, todo: Plan) -> None:
        if todo.delete:
            self._delete(todo.delete)
            return
        current = self.read()
        for name in [*todo.create, *todo.update]:
            self._make(name, current.get(name, {}), todo.after(name) or {})
        if self.params["wait"]:
            self.awaited({})

    def awaited(self, current: dict[str, Any]) -> dict[str, Any]:
        """Wait for all that are declared, if that is asked."""
        if self.params["state"] == "absent" or not self.params["wait"] or self._are_available(current):
            return current
        return self.wait("the NAT gateways to be available", self.read, self._are_available, state=statuses)

    def _are_available(self, current: Mapping[str, Any]) -> bool:
        for name, gateway in current.items():
            if gateway.get("status") == "failed":
                raise NatGatewayError(f"wait for NAT gateway {name}", why(gateway))
        return all(current.get(item["name"], {}).get("status") == "available" for item in self.params["gateways"])

    def _make(self, name: str, have: Mapping[str, Any], want: Mapping[str, Any]) -> None:
        if have.get("status") in LIVE:
            self.add_tags(f"NAT gateway {name}", have["id"], have["tags"], want["tags"])
        address = have.get("address") or ({} if have.get("status") in LIVE else self._allocate(name, want["tags"]))
        if address:
            self.add_tags(f"the address of NAT gateway {name}", address["id"], address["tags"], want["tags"])
        if have.get("status") in LIVE:
            return
        with self.doing(f"create NAT gateway {name}"):
            tags = tags_for("natgateway", want["tags"])
            self.client.create_nat_gateway(SubnetId=want["subnet"], AllocationId=address["id"], TagSpecifications=tags)

    def _allocate(self, name: str, tags: Mapping[str, str]) -> dict[str, Any]:
        with self.doing(f"allocate an address for NAT gateway {name}"):
            made = self.client.allocate_address(Domain="vpc", TagSpecifications=tags_for("elastic-ip", tags))
            return {"id": made["AllocationId"], "tags": tags}
        return {}

    def _delete(self, gateways: Mapping[str, Mapping[str, Any]]) -> None:
        for name, gateway in gateways.items():
            if gateway.get("status", "deleting") != "deleting":
                with self.doing(f"delete NAT gateway {name}", "NatGatewayNotFound"):
                    self.client.delete_nat_gateway(NatGatewayId=gateway["id"])
        current = self.wait("the NAT gateways to be gone", self.read, are_gone, state=statuses)
        for name, gateway in current.items():
            call = partial(self.client.release_address, AllocationId=gateway["address"]["id"])
            with self.doing(f"release the address of NAT gateway {name}", "InvalidAllocationID.NotFound"):
                self.persist(f"the address of NAT gateway {name} to be free", call, "InvalidIPAddress.InUse")


def are_gone(current: Mapping[str, Any]) -> bool:
    """Whether no gateway is left, so that what is still found are addresses."""
    return not any("status" in gateway for gateway in current.values())


def main() -> None:
    module = AnsibleAWSModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    converge(module, NatGateways(module), "gateways")


if __name__ == "__main__":
    main()
