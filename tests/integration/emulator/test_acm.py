# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import time
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from support.certificates import issued_certificate
from support.emulator import running

NAMES = {"DomainName": "example.org", "SubjectAlternativeNames": ["*.example.org", "shop.example.org"]}


@pytest.fixture
def acm(aws: Any) -> Any:
    return aws("acm")


def described(acm: Any, arn: str) -> dict[str, Any]:
    return acm.describe_certificate(CertificateArn=arn)["Certificate"]


def write(aws: Any, zone: str, records: list[dict[str, str]]) -> None:
    changes = [
        {
            "Action": "UPSERT",
            "ResourceRecordSet": {
                "Name": record["Name"],
                "Type": "CNAME",
                "TTL": 300,
                "ResourceRecords": [{"Value": record["Value"]}],
            },
        }
        for record in records
    ]
    aws("route53").change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})


def records_of(certificate: dict[str, Any]) -> list[dict[str, str]]:
    records = {option["ResourceRecord"]["Name"]: option["ResourceRecord"] for option in certificate["DomainValidationOptions"]}
    return list(records.values())


def test_issued_once_every_record_is_in_its_zone(aws, acm):
    zone = aws("route53").create_hosted_zone(Name="example.org", CallerReference="1")["HostedZone"]["Id"]
    arn = acm.request_certificate(**NAMES, ValidationMethod="DNS")["CertificateArn"]
    records = records_of(described(acm, arn))
    assert len(records) == 2, "the apex and its wildcard share one record"
    write(aws, zone, records[:1])
    time.sleep(1.2)  # MOTO_ACM_VALIDATION_WAIT of the emulator is one second
    assert described(acm, arn)["Status"] == "PENDING_VALIDATION"
    assert "IssuedAt" not in described(acm, arn)
    write(aws, zone, records)
    assert described(acm, arn)["Status"] == "ISSUED"
    assert "IssuedAt" in described(acm, arn)


def test_pending_where_no_zone_covers_the_name(acm):
    arn = acm.request_certificate(**NAMES, ValidationMethod="DNS")["CertificateArn"]
    time.sleep(1.2)
    assert described(acm, arn)["Status"] == "PENDING_VALIDATION"


def test_fails_where_the_zone_forbids_amazon(aws, acm):
    route53 = aws("route53")
    zone = route53.create_hosted_zone(Name="example.org", CallerReference="1")["HostedZone"]["Id"]
    caa = {"Name": "example.org", "Type": "CAA", "TTL": 60, "ResourceRecords": [{"Value": '0 issue "letsencrypt.org"'}]}
    changes = [{"Action": "CREATE", "ResourceRecordSet": caa}]
    route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})
    failed = described(acm, acm.request_certificate(**NAMES, ValidationMethod="DNS")["CertificateArn"])
    assert (failed["Status"], failed["FailureReason"]) == ("FAILED", "CAA_ERROR")


def test_key_algorithm_is_kept(acm):
    arn = acm.request_certificate(**NAMES, ValidationMethod="DNS", KeyAlgorithm="EC_prime256v1")["CertificateArn"]
    assert described(acm, arn)["KeyAlgorithm"] == "EC_prime256v1"


def test_certificate_in_use_stays(aws, acm):
    ec2, elb = aws("ec2"), aws("elbv2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    balancer = elb.create_load_balancer(Name="shop", Subnets=[subnet])["LoadBalancers"][0]["LoadBalancerArn"]
    arn = issued_certificate(aws, "example.org")
    answer = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}
    elb.create_listener(
        LoadBalancerArn=balancer, Protocol="HTTPS", Port=443, Certificates=[{"CertificateArn": arn}], DefaultActions=[answer]
    )
    assert described(acm, arn)["InUseBy"] == [balancer]
    with pytest.raises(ClientError, match="ResourceInUseException"):
        acm.delete_certificate(CertificateArn=arn)
    elb.delete_load_balancer(LoadBalancerArn=balancer)
    assert described(acm, arn)["InUseBy"] == []
    acm.delete_certificate(CertificateArn=arn)
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        described(acm, arn)


def test_dns_elsewhere_is_taken_to_be_right_when_told_so(tmp_path, monkeypatch):
    monkeypatch.setenv("EMULATOR_OUTSIDE_DNS", "valid")
    with running(tmp_path / "emulator.log") as url:
        acm = boto3.client("acm", "us-east-1", endpoint_url=url, aws_access_key_id="any", aws_secret_access_key="any")
        arn = acm.request_certificate(**NAMES, ValidationMethod="DNS")["CertificateArn"]
        time.sleep(1.2)
        assert described(acm, arn)["Status"] == "ISSUED"


def test_dns_elsewhere_is_asked_for(tmp_path, monkeypatch, cloudflare):
    zone = cloudflare.create_zone("example.org")
    monkeypatch.setenv("EMULATOR_OUTSIDE_DNS", f"{cloudflare.origin}/dns-query")
    with running(tmp_path / "emulator.log") as url:
        acm = boto3.client("acm", "us-east-1", endpoint_url=url, aws_access_key_id="any", aws_secret_access_key="any")
        arn = acm.request_certificate(DomainName="app.example.org", ValidationMethod="DNS")["CertificateArn"]
        time.sleep(1.2)
        told = described(acm, arn)
        assert told["Status"] == "PENDING_VALIDATION"
        record = told["DomainValidationOptions"][0]["ResourceRecord"]
        cname = {"name": record["Name"].rstrip("."), "type": "CNAME", "content": record["Value"], "ttl": 60}
        cloudflare.post(f"/zones/{zone}/dns_records", cname)
        assert described(acm, arn)["Status"] == "ISSUED"
