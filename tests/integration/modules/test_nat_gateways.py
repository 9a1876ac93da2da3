# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from support.emulator import recorded


@pytest.fixture
def ec2(aws):
    return aws("ec2")


@pytest.fixture
def net(ec2):
    """Ids: a VPC, two subnets and an internet gateway, which is attached."""
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{n}.0/24")["Subnet"]["SubnetId"] for n in (0, 1)]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    return {"vpc": vpc, "a": subnets[0], "b": subnets[1], "internet": gateway}


@pytest.fixture
def both(net):
    gateways = [{"name": name, "subnet": net[name], "tags": {"team": "shop"}} for name in ("a", "b")]
    return {"vpc_id": net["vpc"], "gateways": gateways}


def standing(ec2):
    return sorted(one["SubnetId"] for one in ec2.describe_nat_gateways()["NatGateways"] if one["State"] == "available")


def team_of(ec2):
    gateways, addresses = ec2.describe_nat_gateways()["NatGateways"], ec2.describe_addresses()["Addresses"]
    return {tag["Value"] for one in (*gateways, *addresses) for tag in one["Tags"] if tag["Key"] == "team"}


def test_lifecycle(lifecycle, ec2, both, net):
    lifecycle(
        "nat_gateways",
        present=both,
        change={"gateways": [{**one, "tags": {"team": "web"}} for one in both["gateways"]]},
        exists=lambda: standing(ec2) == sorted([net["a"], net["b"]]),
        changed=lambda: team_of(ec2) == {"web"},
        absent={"vpc_id": net["vpc"], "gateways": [{"name": "a"}, {"name": "b"}]},
    )
    assert ec2.describe_addresses()["Addresses"] == []


def test_each_has_its_address_and_both_are_read_by_two_calls(ec2, endpoint, run_module, both, net):
    made = run_module("nat_gateways", **both)["gateways"]
    addresses = {address["AllocationId"]: address["PublicIp"] for address in ec2.describe_addresses()["Addresses"]}
    assert {one["address"]["id"]: one["address"]["ip"] for one in made.values()} == addresses
    assert {name: one["subnet"] for name, one in made.items()} == {"a": net["a"], "b": net["b"]}
    with recorded(endpoint) as asked:
        run_module("nat_gateways", **both)
    assert asked == ["ec2:DescribeNatGateways", "ec2:DescribeAddresses"]


def test_what_is_begun_is_waited_for_later(run_module, both):
    begun = run_module("nat_gateways", **both, wait=False)
    assert (begun["changed"], {one["status"] for one in begun["gateways"].values()}) == (True, {"pending"})
    # One question makes the emulator's gateways available; the second run asks while they are pending.
    done = run_module("nat_gateways", **both)
    assert (done["changed"], {one["status"] for one in done["gateways"].values()}) == (False, {"available"})


def test_waiting_ends_at_its_limit(ec2, run_module, both, monkeypatch):
    refused = run_module("nat_gateways", **both, wait_timeout=0)
    assert refused["msg"].startswith("wait for the NAT gateways to be available: still a: pending, b: pending after 0 s")


def test_one_that_failed_is_told_and_replaced(ec2, run_module, both, net):
    one = {**both, "gateways": both["gateways"][:1]}
    ec2.detach_internet_gateway(InternetGatewayId=net["internet"], VpcId=net["vpc"])
    failed = run_module("nat_gateways", **one)
    assert "wait for NAT gateway a: it failed: Network" in failed["msg"]
    assert failed["msg"].endswith("attach an internet gateway to the VPC, and run again")
    told = run_module("nat_gateways", **one, replace_failed=False)
    assert told["msg"].startswith("plan NAT gateway a: it failed")

    ec2.attach_internet_gateway(InternetGatewayId=net["internet"], VpcId=net["vpc"])
    assert run_module("nat_gateways", **one, check=True)["changed"] is True
    replaced = run_module("nat_gateways", **one)
    assert replaced["gateways"]["a"]["status"] == "available"
    assert len(ec2.describe_addresses()["Addresses"]) == 1, "its address was used again"
    assert run_module("nat_gateways", **one)["changed"] is False


def test_an_address_without_a_gateway_is_used_or_released(ec2, run_module, both, net):
    def allocate(team):
        tags = [{"Key": "Name", "Value": "a"}, {"Key": "team", "Value": team}]
        made = ec2.allocate_address(Domain="vpc", TagSpecifications=[{"ResourceType": "elastic-ip", "Tags": tags}])
        return made["AllocationId"]

    other, mine = allocate("other"), allocate("shop")
    one = {**both, "gateways": both["gateways"][:1]}
    assert run_module("nat_gateways", **one)["gateways"]["a"]["address"]["id"] == mine
    run_module("nat_gateways", **one, state="absent")
    assert [address["AllocationId"] for address in ec2.describe_addresses()["Addresses"]] == [other]
    third = allocate("shop")
    assert run_module("nat_gateways", **one, state="absent")["changed"] is True
    assert third not in [address["AllocationId"] for address in ec2.describe_addresses()["Addresses"]]


def test_another_subnet_is_refused_with_its_cure(run_module, both, net):
    one = {**both, "gateways": both["gateways"][:1]}
    run_module("nat_gateways", **one)
    refused = run_module("nat_gateways", vpc_id=net["vpc"], gateways=[{"name": "a", "subnet": net["b"]}])
    assert "remove this one when no route leads to it" in refused["msg"]
