# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A network that changes: what is declared comes, what is not goes, and nothing else moves."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.play import Run
from support.small_stack import written

HOSTS = """\
stack:
  children:
    network: {hosts: {main: }}
    database: {hosts: {postgres: }}
    ecs: {hosts: {web: , worker: }}
"""
STACK = """\
stack_name: shop
stack_environment: test
stack_region: us-east-1
network_cidr: 10.0.0.0/16
network_subnets: {public: [10.0.0.0/24]}
network_gateway_endpoints: []
stack_flows:
  - {from: internet, to: web, ports: [443]}
  - {from: web, to: postgres, ports: [5432]}
"""
WAVE = json.dumps({"wave": "Network", "wave_tiers": ["network"]})
Network = Callable[..., Run]


@pytest.fixture
def network(endpoint: str, aws_environment: dict[str, str], tmp_path: Path) -> Network:
    """Apply the network with some settings changed; C(check=True) plans it."""
    shop = written(tmp_path, endpoint, HOSTS, STACK)

    def run(*, check: bool = False, refused: bool = False, **settings: Any) -> Run:
        done = shop("playbooks/wave.yml", "-e", WAVE, "-e", json.dumps(settings), *["--check"] * check)
        assert bool(done.code) is refused, done.output[-3000:]
        return done

    return run


def tasks(run: Run) -> set[str]:
    return {task.rpartition(" : ")[2] for _component, task in run.changed}


