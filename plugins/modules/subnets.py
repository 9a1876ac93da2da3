#!/usr/bin/python
# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: subnets
version_added: 0.1.0
short_description: Manage the subnets of a VPC, all at once
description:
  - Creates, changes and deletes subnets. What stands is read once for all of them.
  - A subnet is known by its address range, which AWS never changes, so one that is given another name keeps what stands in it.
  - A name has one range. A subnet of another range that carries the name of a declared one is refused, before anything is written
    and in a plan, unless its range is declared, too, so that it gets a name of its own.
  - Where no range is told, all subnets of the VPC that carry the name are removed.
  - Follows the Amazon EC2 API reference, actions DescribeSubnets, CreateSubnet, ModifySubnetAttribute and DeleteSubnet.
author:
  - The Groundwork authors (@groundwork)
options:
  vpc_id:
    description: The VPC of the subnets.
    type: str
    required: true
  subnets:
    description: The subnets. Others of the VPC are left alone.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: What the subnet is called in the result, and its tag C(Name) unless O(subnets[].tags) has one.
        type: str
        required: true
      cidr:
        description: Its IPv4 address range. A subnet that shall be absent may be told by its tag C(Name) instead.
        type: str
      zone:
        description: Its availability zone. AWS chooses one if it is left out, and can't change it.
        type: str
      map_public_ip:
        description: Whether what is launched in the subnet gets a public IPv4 address. Not so in a new subnet.
        type: bool
      tags:
        description: Tags that the subnet carries.
        type: dict
  wait_timeout:
    description: Seconds to wait for new subnets to be available, and for others to be released by what stands in them.
    type: int
    default: 600
notes:
  - AWS can't change the range of a subnet. Declare the new one by another name and remove the former one when all have left it,
    or remove what stands in it, and then it, first.
extends_documentation_fragment:
  - groundwork.cloud.converge
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: A public and a private subnet
  groundwork.cloud.subnets:
    vpc_id: vpc-0123456789abcdef0
    subnets:
      - {name: public, cidr: 10.0.0.0/24, zone: us-east-1a}
      - {name: private, cidr: 10.0.1.0/24, zone: us-east-1a, tags: {team: shop}}
  register: made

- name: Tell the id of one
  ansible.builtin.debug:
    msg: "{{ made.subnets.private.id }}"

- name: Remove both
  groundwork.cloud.subnets:
    vpc_id: vpc-0123456789abcdef0
    subnets: [{name: public}, {name: private}]
    state: absent
"""

RETURN = r"""
subnets:
  description: The declared subnets by name; those that are absent are not in it.
  returned: always
  type: dict
  contains:
    id:
      description: Its id. Known once the subnet exists.
      type: str
      sample: subnet-0123456789abcdef0
    cidr:
      description: Its IPv4 address range.
      type: str
      sample: 10.0.0.0/24
    zone:
      description: Its availability zone.
      type: str
      sample: us-east-1a
    map_public_ip:
      description: Whether what is launched in it gets a public IPv4 address.
      type: bool
      sample: false
    status:
      description: Its state.
      type: str
      sample: available
    tags:
      description: The tags.
      type: dict
      sample: {"Name": "public"}
  sample: {"public": {"id": "subnet-0123456789abcdef0", "cidr": "10.0.0.0/24", "zone": "us-east-1a"}}
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ..module_utils.aws import STATE_OPTION, AwsError, converge, tag_dict
from ..module_utils.ec2 import Ec2, tags_for
from ..module_utils.naming import NAME_TAG
from ..module_utils.plan import Plan, declared
from ..module_utils.vpc import Item, by_name, cidr, item_tags, name_in, statuses

ARGUMENTS: dict[str, Any] = {
    "vpc_id": {"type": "str", "required": True},
    "subnets": {
        "type": "list",
        "elements": "dict",
        "required": True,
        "options": {
            "name": {"type": "str", "required": True},
            "cidr": {"type": "str"},
            "zone": {"type": "str"},
            "map_public_ip": {"type": "bool"},
            "tags": {"type": "dict"},
        },
    },
    "wait_timeout": {"type": "int", "default": 600},
    **STATE_OPTION,
}


class SubnetError(AwsError):
    """A failed call to Amazon EC2 on behalf of subnets."""


def described(subnet: Item) -> dict[str, Any]:
    """Amazon EC2's Subnet in the words of this module's options."""
    return {
        "id": subnet["SubnetId"],
        "cidr": subnet["CidrBlock"],
        "zone": subnet["AvailabilityZone"],
        "map_public_ip": subnet.get("MapPublicIpOnLaunch", False),
        "status": subnet.get("State", "available"),
        "tags": tag_dict(subnet.get("Tags")),
    }


