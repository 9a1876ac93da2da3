# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import boto3

STACK = "molecule-network-default"
MINE = [{"Name": "tag:groundwork:environment", "Values": ["network-default"]}]


def by_name(items):
    return {tag["Value"].removeprefix(f"{STACK}-main-"): item for item in items for tag in item["Tags"] if tag["Key"] == "Name"}


def vpc():
    return boto3.client("ec2").describe_vpcs(Filters=MINE)["Vpcs"][0]["VpcId"]


def test_vpc_resolves_names():
    ec2 = boto3.client("ec2")
    for attribute in ("enableDnsSupport", "enableDnsHostnames"):
        answer = ec2.describe_vpc_attribute(VpcId=vpc(), Attribute=attribute)
        assert answer[attribute[0].upper() + attribute[1:]]["Value"] is True


def test_subnets():
    subnets = by_name(boto3.client("ec2").describe_subnets(Filters=MINE)["Subnets"])
    assert {name: (subnet["CidrBlock"], subnet["AvailabilityZone"]) for name, subnet in subnets.items()} == {
        "public-us-east-1a": ("10.0.0.0/24", "us-east-1a"),
        "public-us-east-1b": ("10.0.16.0/24", "us-east-1b"),
        "private-us-east-1a": ("10.0.1.0/24", "us-east-1a"),
        "private-us-east-1b": ("10.0.17.0/24", "us-east-1b"),
        "isolated-us-east-1a": ("10.0.2.0/28", "us-east-1a"),
        "isolated-us-east-1b": ("10.0.18.0/28", "us-east-1b"),
    }
    assert not any(subnet["MapPublicIpOnLaunch"] for subnet in subnets.values())


def test_ways_out():
    ec2 = boto3.client("ec2")
    tables = by_name(ec2.describe_route_tables(Filters=MINE)["RouteTables"])
    ways = {
        name: [
            route.get("NatGatewayId") or route["GatewayId"]
            for route in table["Routes"]
            if route.get("DestinationCidrBlock") == "0.0.0.0/0"
        ]
        for name, table in tables.items()
    }
    nats = [nat for nat in ec2.describe_nat_gateways(Filters=MINE)["NatGateways"] if nat["State"] == "available"]
    gateway = ec2.describe_internet_gateways(Filters=MINE)["InternetGateways"][0]
    assert len(nats) == 1
    assert ways == {"public": [gateway["InternetGatewayId"]], "private": [nats[0]["NatGatewayId"]], "isolated": []}
    assert {name: len(table["Associations"]) for name, table in tables.items()} == {"public": 2, "private": 2, "isolated": 2}


def test_gateway_endpoint_leaves_isolated_subnets_out():
    ec2 = boto3.client("ec2")
    tables = by_name(ec2.describe_route_tables(Filters=MINE)["RouteTables"])
    endpoints = ec2.describe_vpc_endpoints(Filters=MINE)["VpcEndpoints"]
    assert [endpoint["ServiceName"] for endpoint in endpoints] == ["com.amazonaws.us-east-1.s3"]
    assert set(endpoints[0]["RouteTableIds"]) == {tables[tier]["RouteTableId"] for tier in ("public", "private")}


def test_isolated_subnets_are_closed():
    acl = by_name(boto3.client("ec2").describe_network_acls(Filters=MINE)["NetworkAcls"])["isolated"]
    allowed = {(entry["Egress"], entry["CidrBlock"]) for entry in acl["Entries"] if entry["RuleAction"] == "allow"}
    assert allowed == {(False, "10.0.0.0/16"), (True, "10.0.0.0/16")}
    assert len(acl["Associations"]) == 2


def test_only_flows_are_open():
    groups = boto3.client("ec2").describe_security_groups(Filters=MINE)["SecurityGroups"]
    names = {group["GroupId"]: group["GroupName"].removeprefix(f"{STACK}-") for group in groups}
    opened = set()
    for group in groups:
        for direction, key in (("from", "IpPermissions"), ("to", "IpPermissionsEgress")):
            for rule in group[key]:
                peers = [names[pair["GroupId"]] for pair in rule["UserIdGroupPairs"]]
                peers += [entry["CidrIp"] for entry in rule["IpRanges"]] + [entry["CidrIpv6"] for entry in rule["Ipv6Ranges"]]
                opened |= {(names[group["GroupId"]], direction, peer, rule["FromPort"]) for peer in peers}
    assert opened == {
        ("web", "from", "0.0.0.0/0", 443),
        ("web", "from", "::/0", 443),
        ("web", "to", "postgres", 5432),
        ("postgres", "from", "web", 5432),
    }


def test_default_security_group_is_closed():
    filters = [{"Name": "vpc-id", "Values": [vpc()]}, {"Name": "group-name", "Values": ["default"]}]
    group = boto3.client("ec2").describe_security_groups(Filters=filters)["SecurityGroups"][0]
    assert (group["IpPermissions"], group["IpPermissionsEgress"]) == ([], [])


def test_nothing_is_logged():
    assert boto3.client("ec2").describe_flow_logs(Filters=MINE)["FlowLogs"] == []
