# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from support.certificates import issued_certificate

NAME = "shop-public"
TO_HTTPS = {"redirect": {"protocol": "HTTPS", "port": "443"}}
NOT_FOUND = {"fixed_response": {"status_code": "404", "body": "no such site"}}
SECRET = "a-value-that-nobody-may-see-anywhere"


@pytest.fixture
def network(aws: Any) -> dict[str, Any]:
    ec2 = aws("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=f"us-east-1{zone}")["Subnet"]["SubnetId"]
        for number, zone in enumerate("abc")
    ]
    groups = [ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc)["GroupId"] for name in ("one", "two")]
    made = [
        aws("elbv2").create_target_group(Name=name, Protocol="HTTP", Port=3000, VpcId=vpc, TargetType="ip")
        for name in ("web", "api")
    ]
    web, api = [one["TargetGroups"][0]["TargetGroupArn"] for one in made]
    return {"subnets": subnets, "groups": groups, "web": web, "api": api}


@pytest.fixture
def least(network: dict[str, Any]) -> dict[str, Any]:
    return {"name": NAME, "subnets": network["subnets"][:2], "security_groups": network["groups"][:1]}


def balancer(aws: Any) -> dict[str, Any] | None:
    elb = aws("elbv2")
    try:
        return elb.describe_load_balancers(Names=[NAME])["LoadBalancers"][0]
    except elb.exceptions.LoadBalancerNotFoundException:
        return None


def attributes(aws: Any) -> dict[str, str]:
    answer = aws("elbv2").describe_load_balancer_attributes(LoadBalancerArn=balancer(aws)["LoadBalancerArn"])
    return {one["Key"]: one.get("Value", "") for one in answer["Attributes"]}


def listeners(aws: Any) -> dict[int, dict[str, Any]]:
    answer = aws("elbv2").describe_listeners(LoadBalancerArn=balancer(aws)["LoadBalancerArn"])
    return {one["Port"]: one for one in answer["Listeners"]}


def rules(aws: Any, port: int = 80) -> dict[str, tuple[dict[str, list[str]], dict[str, Any]]]:
    """Conditions and action by priority, without the default rule."""
    found = aws("elbv2").describe_rules(ListenerArn=listeners(aws)[port]["ListenerArn"])["Rules"]
    configs = ("HostHeaderConfig", "PathPatternConfig", "HttpHeaderConfig")
    return {
        rule["Priority"]: (
            {one["Field"]: one[config]["Values"] for one in rule["Conditions"] for config in configs if config in one},
            rule["Actions"][0],
        )
        for rule in found
        if rule["Priority"] != "default"
    }


def http(*rules: dict[str, Any], default: dict[str, Any] = NOT_FOUND) -> list[dict[str, Any]]:
    return [{"port": 80, "protocol": "HTTP", "default_action": default, "rules": list(rules)}]


def test_lifecycle(aws, lifecycle, network, least):
    aws("s3").create_bucket(Bucket="shop-logs")
    https = {
        "port": 443,
        "protocol": "HTTPS",
        "ssl_policy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
        "certificate_arn": issued_certificate(aws, "app.example.org"),
        "default_action": NOT_FOUND,
        "rules": [
            {"priority": 10, "paths": ["/api/*"], "action": {"forward": network["api"]}},
            {"priority": 20, "hosts": ["b.example.org", "a.example.org"], "action": {"forward": network["web"]}},
            {"priority": 30, "headers": [{"name": "X-Lock", "values": [SECRET]}], "action": {"forward": network["web"]}},
        ],
    }
    lifecycle(
        "elb_load_balancer",
        present={
            **least,
            "scheme": "internet-facing",
            "idle_timeout": 120,
            "deletion_protection": True,
            "http2": True,
            "drop_invalid_header_fields": True,
            "desync_mitigation_mode": "strictest",
            "access_logs": {"bucket": "shop-logs", "prefix": "public"},
            "listeners": [https, {"port": 80, "protocol": "HTTP", "default_action": TO_HTTPS, "rules": []}],
            "purge_listeners": True,
            "purge_rules": True,
            "tags": {"team": "shop"},
        },
        change={
            "subnets": network["subnets"],
            "security_groups": network["groups"],
            "deletion_protection": False,
            "access_logs": {"bucket": ""},
            "listeners": [{**https, "rules": https["rules"][1:]}],
            "tags": {"team": "web"},
        },
        exists=lambda: balancer(aws) is not None,
        changed=lambda: (
            len(balancer(aws)["AvailabilityZones"]) == 3
            and sorted(balancer(aws)["SecurityGroups"]) == sorted(network["groups"])
            and attributes(aws)["deletion_protection.enabled"] == "false"
            and attributes(aws)["access_logs.s3.enabled"] == "false"
            and attributes(aws)["idle_timeout.timeout_seconds"] == "120"
            and list(listeners(aws)) == [443]
            and set(rules(aws, 443)) == {"20", "30"}
        ),
        absent={"name": NAME},
    )


