# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import json
import os
import subprocess
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
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


def health(elb: Any, arn: str, **options: Any) -> dict[str, tuple[str, str | None]]:
    told = elb.describe_target_health(TargetGroupArn=arn, **options)["TargetHealthDescriptions"]
    return {one["Target"]["Id"]: (one["TargetHealth"]["State"], one["TargetHealth"].get("Reason")) for one in told}


@pytest.fixture
def tell(endpoint: str) -> Iterator[Callable[..., dict[str, Any]]]:
    """Speak as the program does that runs load balancers."""

    def post(pid: int, checked: dict[str, Any] | None = None) -> dict[str, Any]:
        body = json.dumps({"pid": pid, "health": checked or {}}).encode()
        with urllib.request.urlopen(f"{endpoint}/_groundwork/machines", body, timeout=10) as answer:
            told: dict[str, Any] = json.load(answer)
        return told

    yield post
    post(0)


def test_the_health_of_targets_is_what_is_checked_while_load_balancers_are_run(aws, elb, vpc, tell):
    settings = {"Protocol": "HTTP", "Port": 80, "VpcId": vpc, "TargetType": "ip"}
    arn = elb.create_target_group(Name="web", **settings)["TargetGroups"][0]["TargetGroupArn"]
    front = balancer(aws, vpc)
    subnet = aws("ec2").describe_subnets()["Subnets"][0]["SubnetId"]
    image = aws("ec2").describe_images()["Images"][0]["ImageId"]
    started = aws("ec2").run_instances(ImageId=image, MinCount=2, MaxCount=2, SubnetId=subnet)["Instances"]
    one, other = (instance["PrivateIpAddress"] for instance in started)
    elb.register_targets(TargetGroupArn=arn, Targets=[{"Id": name} for name in (one, other, "10.0.0.99")])
    plain = dict.fromkeys((one, other, "10.0.0.99"), ("healthy", None))
    assert health(elb, arn) == plain

    tell(os.getpid())
    unused = ("unused", "Target.NotInUse")
    assert health(elb, arn) == {**plain, one: unused, other: unused}
    actions = [{"Type": "forward", "TargetGroupArn": arn}]
    elb.create_listener(LoadBalancerArn=front, Protocol="HTTP", Port=80, DefaultActions=actions)
    begun = ("initial", "Elb.RegistrationInProgress")
    assert health(elb, arn) == {**plain, one: begun, other: begun}

    failed = ("unhealthy", "Target.Timeout")
    tell(os.getpid(), {arn: {one: [*failed, "Request timed out"], other: ["healthy", None, None]}})
    assert health(elb, arn) == {**plain, one: failed}
    elb.deregister_targets(TargetGroupArn=arn, Targets=[{"Id": one}])
    draining = ("draining", "Target.DeregistrationInProgress")
    assert health(elb, arn) == {**plain, one: draining}
    assert health(elb, arn, Targets=[{"Id": one}]) == {one: draining}
    tell(os.getpid(), {arn: {other: ["healthy", None, None]}})
    assert health(elb, arn, Targets=[{"Id": one}]) == {one: ("unused", "Target.NotRegistered")}

    ended = subprocess.Popen(["true"])
    ended.wait()
    tell(ended.pid, {arn: {other: [*failed, "Request timed out"]}})
    assert health(elb, arn)[other] == ("healthy", None)


def test_who_runs_machines_is_told_of_the_calls_of_others_and_where_things_stand(aws, vpc, tell, endpoint):
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    config = Config(user_agent_extra="groundwork-machines")
    keeper = boto3.client("ec2", endpoint_url=endpoint, region_name="us-east-1", config=config, **keys)
    before = tell(0)
    assert before["regions"] == []
    keeper.describe_instances()
    assert tell(0)["calls"] == before["calls"]
    balancer(aws, vpc)
    after = tell(0)
    assert after["calls"] > before["calls"]
    assert after["regions"] == ["us-east-1"]