def by_name(items: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {
        tag["Value"].removeprefix("shop-test-"): item for item in items for tag in item.get("Tags", []) if tag["Key"] == "Name"
    }


def ways_out(ec2: Any) -> dict[str, str]:
    """The subnet of the NAT gateway by route table."""
    nats = {nat["NatGatewayId"]: nat["SubnetId"] for nat in ec2.describe_nat_gateways()["NatGateways"]}
    tables = by_name(ec2.describe_route_tables()["RouteTables"])
    routes = {
        name: [route["NatGatewayId"] for route in table["Routes"] if "NatGatewayId" in route] for name, table in tables.items()
    }
    subnets = {subnet["SubnetId"]: name for name, subnet in by_name(ec2.describe_subnets()["Subnets"]).items()}
    return {name: subnets[nats[ids[0]]] for name, ids in routes.items() if ids}


def available(ec2: Any) -> int:
    return len([nat for nat in ec2.describe_nat_gateways()["NatGateways"] if nat["State"] == "available"])


def test_nat_gateways_come_and_go_with_all_that_belongs_to_them(aws, network):
    ec2 = aws("ec2")
    subnets = {"public": ["10.0.0.0/24", "10.0.16.0/24"], "private": ["10.0.1.0/24", "10.0.17.0/24"]}
    network(network_subnets=subnets)
    assert ways_out(ec2) == {"main-private": "main-public-us-east-1a"}

    network(network_subnets=subnets, network_nat_gateways="one_per_zone")
    assert ways_out(ec2) == {f"main-private-{zone}": f"main-public-{zone}" for zone in ("us-east-1a", "us-east-1b")}

    back = network(network_subnets=subnets)
    assert ways_out(ec2) == {"main-private": "main-public-us-east-1a"}
    assert (available(ec2), len(ec2.describe_addresses()["Addresses"])) == (1, 1)
    assert set(by_name(ec2.describe_route_tables()["RouteTables"])) == {"main-public", "main-private"}
    assert "NAT gateway" not in tasks(back), "the one that stays was left alone"
    assert network(network_subnets=subnets).changed == set()


def test_flows_come_and_go_with_their_security_groups(aws, network):
    ec2 = aws("ec2")
    network()
    flows = [
        {"from": "internet", "to": "web", "ports": [443]},
        {"from": "web", "to": "worker", "ports": ["8000-8010"]},
    ]
    assert tasks(network(check=True, network_flows=flows)) >= {"Security groups"}
    subnet = by_name(ec2.describe_subnets()["Subnets"])["main-public-us-east-1a"]["SubnetId"]
    groups = by_name(ec2.describe_security_groups()["SecurityGroups"])
    interface = ec2.create_network_interface(SubnetId=subnet, Groups=[groups["postgres"]["GroupId"]])["NetworkInterface"]

    assert tasks(network(network_flows=flows)) == {"Security groups"}
    groups = by_name(ec2.describe_security_groups()["SecurityGroups"])
    assert set(groups) == {"web", "worker", "postgres"}, "an interface still carries the one of postgres"
    assert (groups["postgres"]["IpPermissions"], groups["postgres"]["IpPermissionsEgress"]) == ([], [])

    ec2.delete_network_interface(NetworkInterfaceId=interface["NetworkInterfaceId"])
    assert tasks(network(network_flows=flows)) == {"Remove security groups that nothing uses any more"}
    assert set(by_name(ec2.describe_security_groups()["SecurityGroups"])) == {"web", "worker"}


EDGE = [{"from": "cloudflare", "to": "web", "ports": [443]}]


def listed(ec2: Any) -> dict[str, list[str]]:
    """The ranges of our prefix lists by their names, of those that rules refer to."""
    lists = by_name([one for one in ec2.describe_managed_prefix_lists()["PrefixLists"] if one["State"] != "delete-complete"])
    return {
        name.removeprefix("main-cloudflare-"): sorted(
            entry["Cidr"] for entry in ec2.get_managed_prefix_list_entries(PrefixListId=one["PrefixListId"])["Entries"]
        )
        for name, one in lists.items()
    }


def test_a_flow_from_cloudflare_follows_its_ranges(aws, network, cloudflare, monkeypatch):
    monkeypatch.setenv("GROUNDWORK_CLOUDFLARE_ENDPOINT", cloudflare.origin)
    ec2 = aws("ec2")
    with cloudflare.recorded() as requests:
        network()
    assert requests == [], "nothing is asked where no flow comes from there"

    planned = tasks(network(check=True, network_flows=EDGE))
    assert planned == {"Prefix list", "Security groups", "Remove security groups that nothing uses any more"}
    assert listed(ec2) == {}
    with cloudflare.recorded() as requests:
        assert tasks(network(network_flows=EDGE)) == planned
    assert [(one["method"], one["path"]) for one in requests] == [("GET", "/ips")]
    published = cloudflare.get("/ips")
    assert listed(ec2) == {"ipv4": sorted(published["ipv4_cidrs"]), "ipv6": sorted(published["ipv6_cidrs"])}
    (rule,) = by_name(ec2.describe_security_groups()["SecurityGroups"])["web"]["IpPermissions"]
    assert (rule["FromPort"], len(rule["PrefixListIds"]), rule["IpRanges"], rule["Ipv6Ranges"]) == (443, 2, [], [])
    assert network(network_flows=EDGE).changed == set()

    cloudflare.control("POST", "ips", {"ipv4_cidrs": [*published["ipv4_cidrs"], "192.0.2.0/24"]})
    for check in (True, False):
        assert tasks(network(check=check, network_flows=EDGE)) == {"Prefix list"}
    assert "192.0.2.0/24" in listed(ec2)["ipv4"]

    for fewer, said in (([], "the IPv4 list is empty"), (published["ipv4_cidrs"][5:], "6 of the 16 IPv4 ranges that there were")):
        cloudflare.control("POST", "ips", {"ipv4_cidrs": fewer})
        refused = network(refused=True, network_flows=EDGE, network_subnets={"public": ["10.0.0.0/24", "10.0.16.0/24"]})
        assert said in refused.failures[0]
        assert refused.changed == set()
    assert "192.0.2.0/24" in listed(ec2)["ipv4"]
    network(network_flows=EDGE, network_cloudflare_tolerated_loss=50)
    assert listed(ec2)["ipv4"] == sorted(published["ipv4_cidrs"][5:])

    gone = network()
    assert "Remove prefix lists that no rule refers to any more" in tasks(gone)
    assert listed(ec2) == {}
    assert network().changed == set()


def test_what_is_not_declared_any_more_goes(aws, network):
    ec2 = aws("ec2")
    wide = {"public": ["10.0.0.0/24", "10.0.16.0/24"], "isolated": ["10.0.2.0/28"]}
    network(network_subnets=wide, network_flow_logs="reject", network_gateway_endpoints=["s3", "dynamodb"])
    assert len(ec2.describe_flow_logs()["FlowLogs"]) == 1
    network()
    assert set(by_name(ec2.describe_subnets()["Subnets"])) == {"main-public-us-east-1a"}
    assert set(by_name(ec2.describe_network_acls()["NetworkAcls"])) == set()
    assert set(by_name(ec2.describe_route_tables()["RouteTables"])) == {"main-public"}
    assert ec2.describe_vpc_endpoints()["VpcEndpoints"] == []
    assert ec2.describe_flow_logs()["FlowLogs"] == []
    assert aws("iam").list_roles(PathPrefix="/groundwork/")["Roles"] == []
    assert network().changed == set()


def test_a_former_zone_keeps_its_way_out_while_something_stands_in_it(aws, network):
    ec2 = aws("ec2")
    wide = {
        "public": ["10.0.0.0/24", "10.0.16.0/24"],
        "private": ["10.0.1.0/24", "10.0.17.0/24"],
        "isolated": ["10.0.2.0/28", "10.0.18.0/28"],
    }
    one = {"network_zones": ["us-east-1a"], "network_subnets": {tier: ranges[:1] for tier, ranges in wide.items()}}
    one["network_nat_gateways"] = "one_per_zone"
    network(network_subnets=wide, network_nat_gateways="one_per_zone")
    private = by_name(ec2.describe_subnets()["Subnets"])["main-private-us-east-1b"]["SubnetId"]
    interface = ec2.create_network_interface(SubnetId=private)["NetworkInterface"]["NetworkInterfaceId"]

    def subnets() -> set[str]:
        return {name.removeprefix("main-") for name in by_name(ec2.describe_subnets()["Subnets"])}

    planned = tasks(network(check=True, **one))
    assert tasks(network(**one)) == planned
    # Alone, the zone that stays shares one table with those to come.
    removals = {"Remove route tables that no subnet uses any more", "Remove subnets that nothing stands in any more"}
    assert planned == {"Route tables", *removals}
    kept = {"public-us-east-1b", "private-us-east-1b"}
    assert subnets() == {f"{tier}-us-east-1a" for tier in wide} | kept
    assert ways_out(ec2)["main-private"] == "main-public-us-east-1a"
    assert ways_out(ec2)["main-private-us-east-1b"] == "main-public-us-east-1b"
    assert network(**one).changed == set()

    ec2.delete_network_interface(NetworkInterfaceId=interface)
    planned = tasks(network(check=True, **one))
    assert planned == {"Remove NAT gateways that no route uses any more, and their addresses", *removals}
    assert tasks(network(**one)) == planned
    assert subnets() == {f"{tier}-us-east-1a" for tier in wide}
    assert (available(ec2), len(ec2.describe_addresses()["Addresses"])) == (1, 1)
    assert network(**one).changed == set()


def test_another_range_needs_another_zone(aws, network):
    ec2 = aws("ec2")
    network(network_subnets={"public": ["10.0.0.0/24", "10.0.16.0/24"], "private": ["10.0.1.0/24", "10.0.17.0/24"]})
    wider = {"public": ["10.0.2.0/24", "10.0.16.0/24"], "private": ["10.0.64.0/20", "10.0.17.0/24"]}
    for check in (True, False):
        refused = network(check=check, refused=True, network_subnets=wider)
        assert "a range that AWS can't change to 10.0.2.0/24" in refused.failures[0]
        assert refused.changed == set()

    other = {"network_subnets": wider, "network_zones": ["us-east-1c", "us-east-1b"]}
    planned = tasks(network(check=True, **other))
    assert tasks(network(**other)) == planned
    zones = {subnet["CidrBlock"]: subnet["AvailabilityZone"] for subnet in by_name(ec2.describe_subnets()["Subnets"]).values()}
    assert zones == {cidr: f"us-east-1{zone}" for cidrs in wider.values() for cidr, zone in zip(cidrs, "cb", strict=True)}
    assert ways_out(ec2) == {"main-private": "main-public-us-east-1c"}
    assert network(**other).changed == set()
