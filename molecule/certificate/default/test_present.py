# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import boto3


def test_certificate():
    acm = boto3.client("acm")
    arns = {one["DomainName"]: one["CertificateArn"] for one in acm.list_certificates()["CertificateSummaryList"]}
    certificate = acm.describe_certificate(CertificateArn=arns["app.example.org"])["Certificate"]
    assert certificate["Status"] == "ISSUED"
    assert certificate["SubjectAlternativeNames"] == ["app.example.org"]
    assert certificate["KeyAlgorithm"].replace("-", "_") == "RSA_2048"
    tags = {tag["Key"]: tag["Value"] for tag in acm.list_tags_for_certificate(CertificateArn=arns["app.example.org"])["Tags"]}
    assert tags["groundwork:component"] == "app.example.org"
    assert tags["Name"] == "molecule-certificate-default-app-example-org"


def test_it_is_validated_in_the_zone():
    route53 = boto3.client("route53")
    zones = route53.list_hosted_zones()["HostedZones"]
    zone = next(zone["Id"] for zone in zones if zone["CallerReference"] == "molecule-certificate-default-example-org")
    records = route53.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    names = [record["Name"] for record in records if record["Type"] == "CNAME"]
    assert len(names) == 1
    assert names[0].endswith(".app.example.org.")
