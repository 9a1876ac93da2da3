# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import os
import subprocess
from pathlib import Path

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


def test_a_zone_that_the_stack_did_not_make_is_not_taken_over():
    route53 = boto3.client("route53")
    stranger = route53.create_hosted_zone(Name="stranger.example.com", CallerReference="stranger")["HostedZone"]["Id"]
    scenario = Path(os.environ["MOLECULE_SCENARIO_DIRECTORY"])
    project = scenario.parents[2]
    inventories = [scenario / "hosts.yml", project / "molecule/shared/inventory", project / "inventories/sandbox"]
    command = ["ansible-playbook", "-e", "dns_zone=stranger.example.com", project / "molecule/shared/converge.yml"]
    options = [f"--inventory={inventory}" for inventory in inventories]
    done = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
    tags = route53.list_tags_for_resource(ResourceType="hostedzone", ResourceId=stranger.rpartition("/")[2])
    route53.delete_hosted_zone(Id=stranger)
    assert done.returncode != 0
    assert "To use it: dns_existing: true" in " ".join((done.stdout + done.stderr).split())
    assert tags["ResourceTagSet"]["Tags"] == []
