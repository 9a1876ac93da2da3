# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Amazon EC2: the resource types of tags, network ACLs by id, the end of a subnet, and the life of a NAT gateway.

Follows the Amazon EC2 API reference: TagSpecification (resource types), CreateNatGateway, DeleteNatGateway, DescribeNatGateways,
NatGateway (states and failures), the client error codes (InvalidNatGatewayID.NotFound, DependencyViolation), DeleteSubnet and
DescribeNetworkAcls (filters).
"""

from __future__ import annotations

import functools
import inspect
from typing import Any

from moto.core.utils import utcnow
from moto.ec2 import utils
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.nat_gateways import NatGateway, NatGatewayBackend
from moto.ec2.models.network_acls import NetworkAcl
from moto.ec2.models.route_tables import RouteBackend
from moto.ec2.models.subnets import SubnetBackend

from .. import provisioning

RESOURCE_TYPES = {
    "eipalloc": "elastic-ip",
    "fl": "vpc-flow-log",
    "h": "dedicated-host",
    "nat": "natgateway",
    "pl": "prefix-list",
    "sir": "spot-instances-request",
}


def apply() -> None:
    utils.EC2_PREFIX_TO_RESOURCE.update(RESOURCE_TYPES)
    NetworkAcl.get_filter_value = by_id(NetworkAcl.get_filter_value)
    NatGateway.state = property(shown_state, lambda self, state: setattr(self, "_state", state))  # type: ignore[assignment]
    NatGatewayBackend.create_nat_gateway = pending(NatGatewayBackend.create_nat_gateway)
    NatGatewayBackend.delete_nat_gateway = freeing(NatGatewayBackend.delete_nat_gateway)
    SubnetBackend.delete_subnet = alone(SubnetBackend.delete_subnet)
    NatGatewayBackend.describe_nat_gateways = ending(knowing(NatGatewayBackend.describe_nat_gateways))
    RouteBackend.create_route = leading_somewhere(RouteBackend.create_route)
    RouteBackend.replace_route = leading_somewhere(RouteBackend.replace_route)


def by_id(filter_value: Any) -> Any:
    """DescribeNetworkAcls also filters by C(network-acl-id)."""

    @functools.wraps(filter_value)
    def get_filter_value(self: Any, filter_name: str, method_name: str | None = None) -> Any:
        return self.id if filter_name == "network-acl-id" else filter_value(self, filter_name, method_name)

    return get_filter_value


def alone(delete: Any) -> Any:
    """A subnet is deleted when no network interface is in it, and leaves its route table and network ACL."""

    @functools.wraps(delete)
    def delete_subnet(self: Any, subnet_id: str) -> Any:
        if any(interface.subnet.id == subnet_id for interface in self.enis.values()):
            message = f"The subnet '{subnet_id}' has dependencies and cannot be deleted."
            raise EC2ClientError("DependencyViolation", message)
        subnet = delete(self, subnet_id)
        for table in self.route_tables.values():
            table._associations = {link: of for link, of in table._associations.items() if of != subnet_id}
        for acl in self.network_acls.values():
            acl._associations = {link: of for link, of in acl._associations.items() if of.subnet_id != subnet_id}
        return subnet

    return delete_subnet


def unknown_gateway(gateway: str) -> EC2ClientError:
    return EC2ClientError("NatGatewayNotFound", f"NAT gateway {gateway} was not found")


def shown_state(gateway: Any) -> str:
    return provisioning.under_way(gateway) or str(gateway._state)


def freeing(delete: Any) -> Any:
    """Deleting a NAT gateway disassociates its Elastic IP address and deletes its network interface."""

    @functools.wraps(delete)
    def delete_nat_gateway(self: Any, nat_gateway_id: str) -> Any:
        if nat_gateway_id not in self.nat_gateways:
            raise unknown_gateway(nat_gateway_id)
        gateway = self.nat_gateways[nat_gateway_id]
        if gateway.state not in ("deleting", "deleted"):
            gateway.delete_time = utcnow()
            finish = functools.partial(free, self, nat_gateway_id)
            if not provisioning.end(gateway, "nat_gateway delete", nat_gateway_id, "deleting", finish):
                finish()
        return gateway

    def free(self: Any, nat_gateway_id: str) -> None:
        gateway = delete(self, nat_gateway_id)
        for address in [one for one in self.addresses if one.eni is gateway._eni]:
            self.disassociate_address(association_id=address.association_id)
        self.enis.pop(gateway._eni.id, None)
        provisioning.finished(gateway)

    return delete_nat_gateway


def knowing(describe: Any) -> Any:
    @functools.wraps(describe)
    def describe_nat_gateways(self: Any, filters: Any, nat_gateway_ids: list[str] | None) -> Any:
        if unknown := set(nat_gateway_ids or []) - set(self.nat_gateways):
            raise unknown_gateway(sorted(unknown)[0])
        return describe(self, filters, nat_gateway_ids)

    return describe_nat_gateways


def pending(create: Any) -> Any:
    """A NAT gateway is pending for its time, or else until it was described once, so that who waits has something to wait for."""

    @functools.wraps(create)
    def create_nat_gateway(self: Any, *arguments: Any, **options: Any) -> Any:
        gateway = create(self, *arguments, **options)
        gateway.state = "pending"
        provisioning.begin(gateway, "nat_gateway create", gateway.id, "pending")
        gateway.looks = 1 if provisioning.under_way(gateway) else 0
        return gateway

    return create_nat_gateway


def ending(describe: Any) -> Any:
    @functools.wraps(describe)
    def describe_nat_gateways(self: Any, filters: Any, nat_gateway_ids: list[str] | None) -> Any:
        waiting = [one for one in self.nat_gateways.values() if one.state == "pending" and not provisioning.under_way(one)]
        for gateway in waiting:
            gateway.looks += 1
            if gateway.looks > 1:
                end(self, gateway)
        return describe(self, filters, nat_gateway_ids)

    return describe_nat_gateways


def end(backend: Any, gateway: Any) -> None:
    """Available, or failed in a VPC that does not reach the internet; then the address is free again."""
    attached = any(one.vpc and one.vpc.id == gateway.vpc_id for one in backend.internet_gateways.values())
    if attached or gateway.connectivity_type == "private":
        gateway.state = "available"
        return
    gateway.state, gateway.failure_code = "failed", "Gateway.NotAttached"
    gateway.failure_message = f"Network {gateway.vpc_id} has no Internet gateway attached"
    for address in [one for one in backend.addresses if one.eni is gateway._eni]:
        backend.disassociate_address(association_id=address.association_id)
    backend.enis.pop(gateway._eni.id, None)


def leading_somewhere(change: Any) -> Any:
    """A route to a NAT gateway that is not there is refused."""

    @functools.wraps(change)
    def change_route(self: Any, *arguments: Any, **options: Any) -> Any:
        gateway = inspect.signature(change).bind(self, *arguments, **options).arguments.get("nat_gateway_id")
        if gateway and gateway not in self.nat_gateways:
            raise EC2ClientError("InvalidNatGatewayID.NotFound", f"The natGateway ID '{gateway}' does not exist")
        return change(self, *arguments, **options)

    return change_route
