# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Amazon EC2: filters by tag. Amazon EC2 API reference, DescribeManagedPrefixLists and DescribeNatGateways: "tag:<key>"."""

from __future__ import annotations

from typing import Any

from moto.ec2.models import managed_prefixes
from moto.ec2.models.nat_gateways import NatGatewayBackend


def apply() -> None:
    managed_prefixes.describe_tag_filter = tag_filter
    NatGatewayBackend.describe_nat_gateways = filtered(NatGatewayBackend.describe_nat_gateways)


def tag_filter(filters: dict[str, list[str]], resources: list[Any]) -> list[Any]:
    """Those that match every filter; moto removes one that matches neither of two filters twice, and fails."""
    wanted = {name.removeprefix("tag:"): values for name, values in filters.items() if name.startswith("tag:")}

    def matches(resource: Any) -> bool:
        tags = {tag["key"]: tag["value"] for tag in resource.get_tags()}
        return all(tags.get(key) in values for key, values in wanted.items())

    return [resource for resource in resources if matches(resource)]


def filtered(describe: Any) -> Any:
    def describe_nat_gateways(self: Any, filters: Any, nat_gateway_ids: list[str] | None) -> list[Any]:
        """moto leaves filters by tag out."""
        return tag_filter(filters or {}, describe(self, filters, nat_gateway_ids))

    return describe_nat_gateways
