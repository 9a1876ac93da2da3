# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import boto3


def test_zone():
    route53 = boto3.client("route53")
    zones = {zone["Name"]: zone for zone in route53.list_hosted_zones()["HostedZones"]}
    zone = zones["dns-default.example.com."]
    assert zone["Config"] == {"Comment": "molecule-dns-default-dns-default-example-com", "PrivateZone": False}
    tags = route53.list_tags_for_resource(ResourceType="hostedzone", ResourceId=zone["Id"].removeprefix("/hostedzone/"))
    assert {tag["Key"]: tag["Value"] for tag in tags["ResourceTagSet"]["Tags"]} == {
        "groundwork:stack": "molecule",
        "groundwork:environment": "dns-default",
        "groundwork:component": "dns-default.example.com",
        "Name": "molecule-dns-default-dns-default-example-com",
    }
    records = route53.list_resource_record_sets(HostedZoneId=zone["Id"])["ResourceRecordSets"]
    assert {record["Type"] for record in records} == {"NS", "SOA"}
