#!/usr/bin/python
# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: elb_target_group
version_added: 0.1.0
short_description: Manage a target group of Elastic Load Balancing
description:
  - Creates, changes and deletes a target group with its health check, attributes and tags. It does not register targets.
  - Follows the Elastic Load Balancing API reference, actions CreateTargetGroup, ModifyTargetGroup,
    ModifyTargetGroupAttributes and DeleteTargetGroup.
author:
  - The Groundwork authors (@groundwork)
options:
  name:
    description: Name of the target group, at most 32 letters, digits and hyphens.
    type: str
    required: true
  protocol:
    description: Protocol by which targets are spoken to. It can't be changed later.
    type: str
    choices: [HTTP, HTTPS, TCP, TLS, UDP, TCP_UDP]
  port:
    description: Port on which targets listen. It can't be changed later.
    type: int
  protocol_version:
    description: Version of HTTP, left out C(HTTP1). It can't be changed later.
    type: str
    choices: [HTTP1, HTTP2, GRPC]
  vpc_id:
    description: The VPC of the targets. It can't be changed later.
    type: str
  target_type:
    description: What targets are, left out C(ip). It can't be changed later.
    type: str
    choices: [instance, ip, lambda]
  health_check:
    description: How it is found out whether a target is well.
    type: dict
    suboptions:
      protocol:
        description: Protocol of the check.
        type: str
        choices: [HTTP, HTTPS, TCP]
      path:
        description: Path that is asked for.
        type: str
      port:
        description: Port that is asked, C(traffic-port) for that of the target.
        type: str
      interval:
        description: Seconds between two checks.
        type: int
      timeout:
        description: Seconds without an answer after which a check has failed; fewer than the interval.
        type: int
      healthy_threshold:
        description: Checks in a row after which a target is well.
        type: int
      unhealthy_threshold:
        description: Failed checks in a row after which it is not.
        type: int
      matcher:
        description: HTTP codes of a healthy answer, C(200) or C(200-299,301); gRPC codes where that is spoken.
        type: str
  deregistration_delay:
    description: Seconds during which a target that is taken out may finish its requests.
    type: int
  slow_start:
    description: Seconds during which a new target gets a growing share of the requests, 30 to 900, or 0 for none. Only with HTTP.
    type: int
  load_balancing_algorithm:
    description: How the target of a request is chosen. Only with HTTP.
    type: str
    choices: [round_robin, least_outstanding_requests, weighted_random]
  stickiness:
    description: Whether a client keeps its target.
    type: dict
    suboptions:
      enabled:
        description: Whether it does.
        type: bool
      type:
        description: How a client is known again.
        type: str
        choices: [lb_cookie, app_cookie, source_ip]
      duration:
        description: Seconds for which a cookie is valid.
        type: int
      cookie_name:
        description: Name of the application's cookie, with C(app_cookie).
        type: str
  wait_timeout:
    description: How many seconds a deletion waits for a listener or rule that was just removed to let the target group go.
    type: int
    default: 120
extends_documentation_fragment:
  - groundwork.cloud.converge
  - groundwork.cloud.tags
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Where the web service's tasks are registered
  groundwork.cloud.elb_target_group:
    name: shop-production-web
    protocol: HTTP
    port: 3000
    vpc_id: vpc-0a1b2c3d4e5f67890
    health_check: {path: /health, interval: 15, timeout: 5, matcher: "200"}
    deregistration_delay: 30
    stickiness: {enabled: true, type: lb_cookie, duration: 3600}

- name: Remove it
  groundwork.cloud.elb_target_group:
    name: shop-production-web
    state: absent
"""

RETURN = r"""
target_group:
  description: The target group, with the settings of the same names as the options; empty when it is absent.
  returned: always
  type: dict
  contains:
    arn:
      description: Its ARN. Known once the target group exists.
      type: str
      sample: arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/shop-production-web/0123456789abcdef
    load_balancers:
      description: ARNs of the load balancers that forward to it.
      type: list
      elements: str
      sample: []
    health_check:
      description: The health check, as in O(health_check).
      type: dict
      sample: {"path": "/health"}
    attributes:
      description: The attributes, as in O(deregistration_delay), O(slow_start), O(load_balancing_algorithm) and O(stickiness).
      type: dict
      sample: {"deregistration_delay": 30}
    tags:
      description: The tags.
      type: dict
      sample: {"groundwork:stack": "shop"}
