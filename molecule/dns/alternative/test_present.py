# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import boto3
import pytest


@pytest.fixture
def zones() -> dict[str, str]:
    return {zone["Name"]: zone["Id"] for zone in boto3.client("route53").list_hosted_zones()["HostedZones"]}


@pytest.fixture
def balancer() -> dict[str, Any]:
    (found,) = boto3.client("elbv2").describe_load_balancers()["LoadBalancers"]
    return found


def records(zone: str) -> dict[tuple[str, str], dict[str, Any]]:
    found = boto3.client("route53").list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    return {(record["Name"], record["Type"]): record for record in found}


def values(record: dict[str, Any]) -> list[str]:
    return [value["Value"] for value in record["ResourceRecords"]]


def test_aliases_lead_to_the_load_balancer(zones, balancer):
    for zone, name in (("dns-alternative.example.com.",) * 2, ("company.example.com.", "shop.company.example.com.")):
        for kind in ("A", "AAAA"):
            target = records(zones[zone])[name, kind]["AliasTarget"]
            assert target["DNSName"].rstrip(".") == balancer["DNSName"]
            assert target["HostedZoneId"] == balancer["CanonicalHostedZoneId"]
            assert target["EvaluateTargetHealth"] is True


def test_records(zones):
    name = "dns-alternative.example.com."
    found = records(zones[name])
    assert values(found[f"www.{name}", "CNAME"]) == ["dns-alternative.example.com"]
    assert found[f"www.{name}", "CNAME"]["TTL"] == 60
    assert found[name, "TXT"]["TTL"] == 300
    assert values(found[name, "TXT"]) == ['"v=spf1 -all"']
    assert sorted(values(found[name, "CAA"])) == ['0 iodef "mailto:team@example.com"', '0 issue "amazon.com"']
    assert values(found[name, "MX"]) == ["10 mail.example.com", "20 backup.example.com"]


def test_the_existing_zone_is_not_touched(zones):
    zone = zones["company.example.com."]
    tags = boto3.client("route53").list_tags_for_resource(ResourceType="hostedzone", ResourceId=zone.rpartition("/")[2])
    assert tags["ResourceTagSet"]["Tags"] == []
    assert {kind for _name, kind in records(zone)} == {"NS", "SOA", "A", "AAAA"}
