# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest

SITE = {
    "name": "shop-prod-site",
    "domain_name": "example.org",
    "subject_alternative_names": ["www.example.org"],
    "hosted_zone": "example.org",
    "wait_timeout": 20,
}


@pytest.fixture
def zone(aws: Any) -> str:
    return aws("route53").create_hosted_zone(Name="example.org", CallerReference="1")["HostedZone"]["Id"].split("/")[-1]


def certificates(aws: Any) -> list[dict[str, Any]]:
    acm = aws("acm")
    arns = [one["CertificateArn"] for one in acm.list_certificates()["CertificateSummaryList"]]
    return [acm.describe_certificate(CertificateArn=arn)["Certificate"] for arn in arns]


def records(aws: Any, zone: str) -> list[str]:
    found = aws("route53").list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    return [one["Name"] for one in found if one["Type"] == "CNAME"]


def use(aws: Any, arn: str) -> str:
    """A load balancer that serves the certificate."""
    ec2, elb = aws("ec2"), aws("elbv2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    balancer = elb.create_load_balancer(Name="shop", Subnets=[subnet])["LoadBalancers"][0]["LoadBalancerArn"]
    answer = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}
    elb.create_listener(
        LoadBalancerArn=balancer, Protocol="HTTPS", Port=443, Certificates=[{"CertificateArn": arn}], DefaultActions=[answer]
    )
    return balancer


def test_lifecycle(aws, lifecycle, zone):
    def tagged() -> bool:
        tags = aws("acm").list_tags_for_certificate(CertificateArn=certificates(aws)[0]["CertificateArn"])["Tags"]
        return {"Key": "team", "Value": "shop"} in tags

    lifecycle(
        "acm_certificate",
        present=SITE,
        change={"tags": {"team": "shop"}},
        exists=lambda: [one["Status"] for one in certificates(aws)] == ["ISSUED"] and len(records(aws, zone)) == 2,
        changed=tagged,
        absent={key: SITE[key] for key in ("name", "domain_name", "hosted_zone")},
    )
    assert records(aws, zone) == []


def test_zone_by_id(run_module, zone):
    assert run_module("acm_certificate", **{**SITE, "hosted_zone": zone})["certificate"]["status"] == "ISSUED"


def test_without_a_zone_the_records_are_returned(aws, run_module, zone):
    elsewhere = {key: value for key, value in SITE.items() if key != "hosted_zone"}
    made = run_module("acm_certificate", **elsewhere)["certificate"]
    assert made["status"] == "PENDING_VALIDATION"
    assert {one["type"] for one in made["validation_records"]} == {"CNAME"}
    assert len(made["validation_records"]) == 2
    assert records(aws, zone) == []
    assert run_module("acm_certificate", **elsewhere)["changed"] is False
    issued = run_module("acm_certificate", **SITE)
    assert issued["certificate"]["arn"] == made["arn"]
    assert issued["certificate"]["status"] == "ISSUED"
    assert issued["diff"]["before"]["certificate"]["status"] == "PENDING_VALIDATION"


def test_what_an_earlier_run_requested_is_waited_for_without_a_change(aws, run_module, zone):
    begun = run_module("acm_certificate", **SITE, wait=False)
    assert (begun["changed"], begun["certificate"]["status"]) == (True, "PENDING_VALIDATION")
    named = {"name": SITE["name"], "domain_name": SITE["domain_name"], "wait": True, "wait_timeout": 20}
    planned = run_module("acm_certificate", check=True, **named)
    assert planned["certificate"]["arn"] == begun["certificate"]["arn"]
    done = run_module("acm_certificate", **named)
    assert (done["changed"], done["certificate"]["status"]) == (False, "ISSUED")
    assert len(certificates(aws)) == 1


def test_a_missing_zone(aws, run_module):
    planned = run_module("acm_certificate", check=True, **SITE)
    assert planned["changed"] is True, "the same plan may make the zone"
    refused = run_module("acm_certificate", **SITE)
    assert refused["msg"] == "validate certificate shop-prod-site: there is no public hosted zone example.org; create it first"
    assert certificates(aws) == []


