# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible_collections.groundwork.cloud.plugins.module_utils.aws import AwsError
from ansible_collections.groundwork.cloud.plugins.module_utils.plan import UNKNOWN, plan
from ansible_collections.groundwork.cloud.plugins.modules.route_tables import described, request_of, standing, wanted

ALL, OFFICE = "0.0.0.0/0", "192.0.2.0/24"


def table(name="a", routes=None, subnets=None, tags=None):
    listed = None if routes is None else [{"destination": to, "target": target} for to, target in routes.items()]
    return {"name": name, "routes": listed, "subnets": subnets, "tags": tags}


def stands(routes=None, subnets=(), name="a"):
    return {"id": f"rtb-{name}", "routes": routes or {}, "subnets": sorted(subnets), "tags": {"Name": name}}


@pytest.mark.parametrize(
    ("route", "expected"),
    [
        ({"DestinationCidrBlock": ALL, "GatewayId": "igw-1"}, {ALL: "igw-1"}),
        ({"DestinationCidrBlock": ALL, "NatGatewayId": "nat-1", "State": "blackhole"}, {ALL: "nat-1"}),
        ({"DestinationIpv6CidrBlock": "::/0", "EgressOnlyInternetGatewayId": "eigw-1"}, {"::/0": "eigw-1"}),
        ({"DestinationPrefixListId": "pl-1", "TransitGatewayId": "tgw-1"}, {"pl-1": "tgw-1"}),
        ({"DestinationCidrBlock": ALL, "GatewayId": "vpce-1"}, {ALL: "vpce-1"}),
        ({"DestinationCidrBlock": ALL, "NetworkInterfaceId": "eni-1", "InstanceId": "i-1"}, {ALL: "eni-1"}),
        ({"DestinationPrefixListId": "pl-1", "GatewayId": "vpce-1"}, {}),
        ({"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local"}, {}),
        ({"DestinationCidrBlock": OFFICE, "GatewayId": "vgw-1", "Origin": "EnableVgwRoutePropagation"}, {}),
        ({"DestinationCidrBlock": OFFICE}, {}),
    ],
)
def test_routes_that_somebody_made_are_compared(route, expected):
    assert described({"RouteTableId": "rtb-1", "Routes": [route]})["routes"] == expected


@pytest.mark.parametrize(
    ("destination", "target", "request_"),
    [
        (ALL, "nat-1", {"DestinationCidrBlock": ALL, "NatGatewayId": "nat-1"}),
        ("::/0", "eigw-1", {"DestinationIpv6CidrBlock": "::/0", "EgressOnlyInternetGatewayId": "eigw-1"}),
        ("pl-1", "pcx-1", {"DestinationPrefixListId": "pl-1", "VpcPeeringConnectionId": "pcx-1"}),
        (
            ALL,
            "arn:aws:networkmanager::123456789012:core-network/core-network-1",
            {"DestinationCidrBlock": ALL, "CoreNetworkArn": "arn:aws:networkmanager::123456789012:core-network/core-network-1"},
        ),
    ],
)
def test_a_route_in_the_words_of_the_api(destination, target, request_):
    assert request_of(destination, target) == request_


def test_a_target_that_is_none_is_refused():
    with pytest.raises(AwsError, match="make a route to i-1: a target is an id that begins with one of nat, igw"):
        request_of(ALL, "i-1")


def test_the_main_table_is_nobody_s():
    named = {"Tags": [{"Key": "Name", "Value": "a"}]}
    main = {"RouteTableId": "rtb-0", **named, "Associations": [{"Main": True, "RouteTableAssociationId": "rtbassoc-0"}]}
    link = {"SubnetId": "subnet-1", "RouteTableAssociationId": "rtbassoc-1"}
    mine = {"RouteTableId": "rtb-a", **named, "Associations": [link]}
    assert standing([table()], [main]) == {}
    assert standing([table()], [main, mine]) == {"a": stands(subnets=["subnet-1"])}


def desired(*tables, current=None, routes=False, subnets=False, state="present"):
    params = {"state": state, "tables": list(tables), "purge_routes": routes, "purge_subnets": subnets}
    return wanted(params, current or {})


@pytest.mark.parametrize(
    ("declared", "options", "have", "change"),
    [
        (table(), {}, None, {"tags": {"Name": "a"}, "routes": {}, "subnets": []}),
        (table(), {}, stands({ALL: "igw-1"}, ["s"]), None),
        (table(routes={ALL: "igw-1"}), {}, stands({ALL: "igw-1", OFFICE: "tgw-1"}), None),
        (table(routes={"0.0.0.1/0": "igw-1"}), {}, stands({ALL: "igw-1"}), None),
        (table(routes={ALL: "nat-1"}), {}, stands({ALL: "igw-1"}), {"tags": {"Name": "a"}, "routes": {ALL: "nat-1"}}),
        (table(routes={ALL: ""}), {}, stands(), None),
        (table(routes={ALL: None}), {}, stands({ALL: "igw-1"}), {"tags": {"Name": "a"}, "routes": {ALL: None}}),
        (table(routes={ALL: "igw-1"}), {"routes": True}, stands({ALL: "igw-1"}), None),
        (table(routes={}), {"routes": True}, stands({OFFICE: "tgw-1"}), {"tags": {"Name": "a"}, "routes": {}}),
        (table(), {"routes": True, "subnets": True}, stands({OFFICE: "tgw-1"}, ["s"]), None),
        (table(subnets=["s"]), {}, stands(subnets=["s", "t"]), None),
        (table(subnets=["s"]), {"subnets": True}, stands(subnets=["s", "t"]), {"tags": {"Name": "a"}, "subnets": ["s"]}),
        (table(tags={"cost": 7}), {}, stands(), {"tags": {"Name": "a", "cost": "7"}}),
    ],
)
def test_what_changes_in_a_table(declared, options, have, change):
    current = {"a": have} if have else {}
    todo = plan(current, desired(declared, current=current, **options))
    assert todo.after("a") == change


def test_a_subnet_goes_from_one_declared_table_to_another():
    current = {"a": stands(subnets=["s", "t"]), "b": stands(name="b")}
    todo = plan(current, desired(table(), table("b", subnets=["t"]), current=current))
    assert {name: after["subnets"] for name, (_before, after) in todo.update.items()} == {"a": ["s"], "b": ["t"]}


def test_a_subnet_has_one_table():
    with pytest.raises(AwsError, match="plan route table b: a has s, too; a subnet has one table"):
        desired(table(subnets=["s"]), table("b", subnets=["s"]))


def test_subnets_that_a_plan_would_make_are_not_taken_for_one():
    made = desired(table(subnets=["s", UNKNOWN]), table("b", subnets=[UNKNOWN]))
    assert {name: one["subnets"] for name, one in made.items()} == {"a": [UNKNOWN, "s"], "b": [UNKNOWN]}


def test_absence():
    assert desired(table(), state="absent") == {"a": None}
