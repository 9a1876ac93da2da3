# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Hosted zones and their records, for modules of other services that need a record; botocore's errors pass through."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from .aws import AwsError
from .naming import domain_name

RECORD_TTL = 300


def zone_id(client: Any, zone: str) -> str | None:
    """The id of a public hosted zone given by id or name; None when there is none."""
    if re.fullmatch(r"[A-Z0-9]{10,32}", zone):
        try:
            return str(client.get_hosted_zone(Id=zone)["HostedZone"]["Id"]).rpartition("/")[2]
        except client.exceptions.NoSuchHostedZone:
            return None
    name = domain_name(zone) + "."
    zones = client.list_hosted_zones_by_name(DNSName=name)["HostedZones"]
    ids = [one["Id"].rpartition("/")[2] for one in zones if one["Name"] == name and not one["Config"].get("PrivateZone")]
    if len(ids) > 1:
        raise AwsError(f"look for hosted zone {zone}", f"there are several public ones, {', '.join(ids)}; give the id of one")
    return ids[0] if ids else None


def record_set(client: Any, zone: str, name: str, kind: str) -> dict[str, Any] | None:
    """One record set as it stands, or None. C(name) is whole, with its final dot; Route 53 writes a star as its octal code."""
    answer = client.list_resource_record_sets(HostedZoneId=zone, StartRecordName=name, StartRecordType=kind, MaxItems="1")
    for found in answer["ResourceRecordSets"]:
        if (found["Name"].replace(r"\052", "*"), found["Type"]) == (name, kind):
            return dict(found)
    return None


def values_of(client: Any, zone: str, names: Iterable[str], kind: str) -> dict[str, str]:
    """The first value of each of these record sets that stands, by name."""
    found = {name: record_set(client, zone, name, kind) for name in names}
    return {name: one["ResourceRecords"][0]["Value"] for name, one in found.items() if one and one.get("ResourceRecords")}


def write_records(client: Any, zone: str, records: Iterable[Mapping[str, str]]) -> None:
    """Create or replace records, each a mapping of C(name), C(type) and C(value), in one batch."""
    record_sets = [
        {
            "Name": record["name"],
            "Type": record["type"],
            "TTL": RECORD_TTL,
            "ResourceRecords": [{"Value": record["value"]}],
        }
        for record in records
    ]
    changes = [{"Action": "UPSERT", "ResourceRecordSet": record} for record in record_sets]
    client.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})


def delete_record(client: Any, zone: str, name: str, kind: str) -> None:
    """Delete a record set if it is there. Route 53 wants it whole, as it stands."""
    if standing := record_set(client, zone, name, kind):
        changes = [{"Action": "DELETE", "ResourceRecordSet": standing}]
        client.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})