def test_a_lost_validation_record_is_written_again(aws, run_module, zone):
    run_module("acm_certificate", **SITE)
    route53 = aws("route53")
    lost = next(
        one for one in route53.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"] if one["Type"] == "CNAME"
    )
    changes = [{"Action": "DELETE", "ResourceRecordSet": lost}]
    route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})
    assert run_module("acm_certificate", **SITE)["changed"] is True
    assert len(records(aws, zone)) == 2
    assert run_module("acm_certificate", **SITE)["changed"] is False


def test_other_names_get_a_certificate_beside_the_old_one(aws, run_module, zone):
    old = run_module("acm_certificate", **SITE)["certificate"]["arn"]
    balancer = use(aws, old)
    wider = {**SITE, "subject_alternative_names": ["www.example.org", "shop.example.org"]}
    new = run_module("acm_certificate", **wider)["certificate"]
    assert new["arn"] != old
    assert new["superseded"] == {old: {"status": "ISSUED", "in_use_by": [balancer]}}
    assert run_module("acm_certificate", **wider)["changed"] is False
    assert run_module("acm_certificate", **wider, purge_superseded=True)["changed"] is False, "it still serves"
    aws("elbv2").delete_load_balancer(LoadBalancerArn=balancer)
    assert run_module("acm_certificate", **wider)["changed"] is False, "nothing is purged unasked"
    assert run_module("acm_certificate", **wider, purge_superseded=True)["changed"] is True
    assert [one["CertificateArn"] for one in certificates(aws)] == [new["arn"]]
    assert len(records(aws, zone)) == 3, "the records that the new one shares stay"
    assert run_module("acm_certificate", **wider, purge_superseded=True)["changed"] is False


def test_another_certificate_of_the_domain_is_let_alone(aws, run_module, zone):
    run_module("acm_certificate", **SITE)
    other = run_module("acm_certificate", **{**SITE, "name": "shop-staging-site"})["certificate"]["arn"]
    assert len(certificates(aws)) == 2
    run_module("acm_certificate", **SITE, state="absent")
    assert [one["CertificateArn"] for one in certificates(aws)] == [other]
    assert len(records(aws, zone)) == 2, "the other one needs them"


def test_used_certificate_is_not_deleted(aws, run_module, zone):
    balancer = use(aws, run_module("acm_certificate", **SITE)["certificate"]["arn"])
    refused = run_module("acm_certificate", **{**SITE, "wait": False}, state="absent")
    assert f"it is in use by {balancer}; put another certificate there first" in refused["msg"]
    assert len(records(aws, zone)) == 2
    aws("elbv2").delete_load_balancer(LoadBalancerArn=balancer)
    assert run_module("acm_certificate", **SITE, state="absent")["changed"] is True


def test_failure_says_why_and_the_next_run_starts_anew(aws, run_module, zone):
    route53 = aws("route53")
    caa = {"Name": "example.org", "Type": "CAA", "TTL": 60, "ResourceRecords": [{"Value": '0 issue "letsencrypt.org"'}]}

    def change(action: str) -> None:
        changes = [{"Action": action, "ResourceRecordSet": caa}]
        route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})

    change("CREATE")
    failed = run_module("acm_certificate", **SITE)
    assert "it ended as FAILED (CAA_ERROR); correct that and run this again" in failed["msg"]
    change("DELETE")
    assert run_module("acm_certificate", **SITE)["certificate"]["status"] == "ISSUED"
    assert len(certificates(aws)) == 1, "the failed one is gone"
    assert run_module("acm_certificate", **SITE)["changed"] is False


def test_key_algorithm(aws, run_module, zone):
    made = run_module("acm_certificate", **SITE, key_algorithm="EC_prime256v1")["certificate"]
    assert made["key_algorithm"] == "EC_prime256v1"
    assert run_module("acm_certificate", **SITE, key_algorithm="EC_prime256v1")["changed"] is False
