# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest

ALIAS = {"dns_name": "front.elb.amazonaws.com", "hosted_zone_id": "Z35SXDOTRQ7X7K"}
RECORDS: list[dict[str, Any]] = [
    {"name": "example.org", "type": "A", "alias": ALIAS},
    {"name": "Example.org", "type": "MX", "values": ["20 b.example.org", "10 a.example.org"]},
    {"name": "*.example.org", "type": "TXT", "values": ["anything"], "ttl": 60},
]


@pytest.fixture
def zone(aws) -> str:
    return aws("route53").create_hosted_zone(Name="example.org", CallerReference="1")["HostedZone"]["Id"]


@pytest.fixture
def records(aws, zone):
    def read() -> dict[tuple[str, str], dict[str, Any]]:
        found = aws("route53").list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
        return {
            (record["Name"].replace(r"\052", "*"), record["Type"]): record
            for record in found
            if record["Type"] not in ("NS", "SOA")
        }

    return read


def test_lifecycle(lifecycle, records):
    changed = [{"name": "example.org", "type": "A", "values": ["192.0.2.1"]}, *RECORDS[1:]]
    lifecycle(
        "route53_records",
        present={"hosted_zone": "example.org", "records": RECORDS},
        change={"records": changed},
        exists=lambda: set(records()) == {("example.org.", "A"), ("example.org.", "MX"), ("*.example.org.", "TXT")},
        changed=lambda: records()["example.org.", "A"].get("ResourceRecords") == [{"Value": "192.0.2.1"}],
        absent={"hosted_zone": "example.org", "records": [{"name": one["name"], "type": one["type"]} for one in RECORDS]},
    )


def test_records_are_written_as_route_53_wants_them(run_module, records, zone):
    result = run_module("route53_records", hosted_zone=zone.rpartition("/")[2], records=RECORDS)
    assert set(result["records"]) == {"example.org. A", "example.org. MX", "*.example.org. TXT"}
    assert records()["*.example.org.", "TXT"]["ResourceRecords"] == [{"Value": '"anything"'}]
    assert records()["*.example.org.", "TXT"]["TTL"] == 60
    assert records()["example.org.", "A"]["AliasTarget"]["EvaluateTargetHealth"] is True


def test_other_records_are_left_alone(run_module, records):
    run_module("route53_records", hosted_zone="example.org", records=RECORDS)
    run_module("route53_records", hosted_zone="example.org", records=RECORDS[:1], state="absent")
    assert set(records()) == {("example.org.", "MX"), ("*.example.org.", "TXT")}


def test_all_change_or_none(run_module, records):
    wrong = {"name": "www.elsewhere.org", "type": "A", "values": ["192.0.2.1"]}
    result = run_module("route53_records", hosted_zone="example.org", records=[*RECORDS, wrong])
    assert result["failed"], result
    assert result["msg"].startswith("change records of example.org: ")
    assert records() == {}


def test_a_zone_that_is_not_there(run_module):
    planned = run_module("route53_records", check=True, hosted_zone="nowhere.org", records=RECORDS)
    assert planned["changed"] is True
    result = run_module("route53_records", hosted_zone="nowhere.org", records=RECORDS)
    assert result["msg"] == ("change records of nowhere.org: there is no public hosted zone of that name or id; create it first")
    assert run_module("route53_records", hosted_zone="nowhere.org", records=RECORDS, state="absent")["changed"] is False


def test_a_record_with_a_routing_policy_is_not_touched(aws, run_module, zone):
    weighted = {"Name": "w.example.org", "Type": "A", "SetIdentifier": "a", "Weight": 1, "TTL": 60}
    change = {"Action": "CREATE", "ResourceRecordSet": {**weighted, "ResourceRecords": [{"Value": "192.0.2.1"}]}}
    aws("route53").change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": [change]})
    result = run_module(
        "route53_records", hosted_zone="example.org", records=[{"name": "w.example.org", "type": "A", "values": ["192.0.2.2"]}]
    )
    assert "it has a routing policy" in result["msg"]
