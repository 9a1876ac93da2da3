# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from support.emulator import recorded
from support.tasks import written


@pytest.fixture
def ec2(aws):
    return aws("ec2")


@pytest.fixture
def net(ec2):
    """Ids: a VPC, two subnets and an internet gateway."""
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{n}.0/24")["Subnet"]["SubnetId"] for n in (0, 1)]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    return {"vpc": vpc, "a": subnets[0], "b": subnets[1], "gateway": gateway}


@pytest.fixture
def tables(ec2, net):
    """Routes that are not local, and subnets, by the name of the table."""

    def read():
        found = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [net["vpc"]]}])["RouteTables"]
        return {
            tag["Value"]: (
                {route["DestinationCidrBlock"] for route in table["Routes"] if route.get("GatewayId") != "local"},
                {link["SubnetId"] for link in table["Associations"] if "SubnetId" in link},
            )
            for table in found
            for tag in table["Tags"]
        }

    return read


def way_out(net):
    return [{"destination": "0.0.0.0/0", "target": net["gateway"]}]


def test_lifecycle(lifecycle, net, tables):
    public = {"name": "public", "routes": way_out(net), "subnets": [net["a"]]}
    closed = {"name": "closed", "subnets": [net["b"]]}
    lifecycle(
        "route_tables",
        present={"vpc_id": net["vpc"], "tables": [public, closed], "purge_routes": True},
        change={"tables": [{**public, "routes": []}, {**closed, "tags": {"team": "shop"}}]},
        exists=lambda: set(tables()) >= {"public", "closed"},
        changed=lambda: tables()["public"] == (set(), {net["a"]}),
        absent={"vpc_id": net["vpc"], "tables": [{"name": "public"}, {"name": "closed"}]},
    )


def test_all_are_read_by_one_call_and_told_by_name(ec2, endpoint, run_module, net):
    options = {"vpc_id": net["vpc"], "tables": [{"name": "a", "routes": way_out(net)}, {"name": "b", "subnets": [net["b"]]}]}
    made = run_module("route_tables", **options)["tables"]
    assert made["a"]["routes"] == {"0.0.0.0/0": net["gateway"]}
    assert made["b"]["subnets"] == [net["b"]]
    named = ec2.describe_route_tables(Filters=[{"Name": "tag:Name", "Values": ["a"]}])["RouteTables"]
    assert made["a"]["id"] == named[0]["RouteTableId"]
    with recorded(endpoint) as asked:
        run_module("route_tables", **options)
    assert asked == ["ec2:DescribeRouteTables"]


def test_a_subnet_changes_its_table_without_being_without_one(endpoint, run_module, net, tables):
    both = {"vpc_id": net["vpc"], "tables": [{"name": "a", "subnets": [net["a"], net["b"]]}]}
    run_module("route_tables", **both)
    apart = [{"name": "a", "subnets": [net["a"]]}, {"name": "b", "routes": way_out(net), "subnets": [net["b"]]}]
    with recorded(endpoint) as asked:
        moved = run_module("route_tables", vpc_id=net["vpc"], tables=apart)
    writes = written(asked)
    assert writes == ["ec2:CreateRouteTable", "ec2:CreateRoute", "ec2:ReplaceRouteTableAssociation"]
    assert (moved["tables"]["a"]["subnets"], moved["tables"]["b"]["subnets"]) == ([net["a"]], [net["b"]])
    assert set(moved["diff"]["after"]) == {"a", "b"}
    assert run_module("route_tables", vpc_id=net["vpc"], tables=apart)["changed"] is False


def test_subnets_and_routes_made_elsewhere_stay_unless_purged(ec2, run_module, net, tables):
    made = run_module("route_tables", vpc_id=net["vpc"], tables=[{"name": "a", "routes": [], "subnets": []}])["tables"]["a"]["id"]
    ec2.create_route(RouteTableId=made, DestinationCidrBlock="192.0.2.0/24", GatewayId=net["gateway"])
    ec2.associate_route_table(RouteTableId=made, SubnetId=net["a"])
    options = {"vpc_id": net["vpc"], "tables": [{"name": "a", "routes": way_out(net), "subnets": [net["b"]]}]}
    run_module("route_tables", **options)
    assert tables()["a"] == ({"192.0.2.0/24", "0.0.0.0/0"}, {net["a"], net["b"]})
    run_module("route_tables", **options, purge_routes=True, purge_subnets=True)
    assert tables()["a"] == ({"0.0.0.0/0"}, {net["b"]})


def test_the_route_of_a_gateway_endpoint_is_not_touched(ec2, run_module, net):
    options = {"vpc_id": net["vpc"], "tables": [{"name": "a", "routes": []}], "purge_routes": True}
    table = run_module("route_tables", **options)["tables"]["a"]["id"]
    run_module("vpc_endpoint", vpc_id=net["vpc"], service="s3", route_tables=[table])
    again = run_module("route_tables", **options)
    assert (again["changed"], again["tables"]["a"]["routes"]) == (False, {})


def test_a_route_changes_its_target(ec2, run_module, net):
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    nat = ec2.create_nat_gateway(SubnetId=net["a"], AllocationId=address)["NatGateway"]["NatGatewayId"]
    run_module("route_tables", vpc_id=net["vpc"], tables=[{"name": "a", "routes": way_out(net)}])
    routes = [{"destination": "0.0.0.0/0", "target": nat}]
    changed = run_module("route_tables", vpc_id=net["vpc"], tables=[{"name": "a", "routes": routes}])
    assert changed["tables"]["a"]["routes"] == {"0.0.0.0/0": nat}
    assert changed["diff"]["before"] == {"a": {"tags": {"Name": "a"}, "routes": {"0.0.0.0/0": net["gateway"]}}}


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("nat-0123456789abcdef0", "wait for nat-0123456789abcdef0 to be known: still"),
        ("shop", "an id that begins with one of nat"),
    ],
)
def test_a_target_that_is_none_is_told(run_module, net, target, said):
    routes = [{"destination": "0.0.0.0/0", "target": target}]
    refused = run_module("route_tables", vpc_id=net["vpc"], tables=[{"name": "a", "routes": routes}], wait_timeout=1)
    assert said in refused["msg"]