def standing(subnets: Iterable[Item], found: Iterable[Item]) -> dict[str, Any]:
    """What stands of each declared subnet: what has its address range, or if it tells none, all that have its tag Name."""
    found, current = list(found), {}
    for item in subnets:
        if item["cidr"]:
            fits = [one for one in found if one["CidrBlock"] == cidr(item["cidr"])]
        else:
            fits = [one for one in found if name_in(one) == item_tags(item)[NAME_TAG]]
        for one in fits:
            current[item["name"] if len(fits) == 1 else f"{item['name']} {one['SubnetId']}"] = described(one)
    return current


def refuse_other_ranges(subnets: Sequence[Item], found: Sequence[Item]) -> None:
    """No subnet carries the name of a declared one, but for those that get another name themselves."""
    named = {item_tags(item)[NAME_TAG]: item for item in subnets if item["cidr"]}
    ranges = {cidr(item["cidr"]) for item in subnets if item["cidr"]}
    for one in found:
        item, has = named.get(name_in(one)), one["CidrBlock"]
        if item and has not in ranges:
            raise SubnetError(f"plan subnet {item['name']}", _other_range(one["SubnetId"], has, cidr(item["cidr"]), found))


def _other_range(subnet: str, has: str, wants: str, found: Iterable[Item]) -> str:
    deletion = f"delete {subnet} when nothing stands in it any more"
    if any(one["CidrBlock"] == wants for one in found):
        return f"{subnet} carries its name, too, with {has}; {deletion}"
    cure = f"declare {has} again, or {wants} by another name (a network: in another zone), or {deletion}"
    return f"{subnet} carries its name with {has}, a range that AWS can't change to {wants}; {cure}"


def wanted(params: Mapping[str, Any], current: Mapping[str, Any]) -> dict[str, Any]:
    """The declared subnets by name."""
    if params["state"] == "absent":
        return dict.fromkeys(current)
    items = by_name(params["subnets"])
    return {name: _wanted(item, current.get(name, {})) for name, item in items.items()}


def _wanted(item: Item, have: Mapping[str, Any]) -> dict[str, Any]:
    doing = f"plan subnet {item['name']}"
    if not item["cidr"]:
        raise SubnetError(doing, "it has no address range; give it a cidr")
    if have and item["zone"] not in (None, have["zone"]):
        cure = f"declare it in {have['zone']}, or declare another subnet with another address range"
        raise SubnetError(doing, f"{item['cidr']} stands in zone {have['zone']}, and AWS can't move it to {item['zone']}; {cure}")
    settings = {"cidr": cidr(item["cidr"]), "zone": item["zone"], "map_public_ip": item["map_public_ip"]}
    return declared({**settings, "tags": item_tags(item)})


class Subnets(Ec2):
    error = SubnetError

    def read(self) -> dict[str, Any]:
        with self.doing(f"read the subnets of {self.params['vpc_id']}"):
            found = self.pages("describe_subnets", "Subnets", Filters=self.in_vpc) if self.params["subnets"] else []
        if self.params["state"] == "present":
            refuse_other_ranges(self.params["subnets"], found)
        return standing(self.params["subnets"], found)

    def wanted(self, current: Mapping[str, Any]) -> dict[str, Any]:
        return wanted(self.params, current)

    def apply(self, todo: Plan) -> None:
        for name, subnet in todo.delete.items():
            call = partial(self.client.delete_subnet, SubnetId=subnet["id"])
            self.remove(f"subnet {name}", call, "InvalidSubnetID.NotFound")
        for name in todo.create:
            self._create(name, todo.create[name])
        changing = [*todo.create, *todo.update]
        if changing:
            current = self.wait("the subnets to be available", self.read, partial(are_available, changing), state=statuses)
            for name in changing:
                self._change(name, current[name], todo.after(name) or {})

    def _create(self, name: str, subnet: Mapping[str, Any]) -> None:
        request = {"VpcId": self.params["vpc_id"], "CidrBlock": subnet["cidr"]}
        request |= {"AvailabilityZone": subnet["zone"]} if "zone" in subnet else {}
        with self.doing(f"create subnet {name}"):
            self.client.create_subnet(**request, TagSpecifications=tags_for("subnet", subnet["tags"]))

    def _change(self, name: str, have: Mapping[str, Any], want: Mapping[str, Any]) -> None:
        self.add_tags(f"subnet {name}", have["id"], have["tags"], want["tags"])
        if want.get("map_public_ip", have["map_public_ip"]) != have["map_public_ip"]:
            with self.doing(f"change subnet {name}"):
                self.client.modify_subnet_attribute(SubnetId=have["id"], MapPublicIpOnLaunch={"Value": want["map_public_ip"]})


def are_available(names: Iterable[str], current: Mapping[str, Any]) -> bool:
    return all(current.get(name, {}).get("status") == "available" for name in names)


def main() -> None:
    module = AnsibleAWSModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    converge(module, Subnets(module), "subnets")


if __name__ == "__main__":
    main()
