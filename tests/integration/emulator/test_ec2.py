# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def ec2(aws: Any) -> Any:
    return aws("ec2")


@pytest.fixture
def nat(ec2: Any) -> dict[str, str]:
    """A NAT gateway with its address: both ids."""
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    gateway = ec2.create_nat_gateway(SubnetId=subnet, AllocationId=address)["NatGateway"]["NatGatewayId"]
    return {"gateway": gateway, "address": address}


def test_tags_name_the_resource_types_of_the_api(ec2, nat):
    ec2.create_tags(Resources=list(nat.values()), Tags=[{"Key": "Name", "Value": "shop"}])
    for kind, resource in (("natgateway", nat["gateway"]), ("elastic-ip", nat["address"])):
        tags = ec2.describe_tags(Filters=[{"Name": "resource-type", "Values": [kind]}])["Tags"]
        assert [(tag["ResourceId"], tag["ResourceType"]) for tag in tags] == [(resource, kind)]


def test_deleted_nat_gateway_sets_its_address_free(ec2, nat):
    ec2.delete_nat_gateway(NatGatewayId=nat["gateway"])
    deleted = ec2.describe_nat_gateways(NatGatewayIds=[nat["gateway"]])["NatGateways"][0]
    assert deleted["State"] == "deleted"
    assert "AssociationId" not in ec2.describe_addresses(AllocationIds=[nat["address"]])["Addresses"][0]
    assert ec2.describe_network_interfaces()["NetworkInterfaces"] == []


@pytest.mark.parametrize("call", ["delete_nat_gateway", "describe_nat_gateways"])
def test_unknown_nat_gateway_is_an_error(ec2, call):
    argument = {"NatGatewayId": "nat-0123"} if call.startswith("delete") else {"NatGatewayIds": ["nat-0123"]}
    with pytest.raises(ClientError, match="NatGatewayNotFound"):
        getattr(ec2, call)(**argument)


def test_network_acls_are_found_by_their_id(aws):
    ec2 = aws("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    acl = ec2.create_network_acl(VpcId=vpc)["NetworkAcl"]["NetworkAclId"]
    filters = [{"Name": "network-acl-id", "Values": [acl]}]
    assert [found["NetworkAclId"] for found in ec2.describe_network_acls(Filters=filters)["NetworkAcls"]] == [acl]


def test_a_subnet_goes_when_nothing_is_in_it_and_leaves_its_table_and_acl(ec2):
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    kept, subnet = (ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{n}.0/24")["Subnet"]["SubnetId"] for n in range(2))
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    for one in (kept, subnet):
        ec2.associate_route_table(SubnetId=one, RouteTableId=table)
    interface = ec2.create_network_interface(SubnetId=subnet)["NetworkInterface"]["NetworkInterfaceId"]
    with pytest.raises(ClientError, match="DependencyViolation"):
        ec2.delete_subnet(SubnetId=subnet)
    ec2.delete_network_interface(NetworkInterfaceId=interface)
    ec2.delete_subnet(SubnetId=subnet)
    acls = ec2.describe_network_acls(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["NetworkAcls"]
    links = ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Associations"]
    assert [link["SubnetId"] for acl in acls for link in acl["Associations"]] == [kept]
    assert [link["SubnetId"] for link in links if "SubnetId" in link] == [kept]


def test_a_nat_gateway_is_pending_and_then_available(ec2, nat):
    vpc = ec2.describe_nat_gateways()["NatGateways"][0]["VpcId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    assert ec2.describe_nat_gateways()["NatGateways"][0]["State"] == "available"


def test_a_nat_gateway_fails_where_there_is_no_internet_gateway(ec2, nat):
    assert ec2.describe_nat_gateways()["NatGateways"][0]["State"] == "pending"
    failed = ec2.describe_nat_gateways()["NatGateways"][0]
    assert (failed["State"], failed["FailureCode"]) == ("failed", "Gateway.NotAttached")
    assert "AssociationId" not in ec2.describe_addresses(AllocationIds=[nat["address"]])["Addresses"][0]
    ec2.delete_nat_gateway(NatGatewayId=nat["gateway"])


def test_no_route_leads_to_a_nat_gateway_that_is_not_there(ec2, nat):
    vpc = ec2.describe_nat_gateways()["NatGateways"][0]["VpcId"]
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    route = {"RouteTableId": table, "DestinationCidrBlock": "0.0.0.0/0"}
    with pytest.raises(ClientError, match=r"InvalidNatGatewayID\.NotFound"):
        ec2.create_route(**route, NatGatewayId="nat-0123")
    ec2.create_route(**route, NatGatewayId=nat["gateway"])
