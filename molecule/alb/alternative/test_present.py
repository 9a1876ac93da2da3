# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import boto3


def balancer():
    found = boto3.client("elbv2").describe_load_balancers()["LoadBalancers"]
    return next(one for one in found if one["LoadBalancerName"].startswith("molecule-alb-altern"))


def target_groups():
    """By the component that serves: long names are shortened."""
    elb = boto3.client("elbv2")
    groups = {group["TargetGroupArn"]: group for group in elb.describe_target_groups()["TargetGroups"]}
    tagged = elb.describe_tags(ResourceArns=[*groups])["TagDescriptions"] if groups else []
    names = {entry["ResourceArn"]: tag["Value"] for entry in tagged for tag in entry["Tags"] if tag["Key"] == "Name"}
    prefix = "molecule-alb-alternative-internal-"
    return {name.removeprefix(prefix): groups[arn] for arn, name in names.items() if name.startswith(prefix)}


def test_load_balancer():
    elb, ec2, stands = boto3.client("elbv2"), boto3.client("ec2"), balancer()
    assert stands["Scheme"] == "internal"
    subnets = ec2.describe_subnets(SubnetIds=[zone["SubnetId"] for zone in stands["AvailabilityZones"]])["Subnets"]
    names = {tag["Value"] for subnet in subnets for tag in subnet["Tags"] if tag["Key"] == "Name"}
    assert names == {f"molecule-alb-alternative-main-private-us-east-1{zone}" for zone in "ab"}
    attributes = elb.describe_load_balancer_attributes(LoadBalancerArn=stands["LoadBalancerArn"])["Attributes"]
    values = {attribute["Key"]: attribute["Value"] for attribute in attributes}
    assert values["deletion_protection.enabled"] == "true"
    assert values["idle_timeout.timeout_seconds"] == "120"
    assert values["access_logs.s3.enabled"] == "true"
    assert (values["access_logs.s3.bucket"], values["access_logs.s3.prefix"]) == ("molecule-alb-alternative-logs", "internal")


def test_rules():
    elb, groups = boto3.client("elbv2"), target_groups()
    listeners = elb.describe_listeners(LoadBalancerArn=balancer()["LoadBalancerArn"])["Listeners"]
    assert [(listener["Port"], listener["Protocol"]) for listener in listeners] == [(80, "HTTP")]
    rules = {rule["Priority"]: rule for rule in elb.describe_rules(ListenerArn=listeners[0]["ListenerArn"])["Rules"]}
    assert rules["default"]["Actions"][0]["FixedResponseConfig"]["StatusCode"] == "404"
    conditions = {condition["Field"]: condition for condition in rules["10"]["Conditions"]}
    assert conditions["host-header"]["HostHeaderConfig"]["Values"] == ["api.example.org", "api.example.com"]
    assert conditions["path-pattern"]["PathPatternConfig"]["Values"] == ["/v1/*", "/v2/*"]
    assert rules["10"]["Actions"][0]["TargetGroupArn"] == groups["api"]["TargetGroupArn"]
    assert rules["20"]["Conditions"][0]["PathPatternConfig"]["Values"] == ["/shop/*"]
    assert rules["20"]["Actions"][0]["TargetGroupArn"] == groups["web"]["TargetGroupArn"]


def test_target_groups():
    elb, groups = boto3.client("elbv2"), target_groups()
    assert {name: (group["Port"], group["TargetType"]) for name, group in groups.items()} == {
        "web": (3000, "ip"),
        "api": (8080, "instance"),
    }
    web = groups["web"]
    assert (web["HealthCheckPath"], web["Matcher"]["HttpCode"], web["HealthCheckIntervalSeconds"]) == ("/healthz", "200-204", 30)
    assert (web["HealthCheckTimeoutSeconds"], web["HealthyThresholdCount"], web["UnhealthyThresholdCount"]) == (10, 3, 5)
    attributes = elb.describe_target_group_attributes(TargetGroupArn=web["TargetGroupArn"])["Attributes"]
    values = {attribute["Key"]: attribute["Value"] for attribute in attributes}
    assert values["deregistration_delay.timeout_seconds"] == "120"
    assert (values["stickiness.enabled"], values["stickiness.lb_cookie.duration_seconds"]) == ("true", "3600")
