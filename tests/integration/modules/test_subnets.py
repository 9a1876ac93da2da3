# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from support.emulator import recorded

PUBLIC = {"name": "public", "cidr": "10.0.0.0/24", "zone": "us-east-1a", "tags": {"team": "shop"}}
PRIVATE = {"name": "private", "cidr": "10.0.1.0/24", "zone": "us-east-1b"}


@pytest.fixture
def vpc(aws):
    return aws("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]


@pytest.fixture
def subnets(aws, vpc):
    def read():
        found = aws("ec2").describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["Subnets"]
        return {tag["Value"]: subnet for subnet in found for tag in subnet.get("Tags", []) if tag["Key"] == "Name"}

    return read


def test_lifecycle(lifecycle, subnets, vpc):
    lifecycle(
        "subnets",
        present={"vpc_id": vpc, "subnets": [PUBLIC, PRIVATE]},
        change={"subnets": [{**PUBLIC, "map_public_ip": True}, PRIVATE]},
        exists=lambda: set(subnets()) == {"public", "private"},
        changed=lambda: subnets()["public"]["MapPublicIpOnLaunch"],
        absent={"vpc_id": vpc, "subnets": [{"name": "public"}, {"name": "other", "cidr": "10.0.1.0/24"}]},
    )


def test_all_are_read_by_one_call_and_told_by_name(endpoint, run_module, subnets, vpc):
    made = run_module("subnets", vpc_id=vpc, subnets=[PUBLIC, PRIVATE])
    assert {name: one["id"] for name, one in made["subnets"].items()} == {n: s["SubnetId"] for n, s in subnets().items()}
    assert made["subnets"]["private"]["zone"] == "us-east-1b"
    with recorded(endpoint) as asked:
        run_module("subnets", vpc_id=vpc, subnets=[PUBLIC, PRIVATE])
    assert asked == ["ec2:DescribeSubnets"]


def test_a_subnet_keeps_what_stands_in_it_when_it_gets_another_name(run_module, subnets, vpc):
    before = run_module("subnets", vpc_id=vpc, subnets=[PUBLIC])["subnets"]["public"]["id"]
    renamed = run_module("subnets", vpc_id=vpc, subnets=[{**PUBLIC, "name": "open"}])
    assert renamed["subnets"]["open"]["id"] == before
    assert set(subnets()) == {"open"}


def test_another_zone_is_refused_with_its_cure(run_module, vpc):
    run_module("subnets", vpc_id=vpc, subnets=[PUBLIC])
    refused = run_module("subnets", vpc_id=vpc, subnets=[{**PUBLIC, "zone": "us-east-1c"}])
    assert "declare it in us-east-1a" in refused["msg"]


MOVED = {**PUBLIC, "cidr": "10.0.64.0/20"}


@pytest.mark.parametrize("check", [True, False])
def test_another_range_is_refused_before_anything_is_written(run_module, subnets, vpc, check):
    run_module("subnets", vpc_id=vpc, subnets=[PUBLIC])
    refused = run_module("subnets", check=check, vpc_id=vpc, subnets=[PRIVATE, MOVED])
    assert "10.0.0.0/24, a range that AWS can't change to 10.0.64.0/20" in refused["msg"]
    assert set(subnets()) == {"public"}


def test_all_that_carry_a_name_go_together(aws, run_module, subnets, vpc):
    run_module("subnets", vpc_id=vpc, subnets=[PUBLIC, PRIVATE])
    tags = [{"ResourceType": "subnet", "Tags": [{"Key": "Name", "Value": "public"}]}]
    aws("ec2").create_subnet(VpcId=vpc, CidrBlock=MOVED["cidr"], TagSpecifications=tags)
    assert "carries its name, too" in run_module("subnets", vpc_id=vpc, subnets=[PUBLIC])["msg"]
    gone = run_module("subnets", vpc_id=vpc, subnets=[{"name": "public"}], state="absent")
    assert len(gone["diff"]["before"]) == 2
    assert set(subnets()) == {"private"}
    assert not run_module("subnets", vpc_id=vpc, subnets=[{"name": "public"}], state="absent")["changed"]