def test_least(aws, run_module, least):
    made = run_module("elb_load_balancer", **least)["load_balancer"]
    assert (made["scheme"], made["listeners"]) == ("internet-facing", {})
    assert made["dns_name"] == balancer(aws)["DNSName"]
    assert run_module("elb_load_balancer", **least)["changed"] is False


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"hosts": ["a.example.org"], "paths": ["/a"]}, {"paths": ["/a"]}),
        ({"hosts": ["a.example.org"], "paths": ["/a"]}, {"hosts": ["a.example.org"]}),
        ({"paths": ["/a", "/b"]}, {"paths": ["/a"]}),
        ({"paths": ["/a"]}, {"paths": ["/a", "/b"]}),
        ({"paths": ["/a"], "headers": [{"name": "x-lock", "values": ["b", "a"]}]}, {"paths": ["/a"]}),
        ({"paths": ["/a"]}, {"paths": ["/a"], "headers": [{"name": "x-lock", "values": ["b", "a"]}]}),
        (
            {"headers": [{"name": "x-lock", "values": ["b", "a"]}]},
            {"headers": [{"name": "x-lock", "values": ["b", "c"]}]},
        ),
    ],
)
def test_a_rule_has_the_conditions_that_are_declared_and_no_others(aws, run_module, network, least, before, after):
    forward = {"priority": 10, "action": {"forward": network["web"]}}
    run_module("elb_load_balancer", **least, listeners=http({**forward, **before}))
    planned = run_module("elb_load_balancer", check=True, **least, listeners=http({**forward, **after}))
    assert planned["changed"] is True
    made = run_module("elb_load_balancer", **least, listeners=http({**forward, **after}))
    assert made["changed"] is True
    headers = next((header["values"] for header in after.get("headers", [])), None)
    fields = {"host-header": after.get("hosts"), "path-pattern": after.get("paths"), "http-header": headers}
    ((conditions, _action),) = rules(aws).values()
    assert conditions == {field: values for field, values in fields.items() if values}
    assert run_module("elb_load_balancer", **least, listeners=http({**forward, **after}))["changed"] is False


@pytest.mark.parametrize(
    "action",
    [
        {"fixed_response": {}},
        {"fixed_response": {"status_code": "503", "content_type": "application/json", "body": "{}"}},
        {"redirect": {"host": "www.example.org", "status_code": "HTTP_302"}},
    ],
)
def test_an_action_changes_and_its_rule_stays(aws, run_module, network, least, action):
    one = {"priority": 10, "paths": ["/a"], "action": {"forward": network["web"]}}
    run_module("elb_load_balancer", **least, listeners=http(one, default={"forward": network["web"]}))
    elb = aws("elbv2")
    arn = listeners(aws)[80]["ListenerArn"]
    before = {rule["RuleArn"] for rule in elb.describe_rules(ListenerArn=arn)["Rules"]}
    declared = http({**one, "action": action}, default=action)
    assert run_module("elb_load_balancer", **least, listeners=declared)["changed"] is True
    assert {rule["RuleArn"] for rule in elb.describe_rules(ListenerArn=arn)["Rules"]} == before
    kind = "redirect" if "redirect" in action else "fixed-response"
    assert {rules(aws)["10"][1]["Type"], listeners(aws)[80]["DefaultActions"][0]["Type"]} == {kind}
    assert run_module("elb_load_balancer", **least, listeners=declared)["changed"] is False


def test_what_is_not_declared_stays_unless_it_is_purged(aws, run_module, network, least):
    forward = {"forward": network["web"]}
    first, second = ({"priority": number, "paths": [f"/{number}"], "action": forward} for number in (10, 20))
    other = {"port": 8080, "protocol": "HTTP", "default_action": forward}
    run_module("elb_load_balancer", **least, listeners=[*http(first, second), other])
    assert run_module("elb_load_balancer", **least, listeners=http(first))["changed"] is False
    assert run_module("elb_load_balancer", **least)["changed"] is False

    purged = run_module("elb_load_balancer", **least, listeners=http(first), purge_rules=True)
    assert purged["changed"] is True
    assert (set(rules(aws)), set(listeners(aws))) == ({"10"}, {80, 8080})
    run_module("elb_load_balancer", **least, listeners=http(first), purge_listeners=True)
    assert set(listeners(aws)) == {80}
    run_module("elb_load_balancer", **least, listeners=[], purge_listeners=True)
    assert listeners(aws) == {}


