# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Amazon EC2: the resource types of tags, and what deleting a NAT gateway sets free.

Follows the Amazon EC2 API reference: TagSpecification (resource types), DeleteNatGateway and DescribeNatGateways.
"""

from __future__ import annotations

import functools
from typing import Any

from moto.core.utils import utcnow
from moto.ec2 import utils
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.nat_gateways import NatGatewayBackend

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
    NatGatewayBackend.delete_nat_gateway = freeing(NatGatewayBackend.delete_nat_gateway)
    NatGatewayBackend.describe_nat_gateways = knowing(NatGatewayBackend.describe_nat_gateways)


def unknown_gateway(gateway: str) -> EC2ClientError:
    return EC2ClientError("NatGatewayNotFound", f"NAT gateway {gateway} was not found")


def freeing(delete: Any) -> Any:
    """Deleting a NAT gateway disassociates its Elastic IP address and deletes its network interface."""

    @functools.wraps(delete)
    def delete_nat_gateway(self: Any, nat_gateway_id: str) -> Any:
        if nat_gateway_id not in self.nat_gateways:
            raise unknown_gateway(nat_gateway_id)
        gateway = delete(self, nat_gateway_id)
        gateway.delete_time = utcnow()
        for address in [one for one in self.addresses if one.eni is gateway._eni]:
            self.disassociate_address(association_id=address.association_id)
        self.enis.pop(gateway._eni.id, None)
        return gateway

    return delete_nat_gateway


def knowing(describe: Any) -> Any:
    @functools.wraps(describe)
    def describe_nat_gateways(self: Any, filters: Any, nat_gateway_ids: list[str] | None) -> Any:
        if unknown := set(nat_gateway_ids or []) - set(self.nat_gateways):
            raise unknown_gateway(sorted(unknown)[0])
        return describe(self, filters, nat_gateway_ids)

    return describe_nat_gateways
