#!/usr/bin/python
# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: route_tables
version_added: 0.1.0
short_description: Manage the route tables of a VPC, all at once
description:
  - Creates, changes and deletes route tables with their routes, and associates subnets with them. What stands is read once for
    all of them.
  - A subnet that changes its table is never without one. Its new table has its routes before the subnet is given to it.
  - The main route table, local and propagated routes, and those of gateway endpoints are never touched.
  - A route to a NAT gateway that AWS does not know yet, as it may say of one that was created a moment ago, is tried again.
  - Follows the Amazon EC2 API reference, actions DescribeRouteTables, CreateRoute, ReplaceRoute, ReplaceRouteTableAssociation and
    their siblings.
author:
  - The Groundwork authors (@groundwork)
options:
  vpc_id:
    description: The VPC of the route tables.
    type: str
    required: true
  tables:
    description: The route tables. Others of the VPC are left alone, but for subnets that these take over.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description:
          - What the table is called in the result, and its tag C(Name), by which it is found, unless O(tables[].tags) has one.
        type: str
        required: true
      routes:
        description: The routes. Left out, those that stand are left as they are.
        type: list
        elements: dict
        suboptions:
          destination:
            description: An address range, IPv4 or IPv6, or the id of a prefix list.
            type: str
            required: true
          target:
            description:
              - Where the traffic goes, as the id of a NAT, internet, virtual private, transit, egress-only, local or carrier
                gateway, of a VPC peering connection, a network interface or a Gateway Load Balancer endpoint, or the ARN of a
                core network.
              - Left out or empty, there shall be no such route.
            type: str
      subnets:
        description: Ids of the subnets that use the table. Each has one table.
        type: list
        elements: str
      tags:
        description: Tags that the table carries.
        type: dict
  purge_routes:
    description: Whether routes that are not declared are removed from the tables whose routes are.
    type: bool
    default: false
  purge_subnets:
    description: Whether subnets that are not declared are given back to the main route table, by the tables whose subnets are.
    type: bool
    default: false
  wait_timeout:
    description: Seconds to wait until AWS knows what a route leads to, and for what keeps a table from being deleted.
    type: int
    default: 300
extends_documentation_fragment:
  - groundwork.cloud.converge
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Ways out of a public and a private subnet
  groundwork.cloud.route_tables:
    vpc_id: vpc-0123456789abcdef0
    purge_routes: true
    tables:
      - name: public
        routes: [{destination: 0.0.0.0/0, target: igw-0123456789abcdef0}]
        subnets: [subnet-0123456789abcdef0]
      - name: private
        routes: [{destination: 0.0.0.0/0, target: nat-0123456789abcdef0}]
        subnets: [subnet-0123456789abcdef1]

- name: Remove both
  groundwork.cloud.route_tables:
    vpc_id: vpc-0123456789abcdef0
    tables: [{name: public}, {name: private}]
    state: absent
"""

RETURN = r"""
tables:
  description: The declared tables by name; those that are absent are not in it.
  returned: always
  type: dict
  contains:
    id:
      description: Its id. Known once the table exists.
      type: str
      sample: rtb-0123456789abcdef0
    routes:
      description: Targets by destination, without local and propagated routes and those of gateway endpoints.
      type: dict
      sample: {"0.0.0.0/0": "igw-0123456789abcdef0"}
    subnets:
      description: Ids of the subnets that use it, sorted.
      type: list
      elements: str
      sample: [subnet-0123456789abcdef0]
    tags:
      description: The tags.
      type: dict
      sample: {"Name": "public"}
  sample: {"public": {"id": "rtb-0123456789abcdef0", "routes": {"0.0.0.0/0": "igw-0123456789abcdef0"}}}
