# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import json

import boto3

STACK = "molecule-network-alternative"
MINE = [{"Name": "tag:groundwork:environment", "Values": ["network-alternative"]}]
ZONES = ("us-east-1a", "us-east-1b", "us-east-1c")


def by_name(items):
    return {tag["Value"].removeprefix(f"{STACK}-main-"): item for item in items for tag in item["Tags"] if tag["Key"] == "Name"}


def test_each_zone_has_its_own_way_out():
    ec2 = boto3.client("ec2")
    tables = by_name(ec2.describe_route_tables(Filters=MINE)["RouteTables"])
    subnets = by_name(ec2.describe_subnets(Filters=MINE)["Subnets"])
    nats = {
        nat["NatGatewayId"]: nat for nat in ec2.describe_nat_gateways(Filters=MINE)["NatGateways"] if nat["State"] == "available"
    }
    assert set(tables) == {"public", *(f"private-{zone}" for zone in ZONES)}
    for zone in ZONES:
        table = tables[f"private-{zone}"]
        way = next(route["NatGatewayId"] for route in table["Routes"] if route.get("DestinationCidrBlock") == "0.0.0.0/0")
        assert nats.pop(way)["SubnetId"] == subnets[f"public-{zone}"]["SubnetId"]
        assert [link["SubnetId"] for link in table["Associations"]] == [subnets[f"private-{zone}"]["SubnetId"]]
    assert not nats
    assert len(ec2.describe_addresses(Filters=MINE)["Addresses"]) == 3


def test_gateway_endpoints_serve_every_table():
    ec2 = boto3.client("ec2")
    tables = {table["RouteTableId"] for table in ec2.describe_route_tables(Filters=MINE)["RouteTables"]}
    endpoints = {
        endpoint["ServiceName"].split(".")[-1]: endpoint for endpoint in ec2.describe_vpc_endpoints(Filters=MINE)["VpcEndpoints"]
    }
    assert {service: set(endpoint["RouteTableIds"]) for service, endpoint in endpoints.items()} == {
        "s3": tables,
        "dynamodb": tables,
    }


def test_nothing_is_isolated():
    assert boto3.client("ec2").describe_network_acls(Filters=MINE)["NetworkAcls"] == []


def test_flows_of_every_kind():
    groups = boto3.client("ec2").describe_security_groups(Filters=MINE)["SecurityGroups"]
    opened = set()
    for group in groups:
        for direction, key in (("from", "IpPermissions"), ("to", "IpPermissionsEgress")):
            for rule in group[key]:
                peers = [entry["CidrIp"] for entry in rule["IpRanges"]] + [entry["CidrIpv6"] for entry in rule["Ipv6Ranges"]]
                ports = (rule.get("FromPort", -1), rule.get("ToPort", -1))
                name = group["GroupName"].removeprefix(f"{STACK}-")
                opened |= {(name, direction, peer, rule["IpProtocol"], *ports) for peer in peers}
    assert opened == {
        ("web", "from", "198.51.100.0/24", "tcp", 443, 443),
        ("web", "from", "198.51.100.0/24", "tcp", 8000, 8010),
        ("web", "from", "2001:db8::/32", "tcp", 443, 443),
        ("web", "to", "172.20.0.0/20", "udp", 53, 53),
        ("worker", "from", "172.20.0.0/20", "-1", -1, -1),
        ("worker", "to", "0.0.0.0/0", "tcp", 443, 443),
        ("worker", "to", "::/0", "tcp", 443, 443),
    }


def test_the_edge_is_a_list_of_each_family():
    ec2 = boto3.client("ec2")
    lists = by_name(ec2.describe_managed_prefix_lists(Filters=MINE)["PrefixLists"])
    assert {name: (one["AddressFamily"], one["MaxEntries"]) for name, one in lists.items()} == {
        "cloudflare-ipv4": ("IPv4", 20),
        "cloudflare-ipv6": ("IPv6", 10),
    }
    assert {one["PrefixListName"] for one in lists.values()} == {f"{STACK}-main-{name}" for name in lists}
    ranges = ec2.get_managed_prefix_list_entries(PrefixListId=lists["cloudflare-ipv4"]["PrefixListId"])["Entries"]
    assert "173.245.48.0/20" in [entry["Cidr"] for entry in ranges]
    (group,) = ec2.describe_security_groups(Filters=[*MINE, {"Name": "group-name", "Values": [f"{STACK}-web"]}])["SecurityGroups"]
    opened = {
        (rule["FromPort"], entry["PrefixListId"], entry["Description"])
        for rule in group["IpPermissions"]
        for entry in rule["PrefixListIds"]
    }
    assert opened == {(8443, one["PrefixListId"], "cloudflare to web") for one in lists.values()}


def test_the_domain_is_of_the_vpc():
    namespaces = boto3.client("servicediscovery").list_namespaces()["Namespaces"]
    zone = boto3.client("route53").get_hosted_zone(Id=namespaces[0]["Properties"]["DnsProperties"]["HostedZoneId"])
    assert [one["Name"] for one in namespaces] == ["shop.internal"]
    vpcs = boto3.client("ec2").describe_vpcs(Filters=MINE)["Vpcs"]
    assert [one["VPCId"] for one in zone["VPCs"]] == [one["VpcId"] for one in vpcs]


def test_flow_log():
    ec2, logs, iam = boto3.client("ec2"), boto3.client("logs"), boto3.client("iam")
    flow_log = ec2.describe_flow_logs(Filters=MINE)["FlowLogs"][0]
    assert flow_log["TrafficType"] == "ALL"
    assert flow_log["ResourceId"] == ec2.describe_vpcs(Filters=MINE)["Vpcs"][0]["VpcId"]
    group = logs.describe_log_groups(logGroupNamePrefix=flow_log["LogGroupName"])["logGroups"][0]
    assert group["retentionInDays"] == 3
    role = flow_log["DeliverLogsPermissionArn"].rpartition("/")[2]
    trust = iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]["Statement"][0]
    assert trust["Principal"] == {"Service": "vpc-flow-logs.amazonaws.com"}
    policy = iam.get_role_policy(RoleName=role, PolicyName="write-flow-logs")["PolicyDocument"]
    assert flow_log["LogGroupName"] in json.dumps(policy)
    assert "logs:CreateLogGroup" not in json.dumps(policy), "a log that is gone would come back"
