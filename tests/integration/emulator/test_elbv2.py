# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def elb(aws: Any) -> Any:
    return aws("elbv2")


@pytest.fixture
def vpc(aws: Any) -> str:
    return aws("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]


def balancer(aws: Any, vpc: str, kind: str = "application", scheme: str = "internet-facing") -> str:
    subnet = aws("ec2").create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    made = aws("elbv2").create_load_balancer(Name="shop", Subnets=[subnet], Type=kind, Scheme=scheme)
    return made["LoadBalancers"][0]["LoadBalancerArn"]


def attributes(answer: dict[str, Any]) -> dict[str, str]:
    return {one["Key"]: one.get("Value", "") for one in answer["Attributes"]}


@pytest.mark.parametrize(
    ("kind", "scheme", "expected"),
    [
        (
            "application",
            "internet-facing",
            {
                "access_logs.s3.enabled": "false",
                "idle_timeout.timeout_seconds": "60",
                "routing.http2.enabled": "true",
                "routing.http.drop_invalid_header_fields.enabled": "false",
                "load_balancing.cross_zone.enabled": "true",
                "ipv6.deny_all_igw_traffic": "false",
            },
        ),
        ("application", "internal", {"ipv6.deny_all_igw_traffic": "true"}),
        ("network", "internal", {"access_logs.s3.enabled": "false", "load_balancing.cross_zone.enabled": "false"}),
    ],
)
def test_load_balancer_attributes_are_always_there(aws, elb, vpc, kind, scheme, expected):
    found = attributes(elb.describe_load_balancer_attributes(LoadBalancerArn=balancer(aws, vpc, kind, scheme)))
    assert expected.items() <= found.items()


def test_deletion_protection_protects(aws, elb, vpc):
    arn = balancer(aws, vpc)
    protection = {"Key": "deletion_protection.enabled", "Value": "true"}
    elb.modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=[protection])
    with pytest.raises(ClientError, match="OperationNotPermitted"):
        elb.delete_load_balancer(LoadBalancerArn=arn)
    elb.modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=[{**protection, "Value": "false"}])
    elb.delete_load_balancer(LoadBalancerArn=arn)
    assert elb.describe_load_balancers()["LoadBalancers"] == []


def test_target_group_names_the_load_balancers_that_forward_to_it(aws, elb, vpc):
    arn = balancer(aws, vpc)
    group = elb.create_target_group(Name="web", Protocol="HTTP", Port=80, VpcId=vpc)["TargetGroups"][0]["TargetGroupArn"]
    forward = [{"Type": "forward", "TargetGroupArn": group}]

    def users() -> list[str]:
        return elb.describe_target_groups(Names=["web"])["TargetGroups"][0]["LoadBalancerArns"]

    for remove in (
        lambda listener: elb.delete_listener(ListenerArn=listener),
        lambda listener: elb.delete_load_balancer(LoadBalancerArn=arn),
    ):
        made = elb.create_listener(LoadBalancerArn=arn, Protocol="HTTP", Port=80, DefaultActions=forward)
        assert users() == [arn]
        remove(made["Listeners"][0]["ListenerArn"])
        assert users() == []


@pytest.mark.parametrize(
    ("protocol", "target_type", "expected", "missing"),
    [
        (
            "HTTP",
            "ip",
            {"stickiness.type": "lb_cookie", "stickiness.lb_cookie.duration_seconds": "86400", "stickiness.enabled": "false"},
            "preserve_client_ip.enabled",
        ),
        ("TCP", "ip", {"preserve_client_ip.enabled": "false", "stickiness.type": "source_ip"}, "slow_start.duration_seconds"),
        ("TCP", "instance", {"preserve_client_ip.enabled": "true"}, "load_balancing.algorithm.type"),
    ],
)
def test_target_group_attributes_are_always_there(elb, vpc, protocol, target_type, expected, missing):
    made = elb.create_target_group(Name="web", Protocol=protocol, Port=80, VpcId=vpc, TargetType=target_type)
    arn = made["TargetGroups"][0]["TargetGroupArn"]
    found = attributes(elb.describe_target_group_attributes(TargetGroupArn=arn))
    assert expected.items() <= found.items()
    assert missing not in found


def test_conditions_are_answered_in_both_forms(aws, elb, vpc):
    answer = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}
    made = elb.create_listener(LoadBalancerArn=balancer(aws, vpc), Protocol="HTTP", Port=80, DefaultActions=[answer])
    hosts = {"Field": "host-header", "HostHeaderConfig": {"Values": ["example.org", "www.example.org"]}}
    path = {"Field": "path-pattern", "Values": ["/api/*"]}
    listener = made["Listeners"][0]["ListenerArn"]
    elb.create_rule(ListenerArn=listener, Priority=10, Conditions=[hosts, path], Actions=[answer])
    rule = elb.describe_rules(ListenerArn=listener)["Rules"][0]
    assert rule["Conditions"] == [
        {**hosts, "Values": ["example.org", "www.example.org"]},
        {**path, "PathPatternConfig": {"Values": ["/api/*"]}},
    ]