"""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ..module_utils.aws import STATE_OPTION, AwsError, converge, tag_dict
from ..module_utils.ec2 import Ec2, tags_for
from ..module_utils.naming import NAME_TAG
from ..module_utils.plan import UNKNOWN, Exact, Plan
from ..module_utils.vpc import Item, by_name, cidr, item_tags, name_in, only

ARGUMENTS: dict[str, Any] = {
    "vpc_id": {"type": "str", "required": True},
    "tables": {
        "type": "list",
        "elements": "dict",
        "required": True,
        "options": {
            "name": {"type": "str", "required": True},
            "routes": {
                "type": "list",
                "elements": "dict",
                "options": {"destination": {"type": "str", "required": True}, "target": {"type": "str"}},
            },
            "subnets": {"type": "list", "elements": "str"},
            "tags": {"type": "dict"},
        },
    },
    "purge_routes": {"type": "bool", "default": False},
    "purge_subnets": {"type": "bool", "default": False},
    "wait_timeout": {"type": "int", "default": 300},
    **STATE_OPTION,
}
# The key of a target in requests, by how its id begins.
TARGETS = {
    "nat": "NatGatewayId",
    "igw": "GatewayId",
    "vgw": "GatewayId",
    "tgw": "TransitGatewayId",
    "pcx": "VpcPeeringConnectionId",
    "eni": "NetworkInterfaceId",
    "eigw": "EgressOnlyInternetGatewayId",
    "lgw": "LocalGatewayId",
    "cagw": "CarrierGatewayId",
    "vpce": "VpcEndpointId",
    "arn:aws:networkmanager": "CoreNetworkArn",
}
DESTINATIONS = ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")
# A gateway that was just created is not known at once to what makes routes: https://github.com/boto/boto3/issues/779
NOT_YET_KNOWN = ("InvalidNatGatewayID.NotFound", "InvalidRouteTableID.NotFound")


class RouteTableError(AwsError):
    """A failed call to Amazon EC2 on behalf of route tables."""


def destination(route: Item) -> str:
    return str(next((route[key] for key in DESTINATIONS if route.get(key)), ""))


def target(route: Item) -> str:
    """Where a route that Amazon EC2 describes leads to."""
    return str(next((route[key] for key in dict.fromkeys(TARGETS.values()) if route.get(key)), ""))


def is_managed(route: Item) -> bool:
    """Whether a route is one that somebody created: not the VPC's own, not propagated, and not that of a gateway endpoint."""
    endpoint = destination(route).startswith("pl-") and target(route).startswith("vpce-")
    return (
        bool(target(route)) and target(route) != "local" and route.get("Origin") != "EnableVgwRoutePropagation" and not endpoint
    )


def request_of(destined: str, leads_to: str) -> dict[str, str]:
    """A route in the words of CreateRoute."""
    key = next((key for start, key in TARGETS.items() if leads_to.startswith((f"{start}-", f"{start}:"))), "")
    if not key:
        kinds = ", ".join(start for start in TARGETS if ":" not in start)
        raise RouteTableError(f"make a route to {leads_to or 'nothing'}", f"a target is an id that begins with one of {kinds}")
    if destined.startswith("pl-"):
        return {"DestinationPrefixListId": destined, key: leads_to}
    return {"DestinationIpv6CidrBlock" if ":" in destined else "DestinationCidrBlock": destined, key: leads_to}


def described(table: Item) -> dict[str, Any]:
    """Amazon EC2's RouteTable in the words of this module's options."""
    return {
        "id": table["RouteTableId"],
        "routes": {destination(route): target(route) for route in table.get("Routes", []) if is_managed(route)},
        "subnets": sorted(links(table)),
        "tags": tag_dict(table.get("Tags")),
    }


def links(table: Item) -> dict[str, str]:
    """The associations of a table by subnet."""
    return {link["SubnetId"]: link["RouteTableAssociationId"] for link in table.get("Associations", []) if link.get("SubnetId")}


def standing(tables: Iterable[Item], found: Iterable[Item]) -> dict[str, Any]:
    """What stands of each declared table; the main one is nobody's."""
    own = [one for one in found if not any(link.get("Main") for link in one.get("Associations", []))]
    current = {}
    for item in tables:
        fits = [one for one in own if name_in(one) == item_tags(item)[NAME_TAG]]
        if one := only(f"route table {item['name']}", fits, "RouteTableId"):
            current[item["name"]] = described(one)
    return current


def wanted(params: Mapping[str, Any], current: Mapping[str, Any]) -> dict[str, Any]:
    """The declared tables by name."""
    items = by_name(params["tables"])
    if params["state"] == "absent":
        return dict.fromkeys(items)
    taken: dict[str, str] = {}
    for name, item in items.items():
        for subnet in [one for one in item["subnets"] or [] if one != UNKNOWN]:  # a plan's new ones are not one and the same
            if taken.setdefault(subnet, name) != name:
                raise RouteTableError(f"plan route table {name}", f"{taken[subnet]} has {subnet}, too; a subnet has one table")
    return {name: _wanted(params, item, current.get(name, {}), taken) for name, item in items.items()}


