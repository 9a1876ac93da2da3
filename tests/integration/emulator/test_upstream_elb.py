# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""amazon.aws.elb_application_lb, which roles use for load balancers, keeps its promises on the emulator."""

from __future__ import annotations

import time
from typing import Any

import pytest
from support.certificates import issued_certificate

# Both ways of tests/integration/runtime/test_services.py run these modules, too.
pytestmark = pytest.mark.nightly

ALB = "amazon.aws.elb_application_lb"
NAME = "shop-test-public"
REDIRECT = {
    "Protocol": "HTTP",
    "Port": 80,
    "DefaultActions": [
        {
            "Type": "redirect",
            "RedirectConfig": {
                "Protocol": "HTTPS",
                "Port": "443",
                "Host": "#{host}",
                "Path": "/#{path}",
                "Query": "#{query}",
                "StatusCode": "HTTP_301",
            },
        }
    ],
}
NOT_FOUND = {
    "Type": "fixed-response",
    "FixedResponseConfig": {"ContentType": "text/plain", "StatusCode": "404", "MessageBody": "no such site"},
}


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """The module pauses for AWS to become consistent; the emulator is at once."""
    monkeypatch.setattr(time, "sleep", lambda seconds: None)


@pytest.fixture
def front_door(aws: Any) -> dict[str, Any]:
    """The options of a load balancer with everything set, on a network made for it."""
    ec2, elb = aws("ec2"), aws("elbv2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=cidr, AvailabilityZone=zone)["Subnet"]["SubnetId"]
        for cidr, zone in (("10.0.0.0/24", "us-east-1a"), ("10.0.16.0/24", "us-east-1b"))
    ]
    group = ec2.create_security_group(GroupName=NAME, Description=NAME, VpcId=vpc)["GroupId"]
    target = elb.create_target_group(Name="shop-test-web", Protocol="HTTP", Port=3000, VpcId=vpc, TargetType="ip")
    arn = target["TargetGroups"][0]["TargetGroupArn"]
    certificate = issued_certificate(aws, "app.example.org")
    aws("s3").create_bucket(Bucket="shop-test-logs")
    forward = [{"Type": "forward", "TargetGroupArn": arn}]
    https = {
        "Protocol": "HTTPS",
        "Port": 443,
        "SslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
        "Certificates": [{"CertificateArn": certificate}],
        "DefaultActions": [NOT_FOUND],
        "Rules": [
            {"Priority": "10", "Conditions": [{"Field": "path-pattern", "Values": ["/api/*"]}], "Actions": forward},
            {
                "Priority": "20",
                "Conditions": [
                    {"Field": "host-header", "HostHeaderConfig": {"Values": ["example.org", "www.example.org"]}},
                    {"Field": "path-pattern", "PathPatternConfig": {"Values": ["/*"]}},
                ],
                "Actions": forward,
            },
        ],
    }
    return {
        "name": NAME,
        "scheme": "internet-facing",
        "subnets": subnets,
        "security_groups": [group],
        "listeners": [REDIRECT, https],
        "access_logs_enabled": True,
        "access_logs_s3_bucket": "shop-test-logs",
        "access_logs_s3_prefix": "public",
        "idle_timeout": 120,
        "http2": True,
        "http_drop_invalid_header_fields": True,
        "http_desync_mitigation_mode": "strictest",
        "deletion_protection": False,
        "tags": {"Name": NAME, "groundwork:stack": "shop"},
    }


def test_load_balancer(converges, front_door):
    converges(ALB, **front_door)
    converges(ALB, name=NAME, state="absent")


def test_least_load_balancer(converges, front_door):
    least = {key: front_door[key] for key in ("name", "subnets", "security_groups")}
    listener = {"Protocol": "HTTP", "Port": 80, "DefaultActions": [NOT_FOUND]}
    converges(ALB, **least, listeners=[listener])


@pytest.mark.parametrize(
    "change",
    [
        {"idle_timeout": 30},
        {"http2": False},
        {"http_drop_invalid_header_fields": False},
        {"http_desync_mitigation_mode": "monitor"},
        {"access_logs_s3_prefix": "edge"},
        {"deletion_protection": True},
        {"tags": {"Name": NAME, "groundwork:stack": "other"}},
        {"listeners": [REDIRECT]},
    ],
    ids=lambda change: next(iter(change)),
)
def test_one_setting_changes(converges, front_door, run_module, change):
    run_module(ALB, **front_door)
    converges(ALB, **{**front_door, **change})


def test_listener_and_rules_change(converges, front_door, run_module):
    run_module(ALB, **front_door)
    redirect, https = front_door["listeners"]
    path, host = https["Rules"]
    hosts = {"Field": "host-header", "HostHeaderConfig": {"Values": ["example.org", "shop.example.org"]}}
    changed = {**https, "SslPolicy": "ELBSecurityPolicy-TLS13-1-3-2021-06", "Rules": [path, {**host, "Conditions": [hosts]}]}
    converges(ALB, **{**front_door, "listeners": [redirect, changed]})
    converges(ALB, **{**front_door, "listeners": [redirect, {**changed, "Rules": [path]}]})


def test_protected_load_balancer_stays(aws, front_door, run_module):
    run_module(ALB, **{**front_door, "deletion_protection": True})
    assert run_module(ALB, name=NAME, state="absent")["failed"] is True
    assert aws("elbv2").describe_load_balancers(Names=[NAME])["LoadBalancers"]
