# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest

NAME = "shop-web"


@pytest.fixture
def web(aws: Any) -> dict[str, Any]:
    vpc = aws("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    return {"name": NAME, "protocol": "HTTP", "port": 3000, "vpc_id": vpc}


def group(aws: Any) -> dict[str, Any] | None:
    elb = aws("elbv2")
    try:
        return elb.describe_target_groups(Names=[NAME])["TargetGroups"][0]
    except elb.exceptions.TargetGroupNotFoundException:
        return None


def attributes(aws: Any) -> dict[str, str]:
    answer = aws("elbv2").describe_target_group_attributes(TargetGroupArn=group(aws)["TargetGroupArn"])
    return {one["Key"]: one.get("Value", "") for one in answer["Attributes"]}


def test_lifecycle(aws, lifecycle, web):
    lifecycle(
        "elb_target_group",
        present={
            **web,
            "protocol_version": "HTTP1",
            "target_type": "ip",
            "health_check": {
                "protocol": "HTTP",
                "path": "/health",
                "port": "traffic-port",
                "interval": 15,
                "timeout": 5,
                "healthy_threshold": 2,
                "unhealthy_threshold": 3,
                "matcher": "200-299",
            },
            "deregistration_delay": 30,
            "slow_start": 60,
            "load_balancing_algorithm": "round_robin",
            "stickiness": {"enabled": True, "type": "lb_cookie", "duration": 3600},
            "tags": {"team": "shop"},
        },
        change={"health_check": {"path": "/ready"}, "deregistration_delay": 10, "tags": {"team": "web"}},
        exists=lambda: group(aws) is not None,
        changed=lambda: (
            group(aws)["HealthCheckPath"] == "/ready" and attributes(aws)["deregistration_delay.timeout_seconds"] == "10"
        ),
        absent={"name": NAME},
    )


def test_least(run_module, web):
    made = run_module("elb_target_group", **web)
    assert made["target_group"]["target_type"] == "ip"
    assert made["target_group"]["health_check"]["path"] == "/"
    assert run_module("elb_target_group", **web)["changed"] is False


@pytest.mark.parametrize(
    ("change", "key", "value"),
    [
        ({"slow_start": 30}, "slow_start.duration_seconds", "30"),
        (
            {"load_balancing_algorithm": "least_outstanding_requests"},
            "load_balancing.algorithm.type",
            "least_outstanding_requests",
        ),
        ({"stickiness": {"enabled": True, "duration": 60}}, "stickiness.lb_cookie.duration_seconds", "60"),
        (
            {"stickiness": {"enabled": True, "type": "app_cookie", "cookie_name": "sid"}},
            "stickiness.app_cookie.cookie_name",
            "sid",
        ),
    ],
)
def test_one_attribute_changes(aws, run_module, web, change, key, value):
    run_module("elb_target_group", **web, deregistration_delay=20)
    changed = run_module("elb_target_group", **web, **change)
    assert list(changed["diff"]["after"]) == ["attributes"]
    assert attributes(aws)[key] == value
    assert attributes(aws)["deregistration_delay.timeout_seconds"] == "20", "what is not declared stays"
    assert run_module("elb_target_group", **web, **change)["changed"] is False


def test_network_protocol(run_module, web):
    tcp = {**web, "protocol": "TCP", "stickiness": {"enabled": True, "type": "source_ip"}, "health_check": {"interval": 10}}
    assert not run_module("elb_target_group", **tcp).get("failed")
    assert run_module("elb_target_group", **tcp)["changed"] is False


def test_what_is_fixed_is_refused(aws, run_module, web):
    run_module("elb_target_group", **web)
    refused = run_module("elb_target_group", **{**web, "port": 80})
    assert refused["msg"].startswith(
        f"change target group {NAME}: its port is 3000 and can't be changed to 80; keep it, or declare"
    )
    assert group(aws)["Port"] == 3000


def test_what_creation_needs_is_named(run_module, web):
    refused = run_module("elb_target_group", name=NAME, protocol="HTTP", port=80)
    assert refused["msg"] == f"create target group {NAME}: it needs a vpc_id; declare it"
    assert run_module("elb_target_group", check=True, name=NAME, protocol="HTTP", port=80)["changed"] is True


def test_used_target_group_is_not_deleted(aws, run_module, web):
    arn = run_module("elb_target_group", **web)["target_group"]["arn"]
    subnet = aws("ec2").create_subnet(VpcId=web["vpc_id"], CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    elb = aws("elbv2")
    balancer = elb.create_load_balancer(Name="shop", Subnets=[subnet])["LoadBalancers"][0]["LoadBalancerArn"]
    forward = [{"Type": "forward", "TargetGroupArn": arn}]
    elb.create_listener(LoadBalancerArn=balancer, Protocol="HTTP", Port=80, DefaultActions=forward)
    refused = run_module("elb_target_group", name=NAME, state="absent", wait_timeout=0)
    assert refused["msg"] == f"delete target group {NAME}: {balancer} forward to it; remove their rules or listeners first"
    elb.delete_load_balancer(LoadBalancerArn=balancer)
    assert run_module("elb_target_group", name=NAME, state="absent")["changed"] is True
