# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import json
from typing import Any

import pytest

READ_ONLY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": ["s3:GetObject", "s3:ListBucket"], "Resource": "*"}],
}


@pytest.fixture
def vpc(aws: Any) -> str:
    return aws("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]


@pytest.fixture
def tables(aws: Any, vpc: str) -> list[str]:
    return sorted(aws("ec2").create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"] for _ in range(2))


@pytest.fixture
def interface(aws: Any, vpc: str) -> dict[str, Any]:
    """The options of an interface endpoint, and two subnets and groups to choose from."""
    ec2 = aws("ec2")
    subnets = [ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{net}.0/24")["Subnet"]["SubnetId"] for net in (0, 1)]
    groups = [ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc)["GroupId"] for name in ("one", "two")]
    return {"vpc_id": vpc, "service": "logs", "subnets": subnets, "security_groups": groups, "private_dns": True}


def endpoints(aws: Any) -> list[dict[str, Any]]:
    return aws("ec2").describe_vpc_endpoints()["VpcEndpoints"]


def test_lifecycle_of_a_gateway(aws, lifecycle, vpc, tables):
    lifecycle(
        "vpc_endpoint",
        present={"vpc_id": vpc, "service": "s3", "route_tables": tables[:1], "policy": READ_ONLY, "tags": {"Name": "main-s3"}},
        change={"route_tables": tables},
        exists=lambda: [one["ServiceName"] for one in endpoints(aws)] == ["com.amazonaws.us-east-1.s3"],
        changed=lambda: sorted(endpoints(aws)[0]["RouteTableIds"]) == tables,
        absent={"vpc_id": vpc, "service": "com.amazonaws.us-east-1.s3"},
    )


def test_lifecycle_of_an_interface(aws, lifecycle, interface):
    lifecycle(
        "vpc_endpoint",
        present={**interface, "tags": {"Name": "main-logs"}},
        change={"private_dns": False, "tags": {"Name": "main-logs", "team": "shop"}},
        exists=lambda: len(endpoints(aws)) == 1,
        changed=lambda: endpoints(aws)[0]["PrivateDnsEnabled"] is False and len(endpoints(aws)[0]["Tags"]) == 2,
    )


@pytest.mark.parametrize(
    ("option", "key"), [("subnets", "SubnetIds"), ("security_groups", "Groups")], ids=["subnets", "security_groups"]
)
def test_associations_are_added_and_only_purged_when_asked(aws, run_module, interface, option, key):
    def stands() -> list[str]:
        return sorted(one["GroupId"] if isinstance(one, dict) else one for one in endpoints(aws)[0][key])

    first, second = interface[option]
    run_module("vpc_endpoint", **{**interface, option: [first]})
    assert stands() == [first]
    run_module("vpc_endpoint", **{**interface, option: [second]})
    assert stands() == sorted([first, second])
    purging = {**interface, option: [second], f"purge_{option}": True}
    assert run_module("vpc_endpoint", **purging)["diff"]["after"]["endpoint"][option] == [second]
    assert stands() == [second]
    assert run_module("vpc_endpoint", **purging)["changed"] is False


def test_route_tables_are_purged(aws, run_module, vpc, tables):
    gateway = {"vpc_id": vpc, "service": "dynamodb"}
    run_module("vpc_endpoint", **gateway, route_tables=tables)
    assert run_module("vpc_endpoint", **gateway, route_tables=tables[:1])["changed"] is False
    assert run_module("vpc_endpoint", **gateway, route_tables=tables[:1], purge_route_tables=True)["changed"] is True
    assert endpoints(aws)[0]["RouteTableIds"] == tables[:1]


def test_policy_is_compared_by_meaning_and_opened_again(aws, run_module, vpc):
    gateway = {"vpc_id": vpc, "service": "s3"}
    run_module("vpc_endpoint", **gateway, policy=READ_ONLY)
    statement = READ_ONLY["Statement"][0]
    same = {**READ_ONLY, "Statement": {**statement, "Action": statement["Action"][::-1]}}
    assert run_module("vpc_endpoint", **gateway, policy=same)["changed"] is False
    assert run_module("vpc_endpoint", **gateway)["changed"] is False, "a policy left out stays"
    assert run_module("vpc_endpoint", **gateway, policy={})["changed"] is True
    assert json.loads(endpoints(aws)[0]["PolicyDocument"])["Statement"][0]["Action"] == "*"
    assert run_module("vpc_endpoint", **gateway, policy={})["changed"] is False


def test_one_among_several_is_found_by_its_name(aws, run_module, vpc, tables):
    for name, table in zip(("one", "two"), tables, strict=True):
        run_module("vpc_endpoint", vpc_id=vpc, service="s3", route_tables=[table], tags={"Name": name})
    assert len(endpoints(aws)) == 2
    assert "there are several" in run_module("vpc_endpoint", vpc_id=vpc, service="s3", state="absent")["msg"]
    run_module("vpc_endpoint", vpc_id=vpc, service="s3", tags={"Name": "one"}, state="absent")
    assert [one["RouteTableIds"] for one in endpoints(aws)] == [tables[1:]]


def test_a_service_may_have_a_gateway_and_an_interface(aws, run_module, interface):
    vpc = interface["vpc_id"]
    run_module("vpc_endpoint", vpc_id=vpc, service="s3")
    run_module("vpc_endpoint", vpc_id=vpc, service="s3", type="interface", subnets=interface["subnets"])
    assert sorted(one["VpcEndpointType"] for one in endpoints(aws)) == ["Gateway", "Interface"]
    run_module("vpc_endpoint", vpc_id=vpc, service="s3", type="gateway", state="absent")
    assert [one["VpcEndpointType"] for one in endpoints(aws)] == ["Interface"]


def test_what_the_type_does_not_have_is_refused(run_module, vpc):
    refused = run_module("vpc_endpoint", vpc_id=vpc, service="s3", subnets=["subnet-1"])
    assert refused["msg"].endswith("an endpoint of type gateway has no subnets; leave that out, or set type to interface")


def test_check_without_the_vpc(run_module):
    assert run_module("vpc_endpoint", check=True, vpc_id="vpc-0123456789abcdef0", service="s3")["changed"] is True
