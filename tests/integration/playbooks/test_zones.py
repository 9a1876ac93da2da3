# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A network that loses a zone: those that used it leave it and it goes, in one run of the site."""

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
    kms: {hosts: {encryption: }}
    network: {hosts: {main: }}
    database: {hosts: {postgres: }}
    cache: {hosts: {redis: }}
"""
STACK = """\
stack_name: shop
stack_environment: test
stack_region: us-east-1
network_cidr: 10.0.0.0/16
network_nat_gateways: one_per_zone
database_instance_class: db.t4g.micro
database_log_exports: []
cache_node_type: cache.t4g.micro
stack_flows:
  - {from: vpc, to: postgres, ports: [5432]}
  - {from: vpc, to: redis, ports: [6379]}
"""
ZONES = ("us-east-1a", "us-east-1b", "us-east-1c")
TIERS = ("public", "private", "isolated")
Site = Callable[..., Run]


@pytest.fixture
def site(endpoint: str, aws_environment: dict[str, str], tmp_path: Path) -> Site:
    """Apply the site with the network in so many zones; C(check=True) plans it."""
    shop = written(tmp_path, endpoint, HOSTS, STACK)
    network = tmp_path / "shop/group_vars/network.yml"

    def run(zones: int, *, check: bool = False) -> Run:
        subnets = {tier: [f"10.0.{16 * zone + place}.0/24" for zone in range(zones)] for place, tier in enumerate(TIERS)}
        network.write_text(json.dumps({"network_zones": ZONES[:zones], "network_subnets": subnets}))
        done = shop("site.yml", *["--check"] * check)
        assert done.code == 0, done.output[-3000:]
        return done

    return run


def changes(run: Run) -> set[tuple[str, str]]:
    return {(component, task.rpartition(" : ")[2]) for component, task in run.changed}


def zones(aws: Any) -> tuple[list[str], list[str], list[str]]:
    """In which zones subnets are, and of the subnets of the database and the cache, which they are."""
    listed = aws("ec2").describe_subnets(Filters=[{"Name": "tag:groundwork:stack", "Values": ["shop"]}])["Subnets"]
    zone_of = {subnet["SubnetId"]: subnet["AvailabilityZone"] for subnet in listed}
    (database,) = aws("rds").describe_db_subnet_groups()["DBSubnetGroups"]
    cache = next(one for one in aws("elasticache").describe_cache_subnet_groups()["CacheSubnetGroups"] if "shop" in str(one))
    of_groups = [
        sorted(zone_of.get(subnet["SubnetIdentifier"], "gone") for subnet in group["Subnets"]) for group in (database, cache)
    ]
    return sorted(zone_of.values()), of_groups[0], of_groups[1]


def test_a_zone_is_left_and_goes_in_one_run(aws, site):
    site(3)
    assert zones(aws) == (sorted(ZONES * 3), list(ZONES), list(ZONES))
    planned = site(2, check=True)
    assert changes(planned) == {
        ("main", "Gateway endpoint"),
        ("main", "Remove NAT gateways that no route uses any more, and their addresses"),
        ("main", "Remove route tables that no subnet uses any more"),
        ("main", "Remove subnets that nothing stands in any more"),
        ("postgres", "Subnet group"),
        ("redis", "Subnet group"),
    }
    assert zones(aws) == (sorted(ZONES * 3), list(ZONES), list(ZONES))
    assert changes(site(2)) == changes(planned)
    assert zones(aws) == (sorted(ZONES[:2] * 3), list(ZONES[:2]), list(ZONES[:2]))
    assert site(2).changed == set()
