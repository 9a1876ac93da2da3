# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from support.emulator import recorded

VPC = {"name": "shop", "cidr": "10.0.0.0/16", "dns_hostnames": True, "internet_gateway": True}


@pytest.fixture
def ec2(aws):
    return aws("ec2")


def standing(ec2):
    found = ec2.describe_vpcs(Filters=[{"Name": "tag:Name", "Values": ["shop"]}])["Vpcs"]
    return found[0] if found else None


def gateways(ec2):
    return [attached["VpcId"] for one in ec2.describe_internet_gateways()["InternetGateways"] for attached in one["Attachments"]]


def test_lifecycle(lifecycle, ec2):
    lifecycle(
        "vpc",
        present=VPC,
        change={"dns_hostnames": False, "tags": {"team": "shop"}},
        exists=lambda: standing(ec2) is not None,
        changed=lambda: {"Key": "team", "Value": "shop"} in standing(ec2)["Tags"],
        absent={"name": "shop"},
    )
    assert ec2.describe_internet_gateways()["InternetGateways"] == []


def test_what_is_declared_stands_and_is_read_by_four_calls(ec2, endpoint, run_module):
    made = run_module("vpc", **VPC)["vpc"]
    vpc = standing(ec2)["VpcId"]
    assert (made["id"], gateways(ec2)) == (vpc, [vpc])
    assert ec2.describe_vpc_attribute(VpcId=vpc, Attribute="enableDnsHostnames")["EnableDnsHostnames"]["Value"] is True
    assert made["internet_gateway"]["tags"] == {"Name": "shop"}
    with recorded(endpoint) as asked:
        run_module("vpc", **VPC)
    once = {"ec2:DescribeVpcs", "ec2:DescribeInternetGateways"}
    assert sorted(asked) == sorted([*once, "ec2:DescribeVpcAttribute", "ec2:DescribeVpcAttribute"])


def test_an_internet_gateway_comes_and_goes(ec2, run_module):
    run_module("vpc", **{**VPC, "internet_gateway": None})
    assert gateways(ec2) == []
    run_module("vpc", **VPC)
    vpc = standing(ec2)["VpcId"]
    assert run_module("vpc", **{**VPC, "internet_gateway": None})["changed"] is False
    assert gateways(ec2) == [vpc]
    assert run_module("vpc", **{**VPC, "internet_gateway": False})["vpc"].get("internet_gateway") is None
    assert (gateways(ec2), standing(ec2)["VpcId"]) == ([], vpc)


def test_another_range_is_refused_with_its_cure(run_module):
    run_module("vpc", **VPC)
    assert "declare 10.0.0.0/16, or a VPC of another name" in run_module("vpc", name="shop", cidr="10.1.0.0/16")["msg"]
