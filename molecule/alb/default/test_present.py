# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import boto3

NAME = "molecule-alb-default-public"
TARGET = "molecule-alb-default-public-web"


def balancer():
    found = boto3.client("elbv2").describe_load_balancers()["LoadBalancers"]
    return next(one for one in found if one["LoadBalancerName"] == NAME)


def listeners():
    found = boto3.client("elbv2").describe_listeners(LoadBalancerArn=balancer()["LoadBalancerArn"])["Listeners"]
    return {listener["Port"]: listener for listener in found}


def test_load_balancer():
    stands = balancer()
    assert (stands["Scheme"], stands["Type"]) == ("internet-facing", "application")
    attributes = boto3.client("elbv2").describe_load_balancer_attributes(LoadBalancerArn=stands["LoadBalancerArn"])["Attributes"]
    values = {attribute["Key"]: attribute["Value"] for attribute in attributes}
    assert values["routing.http2.enabled"] == "true"
    assert values["routing.http.drop_invalid_header_fields.enabled"] == "true"
    assert values["deletion_protection.enabled"] == "false"
    assert values["access_logs.s3.enabled"] == "false"


def test_place():
    ec2, stands = boto3.client("ec2"), balancer()
    subnets = ec2.describe_subnets(SubnetIds=[zone["SubnetId"] for zone in stands["AvailabilityZones"]])["Subnets"]
    names = {tag["Value"] for subnet in subnets for tag in subnet["Tags"] if tag["Key"] == "Name"}
    assert names == {f"molecule-alb-default-main-public-us-east-1{zone}" for zone in "ab"}
    groups = ec2.describe_security_groups(GroupIds=stands["SecurityGroups"])["SecurityGroups"]
    assert [group["GroupName"] for group in groups] == [NAME]


def test_https_serves_and_http_redirects():
    certificate = boto3.client("acm").list_certificates()["CertificateSummaryList"][0]["CertificateArn"]
    target = boto3.client("elbv2").describe_target_groups(Names=[TARGET])["TargetGroups"][0]["TargetGroupArn"]
    https, http = listeners()[443], listeners()[80]
    assert https["Certificates"][0]["CertificateArn"] == certificate
    assert https["SslPolicy"] == "ELBSecurityPolicy-TLS13-1-2-2021-06"
    assert (https["DefaultActions"][0]["Type"], https["DefaultActions"][0]["TargetGroupArn"]) == ("forward", target)
    redirect = http["DefaultActions"][0]["RedirectConfig"]
    assert (redirect["Protocol"], redirect["Port"], redirect["StatusCode"]) == ("HTTPS", "443", "HTTP_301")


def test_target_group():
    elb = boto3.client("elbv2")
    group = elb.describe_target_groups(Names=[TARGET])["TargetGroups"][0]
    assert (group["Protocol"], group["Port"], group["TargetType"]) == ("HTTP", 3000, "ip")
    assert (group["HealthCheckPath"], group["HealthCheckIntervalSeconds"], group["HealthyThresholdCount"]) == ("/", 15, 2)
    attributes = elb.describe_target_group_attributes(TargetGroupArn=group["TargetGroupArn"])["Attributes"]
    values = {attribute["Key"]: attribute["Value"] for attribute in attributes}
    assert (values["deregistration_delay.timeout_seconds"], values["stickiness.enabled"]) == ("30", "false")
