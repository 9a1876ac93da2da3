# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import json
from typing import Any

import pytest

S3 = "com.amazonaws.us-east-1.s3"
LOGS = "com.amazonaws.us-east-1.logs"


@pytest.fixture
def ec2(aws: Any) -> Any:
    return aws("ec2")


@pytest.fixture
def vpc(ec2: Any) -> str:
    return ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]


@pytest.fixture
def table(ec2: Any, vpc: str) -> str:
    return ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]


def endpoint(ec2: Any, endpoint_id: str) -> dict[str, Any]:
    return ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint_id])["VpcEndpoints"][0]


def leads_to(ec2: Any, table: str) -> list[str]:
    routes = ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Routes"]
    return [route["GatewayId"] for route in routes if route.get("DestinationPrefixListId")]


def test_gateway_endpoint_and_its_routes(ec2, vpc, table):
    made = ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=S3)["VpcEndpoint"]
    assert (made["VpcEndpointType"], made["PrivateDnsEnabled"]) == ("Gateway", False)
    ec2.modify_vpc_endpoint(VpcEndpointId=made["VpcEndpointId"], AddRouteTableIds=[table])
    assert leads_to(ec2, table) == [made["VpcEndpointId"]]
    ec2.modify_vpc_endpoint(VpcEndpointId=made["VpcEndpointId"], RemoveRouteTableIds=[table])
    assert leads_to(ec2, table) == []


def test_policy_is_reset(ec2, vpc):
    made = ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=S3, PolicyDocument='{"Statement": []}')["VpcEndpoint"]["VpcEndpointId"]
    ec2.modify_vpc_endpoint(VpcEndpointId=made, ResetPolicy=True)
    assert json.loads(endpoint(ec2, made)["PolicyDocument"])["Statement"][0]["Effect"] == "Allow"


def test_interface_endpoint_and_its_interfaces(ec2, vpc):
    subnets = [ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{net}.0/24")["Subnet"]["SubnetId"] for net in (0, 1)]
    made = ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=LOGS, VpcEndpointType="Interface", SubnetIds=subnets[:1])["VpcEndpoint"]
    assert [group["GroupName"] for group in made["Groups"]] == ["default"]
    made_id = made["VpcEndpointId"]
    ec2.modify_vpc_endpoint(VpcEndpointId=made_id, AddSubnetIds=subnets[1:], RemoveSubnetIds=subnets[:1], PrivateDnsEnabled=False)
    found = endpoint(ec2, made_id)
    interfaces = ec2.describe_network_interfaces(NetworkInterfaceIds=found["NetworkInterfaceIds"])["NetworkInterfaces"]
    assert [one["SubnetId"] for one in interfaces] == subnets[1:]
    assert found["PrivateDnsEnabled"] is False


def test_deleted_endpoint_is_gone(ec2, vpc, table):
    made = ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=S3, RouteTableIds=[table])["VpcEndpoint"]["VpcEndpointId"]
    assert ec2.delete_vpc_endpoints(VpcEndpointIds=[made])["Unsuccessful"] == []
    assert leads_to(ec2, table) == []
    assert ec2.describe_vpc_endpoints()["VpcEndpoints"] == []
    again = ec2.delete_vpc_endpoints(VpcEndpointIds=[made])["Unsuccessful"]
    assert [one["Error"]["Code"] for one in again] == ["InvalidVpcEndpoint.NotFound"]
