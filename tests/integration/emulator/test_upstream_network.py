# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The modules of amazon.aws that roles use for the network keep their promises on the emulator, tags included."""

from __future__ import annotations

import time
from typing import Any

import pytest

# Both ways of tests/integration/runtime/test_services.py run these modules, too.
pytestmark = pytest.mark.nightly

TAGS = {"groundwork:stack": "shop", "groundwork:environment": "test", "groundwork:component": "main"}
ALLOW_HTTPS = [100, "tcp", "allow", "10.0.0.0/16", None, None, 443, 443]
ALLOW_ALL = [100, "all", "allow", "0.0.0.0/0", None, None, None, None]


def tags(part: str) -> dict[str, str]:
    return {"Name": f"shop-test-main-{part}", **TAGS}


ADDRESS = {
    "in_vpc": True,
    "reuse_existing_ip_allowed": True,
    "tags": tags("nat"),
    "tag_name": "Name",
    "tag_value": "shop-test-main-nat",
}


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """The modules pause for AWS to become consistent; the emulator is at once."""
    monkeypatch.setattr(time, "sleep", lambda seconds: None)


@pytest.fixture
def network(converges: Any) -> dict[str, str]:
    """A VPC with a subnet and a gateway, by id."""
    vpc = converges("amazon.aws.ec2_vpc_net", name="shop-test-main", cidr_block="10.0.0.0/16", tags=TAGS)["vpc"]["id"]
    subnet = converges(
        "amazon.aws.ec2_vpc_subnet", vpc_id=vpc, cidr="10.0.0.0/24", az="us-east-1a", tags=tags("public"), map_public=True
    )
    gateway = converges("amazon.aws.ec2_vpc_igw", vpc_id=vpc, tags=tags("internet"))
    return {"vpc": vpc, "subnet": subnet["subnet"]["id"], "gateway": gateway["gateway_id"]}


def test_network(converges, network):
    converges("amazon.aws.ec2_vpc_igw", vpc_id=network["vpc"], state="absent")
    converges("amazon.aws.ec2_vpc_subnet", vpc_id=network["vpc"], cidr="10.0.0.0/24", state="absent")
    converges("amazon.aws.ec2_vpc_net", name="shop-test-main", cidr_block="10.0.0.0/16", state="absent")


def test_network_settings_change(converges, network):
    vpc = {"name": "shop-test-main", "cidr_block": "10.0.0.0/16", "tags": TAGS}
    converges("amazon.aws.ec2_vpc_net", **vpc, dns_hostnames=False)
    converges("amazon.aws.ec2_vpc_net", **{**vpc, "tags": {**TAGS, "cost": "7"}}, dns_hostnames=False)
    subnet = {"vpc_id": network["vpc"], "cidr": "10.0.0.0/24"}
    converges("amazon.aws.ec2_vpc_subnet", **subnet, map_public=False, tags=tags("open"))


def test_nat_gateway(aws, converges, network, run_module):
    address = converges("amazon.aws.ec2_eip", **ADDRESS)
    nat = {"subnet_id": network["subnet"], "allocation_id": address["allocation_id"]}
    gateway = converges("amazon.aws.ec2_vpc_nat_gateway", **nat, if_exist_do_not_create=True, tags=tags("nat"), wait=True)
    converges("amazon.aws.ec2_vpc_nat_gateway", **nat, if_exist_do_not_create=True, tags=tags("way-out"), wait=True)
    gone = {"nat_gateway_id": gateway["nat_gateway_id"], "state": "absent", "release_eip": True, "wait": True}
    # Once only: the module reports every deletion as a change, whether the gateway is still there or not.
    deleted = run_module("amazon.aws.ec2_vpc_nat_gateway", **gone)
    assert deleted["changed"] is True, deleted
    assert aws("ec2").describe_nat_gateways()["NatGateways"][0]["State"] == "deleted"
    assert aws("ec2").describe_addresses()["Addresses"] == []


def test_address(aws, converges):
    address = converges("amazon.aws.ec2_eip", **ADDRESS)
    assert len(aws("ec2").describe_addresses()["Addresses"]) == 1
    converges("amazon.aws.ec2_eip", public_ip=address["public_ip"], state="absent", release_on_disassociation=True)


def test_route_table(converges, network):
    table = {"vpc_id": network["vpc"], "tags": tags("public"), "subnets": [network["subnet"]]}
    route = {"dest": "0.0.0.0/0", "gateway_id": network["gateway"]}
    converges("amazon.aws.ec2_vpc_route_table", **table, routes=[route])
    made = converges("amazon.aws.ec2_vpc_route_table", **table, routes=[])
    gone = {"vpc_id": network["vpc"], "route_table_id": made["route_table"]["id"], "lookup": "id", "state": "absent"}
    converges("amazon.aws.ec2_vpc_route_table", **gone)


def test_network_acl(converges, network):
    acl = {"vpc_id": network["vpc"], "name": "shop-test-main-public", "tags": TAGS, "subnets": [network["subnet"]]}
    converges("amazon.aws.ec2_vpc_nacl", **acl, ingress=[ALLOW_HTTPS], egress=[ALLOW_ALL])
    converges("amazon.aws.ec2_vpc_nacl", **acl, ingress=[ALLOW_ALL], egress=[ALLOW_ALL])
    converges("amazon.aws.ec2_vpc_nacl", vpc_id=network["vpc"], name="shop-test-main-public", state="absent")


def test_security_group(converges, network):
    alb = {"name": "shop-test-public", "description": "shop-test-public", "vpc_id": network["vpc"], "tags": tags("public")}
    https = {"proto": "tcp", "ports": [80, 443], "cidr_ip": "0.0.0.0/0", "rule_desc": "internet"}
    alb_id = converges("amazon.aws.ec2_security_group", **alb, rules=[https], rules_egress=[])["group_id"]
    app = {"name": "shop-test-web", "description": "shop-test-web", "vpc_id": network["vpc"], "tags": tags("web")}
    from_alb = {"proto": "tcp", "ports": [3000], "group_id": alb_id, "rule_desc": "public"}
    converges("amazon.aws.ec2_security_group", **app, rules=[from_alb], rules_egress=[])
    converges("amazon.aws.ec2_security_group", **app, rules=[{**from_alb, "ports": [3001]}], rules_egress=[])
    converges("amazon.aws.ec2_security_group", name="shop-test-web", vpc_id=network["vpc"], state="absent")
    converges("amazon.aws.ec2_security_group", name="shop-test-public", vpc_id=network["vpc"], state="absent")


def test_zone_and_records(converges):
    zone = {"zone": "example.org", "comment": "shop", "tags": TAGS}
    converges("amazon.aws.route53_zone", **zone)
    record = {"zone": "example.org", "record": "app.example.org", "overwrite": True, "wait": True}
    text = {**record, "type": "TXT", "ttl": 300}
    alias = {
        **record,
        "type": "A",
        "alias": True,
        "alias_hosted_zone_id": "Z35SXDOTRQ7X7K",
        "value": "shop.us-east-1.elb.amazonaws.com",
        "alias_evaluate_target_health": True,
    }
    converges("amazon.aws.route53", **text, value='"one"', state="present")
    converges("amazon.aws.route53", **text, value='"two"', state="present")
    converges("amazon.aws.route53", **alias, state="present")
    converges("amazon.aws.route53", **alias, state="absent")
    converges("amazon.aws.route53", **text, value='"two"', state="absent")
    converges("amazon.aws.route53_zone", zone="example.org", state="absent")