"""

from collections.abc import Mapping
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ..module_utils.aws import (
    STATE_OPTION,
    TAG_OPTIONS,
    AwsError,
    Service,
    attribute_texts,
    converge,
    tag_dict,
    tag_list,
    tags_part,
)
from ..module_utils.plan import Plan, declared

ARGUMENTS: dict[str, Any] = {
    "name": {"type": "str", "required": True},
    "protocol": {"type": "str", "choices": ["HTTP", "HTTPS", "TCP", "TLS", "UDP", "TCP_UDP"]},
    "port": {"type": "int"},
    "protocol_version": {"type": "str", "choices": ["HTTP1", "HTTP2", "GRPC"]},
    "vpc_id": {"type": "str"},
    "target_type": {"type": "str", "choices": ["instance", "ip", "lambda"]},
    "health_check": {
        "type": "dict",
        "options": {
            "protocol": {"type": "str", "choices": ["HTTP", "HTTPS", "TCP"]},
            "path": {"type": "str"},
            "port": {"type": "str"},
            **{option: {"type": "int"} for option in ("interval", "timeout", "healthy_threshold", "unhealthy_threshold")},
            "matcher": {"type": "str"},
        },
    },
    "deregistration_delay": {"type": "int"},
    "slow_start": {"type": "int"},
    "load_balancing_algorithm": {"type": "str", "choices": ["round_robin", "least_outstanding_requests", "weighted_random"]},
    "stickiness": {
        "type": "dict",
        "options": {
            "enabled": {"type": "bool"},
            "type": {"type": "str", "choices": ["lb_cookie", "app_cookie", "source_ip"]},
            "duration": {"type": "int"},
            "cookie_name": {"type": "str"},
        },
    },
    "wait_timeout": {"type": "int", "default": 120},
    **STATE_OPTION,
    **TAG_OPTIONS,
}
# option -> key of the API
FIXED = {
    "protocol": "Protocol",
    "port": "Port",
    "protocol_version": "ProtocolVersion",
    "vpc_id": "VpcId",
    "target_type": "TargetType",
}
HEALTH_CHECK = {
    "protocol": "HealthCheckProtocol",
    "path": "HealthCheckPath",
    "port": "HealthCheckPort",
    "interval": "HealthCheckIntervalSeconds",
    "timeout": "HealthCheckTimeoutSeconds",
    "healthy_threshold": "HealthyThresholdCount",
    "unhealthy_threshold": "UnhealthyThresholdCount",
}
ATTRIBUTES = {
    "deregistration_delay": "deregistration_delay.timeout_seconds",
    "slow_start": "slow_start.duration_seconds",
    "load_balancing_algorithm": "load_balancing.algorithm.type",
}
HTTP_ONLY = ("slow_start", "load_balancing_algorithm")


class TargetGroupError(AwsError):
    """A failed call to Elastic Load Balancing."""


def wanted(params: Mapping[str, Any], current: Mapping[str, Any]) -> dict[str, Any]:
    """The declared parts: C(target_group), C(health_check), C(attributes), C(tags)."""
    if params["state"] == "absent":
        return {"target_group": None}
    have = current.get("target_group", {})
    for option in FIXED:
        if have and params[option] not in (None, have[option]):
            raise TargetGroupError(
                f"change target group {params['name']}",
                f"its {option} is {have[option]} and can't be changed to {params[option]}; keep it, or declare a target group "
                "of another name, let the listeners forward to that, and remove this one",
            )
    protocol = have.get("protocol") or params["protocol"]
    wrong = [option for option in HTTP_ONLY if params[option] is not None and protocol not in (None, "HTTP", "HTTPS")]
    if wrong:
        raise TargetGroupError(f"plan target group {params['name']}", f"{protocol} has no {wrong[0]}; leave that out")
    attributes = declared({option: params[option] for option in ATTRIBUTES})
    if params["stickiness"]:
        attributes["stickiness"] = declared(params["stickiness"])
    parts = {
        "target_group": declared({option: params[option] for option in ("name", *FIXED)}),
        "health_check": declared(params["health_check"] or {}),
        "attributes": attributes,
    }
    return {name: part for name, part in parts.items() if part} | tags_part(params)


def described(group: Mapping[str, Any]) -> dict[str, Any]:
    """Elastic Load Balancing's TargetGroup in the words of this module's options."""
    return {
        "name": group["TargetGroupName"],
        "arn": group["TargetGroupArn"],
        **{option: group.get(key) for option, key in FIXED.items()},
        "load_balancers": sorted(group.get("LoadBalancerArns", [])),
    }


def described_check(group: Mapping[str, Any]) -> dict[str, Any]:
    matcher = group.get("Matcher", {})
    codes = matcher.get("GrpcCode") or matcher.get("HttpCode")
    return declared({**{option: group.get(key) for option, key in HEALTH_CHECK.items()}, "matcher": codes})


def described_attributes(attributes: Mapping[str, str]) -> dict[str, Any]:
    """The attributes in the words of this module's options; those that such a target group does not have are left out."""
    found: dict[str, Any] = {option: attributes[key] for option, key in ATTRIBUTES.items() if key in attributes}
    for option in ("deregistration_delay", "slow_start"):
        if option in found:
            found[option] = int(found[option])
    kind = attributes.get("stickiness.type", "")
    duration = attributes.get(f"stickiness.{kind}.duration_seconds")
    stickiness = {
        "enabled": attributes.get("stickiness.enabled") == "true",
        "type": kind,
        "duration": int(duration) if duration else None,
        "cookie_name": attributes.get("stickiness.app_cookie.cookie_name"),
    }
    return {**found, "stickiness": declared(stickiness)}