def _wanted(params: Mapping[str, Any], item: Item, have: Mapping[str, Any], taken: Mapping[str, str]) -> dict[str, Any]:
    settings: dict[str, Any] = {"tags": item_tags(item)}
    if item["routes"] is not None or not have:
        declared = {cidr(route["destination"]): route["target"] or None for route in item["routes"] or []}
        routes = {to: target for to, target in declared.items() if target or to in have.get("routes", {})}
        settings["routes"] = Exact(routes) if params["purge_routes"] else routes
    if item["subnets"] is not None or not have or set(have["subnets"]) & set(taken):
        purge = params["purge_subnets"] and item["subnets"] is not None
        kept = [] if purge else [subnet for subnet in have.get("subnets", []) if taken.get(subnet, item["name"]) == item["name"]]
        settings["subnets"] = sorted({*kept, *(item["subnets"] or [])})
    return settings


class RouteTables(Ec2):
    error = RouteTableError

    def read(self) -> dict[str, Any]:
        with self.doing(f"read the route tables of {self.params['vpc_id']}"):
            found = self.pages("describe_route_tables", "RouteTables", Filters=self.in_vpc) if self.params["tables"] else []
        self._links = {subnet: (link, table["RouteTableId"]) for table in found for subnet, link in links(table).items()}
        return standing(self.params["tables"], found)

    def wanted(self, current: Mapping[str, Any]) -> dict[str, Any]:
        return wanted(self.params, current)

    def apply(self, todo: Plan) -> None:
        for name, table in todo.delete.items():
            self._delete(name, table)
        if not todo.create and not todo.update:
            return
        ids = {name: table["id"] for name, table in self.read().items()}
        ids |= {name: self._create(name, todo.create[name]) for name in todo.create}
        changes = {name: (todo.before(name), todo.after(name) or {}) for name in [*todo.create, *todo.update]}
        for name, (have, want) in changes.items():
            if name in todo.update:
                self.add_tags(f"route table {name}", ids[name], have["tags"], want["tags"])
            self._route(name, ids[name], have.get("routes", {}), want.get("routes", {}))
        for name, (_have, want) in changes.items():
            self._associate(name, ids[name], want.get("subnets", []))
        for name, (have, want) in changes.items():
            self._release(name, ids[name], set(have.get("subnets", [])) - set(want.get("subnets", [])))

    def _create(self, name: str, table: Mapping[str, Any]) -> str:
        with self.doing(f"create route table {name}"):
            request = {"VpcId": self.params["vpc_id"], "TagSpecifications": tags_for("route-table", table["tags"])}
            return str(self.client.create_route_table(**request)["RouteTable"]["RouteTableId"])
        return ""

    def _route(self, name: str, table: str, have: Mapping[str, str], want: Mapping[str, str | None]) -> None:
        for destined, leads_to in want.items():
            if not leads_to or have.get(destined) == leads_to:
                continue
            change = self.client.replace_route if destined in have else self.client.create_route
            call = partial(change, RouteTableId=table, **request_of(destined, leads_to))
            with self.doing(f"route {destined} of {name} to {leads_to}"):
                self.persist(f"{leads_to} to be known", call, *NOT_YET_KNOWN)
        for destined in [to for to in have if not want.get(to)]:
            key = next(iter(request_of(destined, have[destined])))
            with self.doing(f"remove the route {destined} of {name}", "InvalidRoute.NotFound"):
                self.client.delete_route(RouteTableId=table, **{key: destined})

    def _associate(self, name: str, table: str, subnets: Iterable[str]) -> None:
        for subnet in subnets:
            link, now = self._links.get(subnet, ("", ""))
            if now == table:
                continue
            with self.doing(f"give subnet {subnet} to route table {name}"):
                if link:
                    answer = self.client.replace_route_table_association(AssociationId=link, RouteTableId=table)
                    self._links[subnet] = (answer["NewAssociationId"], table)
                else:
                    answer = self.client.associate_route_table(SubnetId=subnet, RouteTableId=table)
                    self._links[subnet] = (answer["AssociationId"], table)

    def _release(self, name: str, table: str, subnets: Iterable[str]) -> None:
        for subnet in sorted(subnets):
            link, now = self._links[subnet]
            if now == table:
                with self.doing(f"take subnet {subnet} from route table {name}", "InvalidAssociationID.NotFound"):
                    self.client.disassociate_route_table(AssociationId=link)

    def _delete(self, name: str, table: Mapping[str, Any]) -> None:
        self._release(name, table["id"], table["subnets"])
        call = partial(self.client.delete_route_table, RouteTableId=table["id"])
        self.remove(f"route table {name}", call, "InvalidRouteTableID.NotFound")


def main() -> None:
    module = AnsibleAWSModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    converge(module, RouteTables(module), "tables")


if __name__ == "__main__":
    main()