def test_what_somebody_else_made_of_a_rule_is_brought_back(aws, run_module, network, least):
    one = {"priority": 10, "paths": ["/a"], "action": {"forward": network["web"]}}
    run_module("elb_load_balancer", **least, listeners=http(one))
    elb = aws("elbv2")
    rule = elb.describe_rules(ListenerArn=listeners(aws)[80]["ListenerArn"])["Rules"][0]["RuleArn"]
    groups = [{"TargetGroupArn": network[name], "Weight": 1} for name in ("web", "api")]
    for change in (
        {"Conditions": [{"Field": "source-ip", "SourceIpConfig": {"Values": ["192.0.2.0/24"]}}]},
        {"Actions": [{"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}]},
    ):
        elb.modify_rule(RuleArn=rule, **change)
        assert run_module("elb_load_balancer", **least, listeners=http(one))["changed"] is True
        ((conditions, action),) = rules(aws).values()
        assert (conditions, action["TargetGroupArn"]) == ({"path-pattern": ["/a"]}, network["web"])


def test_no_value_of_a_header_is_shown(run_module, network, least):
    one = {"priority": 10, "action": {"forward": network["web"]}}
    locked = [http({**one, "headers": [{"name": "x-lock", "values": [f"{SECRET}-{number}"]}]}) for number in (1, 2)]
    shown = [
        run_module("elb_load_balancer", **least, listeners=declared, check=check)
        for declared in locked
        for check in (True, False)
    ]
    assert [one["changed"] for one in shown] == [True] * 4
    assert SECRET not in str(shown)
    before, after = (shown[2]["diff"][when]["listeners"]["80"]["rules"]["10"]["headers"] for when in ("before", "after"))
    assert before != after


def test_a_plan_that_does_not_know_a_value_yet_says_so(run_module, network, least):
    one = {
        "priority": 10,
        "action": {"forward": "(known after apply)"},
        "headers": [{"name": "x", "values": ["(known after apply)"]}],
    }
    planned = run_module("elb_load_balancer", check=True, **least, listeners=http(one))
    (rule,) = planned["load_balancer"]["listeners"]["80"]["rules"].values()
    assert rule["headers"] == {"x": ["(known after apply)"]}
    assert rule["action"] == {"forward": "(known after apply)"}


def test_refusals(aws, run_module, least):
    refused = run_module("elb_load_balancer", name=NAME)
    assert refused["msg"] == f"create load balancer {NAME}: it needs subnets; declare them"
    run_module("elb_load_balancer", **least, deletion_protection=True)
    refused = run_module("elb_load_balancer", **least, scheme="internal")
    assert refused["msg"].startswith(
        f"change load balancer {NAME}: its scheme is internet-facing and can't be changed to internal"
    )
    for check in (True, False):
        refused = run_module("elb_load_balancer", name=NAME, state="absent", check=check)
        assert refused["msg"] == f"delete load balancer {NAME}: it is protected; declare deletion_protection: false, too"
    assert balancer(aws)
    assert run_module("elb_load_balancer", name=NAME, state="absent", deletion_protection=False)["changed"] is True
    assert balancer(aws) is None


def test_a_load_balancer_of_another_type_is_left_alone(aws, run_module, network):
    aws("elbv2").create_load_balancer(Name=NAME, Type="network", Subnets=network["subnets"][:1])
    for state in ("present", "absent"):
        refused = run_module("elb_load_balancer", name=NAME, state=state)
        assert refused["msg"] == f"read load balancer {NAME}: it is a network load balancer; choose another name"


def test_a_deletion_waits_for_the_network_interfaces(aws, run_module, network, least):
    run_module("elb_load_balancer", **least)
    left = aws("ec2").create_network_interface(SubnetId=network["subnets"][0], Description=f"ELB app/{NAME}/0123456789abcdef")
    interface = left["NetworkInterface"]["NetworkInterfaceId"]
    for _time in ("when it is deleted", "when an earlier run was interrupted"):
        late = run_module("elb_load_balancer", name=NAME, state="absent", wait_timeout=0)
        assert f"still there: {interface} after 0 s" in late["msg"]
        assert balancer(aws) is None
    aws("ec2").delete_network_interface(NetworkInterfaceId=interface)
    assert run_module("elb_load_balancer", name=NAME, state="absent", wait_timeout=0)["changed"] is False