def attribute_list(wanted: Mapping[str, Any], kind: str) -> list[dict[str, str]]:
    """Declared attributes as the API takes them; C(kind) is the stickiness that stands, for a duration without one."""
    attributes = {key: wanted[option] for option, key in ATTRIBUTES.items() if option in wanted}
    stickiness = wanted.get("stickiness", {})
    keys = {
        "enabled": "stickiness.enabled",
        "type": "stickiness.type",
        "duration": f"stickiness.{stickiness.get('type') or kind}.duration_seconds",
        "cookie_name": "stickiness.app_cookie.cookie_name",
    }
    attributes |= {key: stickiness[option] for option, key in keys.items() if option in stickiness}
    return attribute_texts(attributes)


def check_request(check: Mapping[str, Any], version: str | None) -> dict[str, Any]:
    """A declared health check as CreateTargetGroup and ModifyTargetGroup take it."""
    request = {key: check[option] for option, key in HEALTH_CHECK.items() if option in check}
    if "matcher" in check:
        request["Matcher"] = {"GrpcCode" if version == "GRPC" else "HttpCode": check["matcher"]}
    return request


class TargetGroup(Service):
    name = "elbv2"
    tagging = ("AddTags", "RemoveTags")
    error = TargetGroupError

    def read(self) -> dict[str, Any]:
        name = self.params["name"]
        found: list[dict[str, Any]] = []
        with self.doing(f"read target group {name}", "TargetGroupNotFound"):
            found = self.client.describe_target_groups(Names=[name])["TargetGroups"]
        if not found:
            return {}
        arn = found[0]["TargetGroupArn"]
        with self.doing(f"read the attributes and tags of target group {name}"):
            attributes = tag_dict(self.client.describe_target_group_attributes(TargetGroupArn=arn)["Attributes"])
            tags = tag_dict(self.client.describe_tags(ResourceArns=[arn])["TagDescriptions"][0]["Tags"])
        return {
            "target_group": described(found[0]),
            "health_check": described_check(found[0]),
            "attributes": described_attributes(attributes),
            "tags": tags,
        }

    def wanted(self, current: Mapping[str, Any]) -> dict[str, Any]:
        return wanted(self.params, current)

    def apply(self, todo: Plan) -> None:
        if "target_group" in todo.delete:
            self._delete(todo.delete["target_group"]["arn"])
            return
        if "target_group" in todo.create:
            self._create(todo)
        stands = self.read()
        arn, name = stands["target_group"]["arn"], self.params["name"]
        if "health_check" in todo.update:
            check = check_request(todo.update["health_check"][1], stands["target_group"]["protocol_version"])
            with self.doing(f"change the health check of target group {name}"):
                self.client.modify_target_group(TargetGroupArn=arn, **check)
        if attributes := todo.after("attributes"):
            settings = attribute_list(attributes, stands["attributes"]["stickiness"]["type"])
            with self.doing(f"change the attributes of target group {name}"):
                self.client.modify_target_group_attributes(TargetGroupArn=arn, Attributes=settings)
        if "tags" in todo.update:
            self.tag(f"target group {name}", arn, *todo.update["tags"])

    def _create(self, todo: Plan) -> None:
        group = {"target_type": "ip", **todo.create["target_group"]}
        missing = [
            option for option in ("protocol", "port", "vpc_id") if group["target_type"] != "lambda" and not group.get(option)
        ]
        if missing:
            raise TargetGroupError(f"create target group {self.params['name']}", f"it needs a {missing[0]}; declare it")
        request = {key: group[option] for option, key in FIXED.items() if option in group}
        request |= check_request(todo.after("health_check") or {}, group.get("protocol_version"))
        if tags := todo.after("tags"):
            request["Tags"] = tag_list(tags)
        with self.doing(f"create target group {self.params['name']}"):
            self.client.create_target_group(Name=self.params["name"], **request)

    def _delete(self, arn: str) -> None:
        def users() -> list[str]:
            found: list[dict[str, Any]] = []
            with self.doing(f"read target group {self.params['name']}", "TargetGroupNotFound"):
                found = self.client.describe_target_groups(TargetGroupArns=[arn])["TargetGroups"]
            return [user for group in found for user in group.get("LoadBalancerArns", [])]

        try:
            self.wait(f"target group {self.params['name']} to be free", users, lambda found: not found)
        except TargetGroupError as error:
            still = f"{', '.join(users())} forward to it; remove their rules or listeners first"
            raise TargetGroupError(f"delete target group {self.params['name']}", still) from error
        with self.doing(f"delete target group {self.params['name']}", "TargetGroupNotFound"):
            self.client.delete_target_group(TargetGroupArn=arn)


def main() -> None:
    module = AnsibleAWSModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    converge(module, TargetGroup(module), "target_group")


if __name__ == "__main__":
    main()
