# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Amazon EC2: VPC endpoints with what a change of them entails, and that are gone once deleted.

Follows the Amazon EC2 API reference: CreateVpcEndpoint (default type and security group), ModifyVpcEndpoint
(PrivateDnsEnabled, ResetPolicy, route tables and subnets), DeleteVpcEndpoints (Unsuccessful).
"""

from __future__ import annotations

import functools
import json
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.models.vpcs import VPCBackend, VPCEndPoint
from moto.ec2.responses.vpcs import VPCs
from moto.ec2.utils import random_private_ip


def apply() -> None:
    VPCBackend.create_vpc_endpoint = with_defaults(VPCBackend.create_vpc_endpoint)
    VPCBackend.modify_vpc_endpoint = entailing(VPCBackend.modify_vpc_endpoint)
    VPCs.modify_vpc_endpoint = with_all_options(VPCs.modify_vpc_endpoint)
    VPCs.delete_vpc_endpoints = delete_vpc_endpoints


def with_defaults(create: Any) -> Any:
    @functools.wraps(create)
    def create_vpc_endpoint(self: Any, *arguments: Any, **named: Any) -> Any:
        named["endpoint_type"] = named.get("endpoint_type") or "Gateway"
        if named["endpoint_type"] == "Gateway":
            named["private_dns_enabled"] = False
        elif not named.get("security_group_ids"):
            default = self.get_security_group_from_name("default", vpc_id=named["vpc_id"])
            named["security_group_ids"] = [default.id] if default else []
        return create(self, *arguments, **named)

    return create_vpc_endpoint


def with_all_options(modify: Any) -> Any:
    @functools.wraps(modify)
    def modify_vpc_endpoint(self: Any) -> Any:
        answer = modify(self)
        endpoint = self.ec2_backend.get_vpc_end_point(self._get_param("VpcEndpointId"))
        private_dns = self._get_bool_param("PrivateDnsEnabled")
        if private_dns is not None:
            endpoint.private_dns_enabled = private_dns
        if self._get_bool_param("ResetPolicy"):
            endpoint.policy_document = json.dumps(VPCEndPoint.DEFAULT_POLICY)
        return answer

    return modify_vpc_endpoint


def entailing(modify: Any) -> Any:
    """An endpoint has a network interface in each of its subnets, and a route in each of its route tables."""

    @functools.wraps(modify)
    def modify_vpc_endpoint(self: Any, vpc_id: str, *arguments: Any, **named: Any) -> None:
        endpoint = self.get_vpc_end_point(vpc_id)
        tables = set(endpoint.route_table_ids)
        modify(self, vpc_id, *arguments, **named)
        if prefix_list := endpoint.destination_prefix_list_id:
            for table in set(endpoint.route_table_ids) - tables:
                self.create_route(table, None, gateway_id=endpoint.id, destination_prefix_list_id=prefix_list)
            for table in tables - set(endpoint.route_table_ids):
                self.delete_route(table, None, destination_prefix_list_id=prefix_list)
        if endpoint.vpc_endpoint_type == "Interface":
            there = {self.enis[eni].subnet.id: eni for eni in endpoint.network_interface_ids if eni in self.enis}
            for subnet in set(endpoint.subnet_ids) - set(there):
                there[subnet] = self.create_network_interface(subnet, random_private_ip()).id
            for subnet in set(there) - set(endpoint.subnet_ids):
                self.enis.pop(there.pop(subnet), None)
            endpoint.network_interface_ids = list(there.values())

    return modify_vpc_endpoint


def delete_vpc_endpoints(self: Any) -> ActionResult:
    unsuccessful = []
    for endpoint_id in self._get_param("VpcEndpointIds", []):
        endpoint = self.ec2_backend.vpc_end_points.pop(endpoint_id, None)
        if endpoint is None:
            message = f"The Vpc Endpoint Id '{endpoint_id}' does not exist"
            error = {"Code": "InvalidVpcEndpoint.NotFound", "Message": message}
            unsuccessful.append({"ResourceId": endpoint_id, "Error": error})
            continue
        self.ec2_backend.tags.pop(endpoint_id, None)
        for eni in endpoint.network_interface_ids:
            self.ec2_backend.enis.pop(eni, None)
        for table in [one for one in self.ec2_backend.route_tables.values() if one.id in endpoint.route_table_ids]:
            for route in [key for key, one in table._routes.items() if one.gateway is endpoint]:
                table._routes.pop(route)
    return ActionResult({"Unsuccessful": unsuccessful})
