#!/usr/bin/python
# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: elb_load_balancer
version_added: 0.1.0
short_description: Manage an application load balancer of Elastic Load Balancing
description:
  - Creates, changes and deletes an application load balancer with its attributes, listeners, rules and tags.
  - A listener is known by its port, a rule by its priority. While a listener changes, new rules come first and old ones go last,
    so what was served before and after is served all the time.
  - Values of headers in rules may be secrets. They are compared and shown by the first digits of their SHA-256.
  - Follows the Elastic Load Balancing API reference, actions CreateLoadBalancer, ModifyLoadBalancerAttributes, SetSubnets,
    SetSecurityGroups, CreateListener, ModifyListener, CreateRule, ModifyRule, DeleteRule, DeleteListener and DeleteLoadBalancer.
author:
  - The Groundwork authors (@groundwork)
options:
  name:
    description: Name of the load balancer, at most 32 letters, digits and hyphens.
    type: str
    required: true
  scheme:
    description: Whether it has public addresses, left out C(internet-facing). It can't be changed later.
    type: str
    choices: [internet-facing, internal]
  subnets:
    description: IDs of all subnets that it is in, one a zone and at least two.
    type: list
    elements: str
  security_groups:
    description: IDs of all its security groups.
    type: list
    elements: str
  idle_timeout:
    description: Seconds after which a connection without traffic is closed.
    type: int
  deletion_protection:
    description:
      - Whether AWS refuses to delete it.
      - With O(state=absent), V(false) lifts the protection and deletes it.
    type: bool
  http2:
    description: Whether clients may speak HTTP/2.
    type: bool
  drop_invalid_header_fields:
    description: Whether header fields with invalid names are dropped, or handed on.
    type: bool
  desync_mitigation_mode:
    description: How requests are treated that could be understood in two ways.
    type: str
    choices: [monitor, defensive, strictest]
  access_logs:
    description: Where a line for each request goes.
    type: dict
    suboptions:
      bucket:
        description: Name of the S3 bucket; empty writes no logs.
        type: str
        required: true
      prefix:
        description: What the names of objects begin with.
        type: str
        default: ""
  listeners:
    description: The listeners.
    type: list
    elements: dict
    suboptions:
      port:
        description: Port on which it listens, and by which it is known.
        type: int
        required: true
      protocol:
        description: What is spoken there.
        type: str
        choices: [HTTP, HTTPS]
        required: true
      ssl_policy:
        description: Name of the security policy, which decides on ciphers and versions of TLS. Only with HTTPS.
        type: str
      certificate_arn:
        description: ARN of its certificate. Only with HTTPS, which needs it.
        type: str
      default_action:
        description: What becomes of a request that no rule takes.
        type: dict
        required: true
        suboptions: &action
          forward:
            description: ARN of the target group that answers.
            type: str
          redirect:
            description: Where the client is sent. What is left out is as in its request.
            type: dict
            suboptions:
              protocol:
                description: Protocol.
                type: str
              port:
                description: Port.
                type: str
              host:
                description: Host.
                type: str
              path:
                description: Path, beginning with C(/).
                type: str
              query:
                description: Query, without its C(?).
                type: str
              status_code:
                description: Whether for good or for now, left out C(HTTP_301).
                type: str
                choices: [HTTP_301, HTTP_302]
          fixed_response:
            description: What the load balancer answers by itself.
            type: dict
            suboptions:
              status_code:
                description: Status, left out C(404).
                type: str
              content_type:
                description: Content type, left out C(text/plain).
                type: str
              body:
                description: Body, left out empty.
                type: str
      rules:
        description: What is done with some requests; the rule of the least priority that takes a request decides.
        type: list
        elements: dict
        suboptions:
          priority:
            description: From 1 to 50000. By it the rule is known.
            type: int
            required: true
          hosts:
            description: Host names, one of which has to be asked for; C(*) and C(?) are wildcards.
            type: list
            elements: str
          paths:
            description: Paths, one of which has to be asked for; C(*) and C(?) are wildcards.
            type: list
            elements: str
          headers:
            description: Headers, each of which has to be there.
            type: list
            elements: dict
            suboptions:
              name:
                description: Name of the header.
                type: str
                required: true
              values:
                description: Values, one of which it has to have. Not shown.
                type: list
                elements: str
                required: true
          action:
            description: What becomes of a request that it takes.
            type: dict
            required: true
            suboptions: *action
  purge_listeners:
    description: Whether listeners that are not declared are removed, where O(listeners) is given.
    type: bool
    default: false
  purge_rules:
    description: Whether rules that are not declared are removed from listeners that are declared with rules.
    type: bool
    default: false
  wait_timeout:
    description: How many seconds a deletion waits for the network interfaces to be gone, which keep subnets and security groups.
    type: int
    default: 600
extends_documentation_fragment:
  - groundwork.cloud.converge
  - groundwork.cloud.tags
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: What serves a site by HTTPS
  groundwork.cloud.elb_load_balancer:
    name: shop-production-public
    subnets: [subnet-0a1b2c3d4e5f67890, subnet-0f9e8d7c6b5a43210]
    security_groups: [sg-0a1b2c3d4e5f67890]
    drop_invalid_header_fields: true
    listeners:
      - port: 443
        protocol: HTTPS
        ssl_policy: ELBSecurityPolicy-TLS13-1-2-2021-06
        certificate_arn: arn:aws:acm:us-east-1:111122223333:certificate/01234567-89ab-cdef-0123-456789abcdef
        default_action: {fixed_response: {status_code: "404", body: Not found}}
        rules:
          - priority: 10
            paths: [/api/*]
            action: {forward: "{{ api.target_group.arn }}"}
      - port: 80
        protocol: HTTP
        default_action: {redirect: {protocol: HTTPS, port: "443"}}
    purge_rules: true

- name: Remove it, protected or not
  groundwork.cloud.elb_load_balancer:
    name: shop-production-public
    deletion_protection: false
    state: absent
"""

RETURN = r"""
load_balancer:
  description: The load balancer, with the settings of the same names as the options; empty when it is absent.
  returned: always
  type: dict
  contains:
    arn:
      description: Its ARN. Known once the load balancer exists.
      type: str
      sample: arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/app/shop-production-public/0123456789abcdef
    dns_name:
      description: The name by which it is reached. Known once the load balancer exists.
      type: str
      sample: shop-production-public-0123456789.us-east-1.elb.amazonaws.com
    canonical_hosted_zone_id:
      description: The hosted zone of that name, for alias records. Known once the load balancer exists.
      type: str
      sample: Z35SXDOTRQ7X7K
    status:
      description: Its state. Known once the load balancer exists.
      type: str
      sample: active
    attributes:
      description: The attributes, as in O(idle_timeout), O(deletion_protection), O(http2), O(drop_invalid_header_fields),
        O(desync_mitigation_mode) and O(access_logs).
      type: dict
      sample: {"idle_timeout": 60}
    listeners:
      description: The listeners by port, as in O(listeners), each with its rules by priority.
      type: dict
      sample: {"80": {"protocol": "HTTP", "default_action": {"fixed_response": {"status_code": "404"}}, "rules": {}}}
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
from ..module_utils.listeners import described_listener, listener_request, rule_request, wanted_listener
from ..module_utils.plan import UNKNOWN, Exact, Plan, declared, plan

ACTION: dict[str, Any] = {
    "type": "dict",
    "required": True,
    "options": {
        "forward": {"type": "str"},
        "redirect": {
            "type": "dict",
            "options": {
                **{option: {"type": "str"} for option in ("protocol", "port", "host", "path", "query")},
                "status_code": {"type": "str", "choices": ["HTTP_301", "HTTP_302"]},
            },
        },
        "fixed_response": {
            "type": "dict",
            "options": {option: {"type": "str"} for option in ("status_code", "content_type", "body")},
        },
    },
    "mutually_exclusive": [("forward", "redirect", "fixed_response")],
    "required_one_of": [("forward", "redirect", "fixed_response")],
}
RULE = {
    "priority": {"type": "int", "required": True},
    "hosts": {"type": "list", "elements": "str"},
    "paths": {"type": "list", "elements": "str"},
    "headers": {
        "type": "list",
        "elements": "dict",
        "options": {
            "name": {"type": "str", "required": True},
            "values": {"type": "list", "elements": "str", "required": True, "no_log": True},
        },
    },
    "action": ACTION,
}
ARGUMENTS: dict[str, Any] = {
    "name": {"type": "str", "required": True},
    "scheme": {"type": "str", "choices": ["internet-facing", "internal"]},
    "subnets": {"type": "list", "elements": "str"},
    "security_groups": {"type": "list", "elements": "str"},
    "idle_timeout": {"type": "int"},
    "deletion_protection": {"type": "bool"},
    "http2": {"type": "bool"},
    "drop_invalid_header_fields": {"type": "bool"},
    "desync_mitigation_mode": {"type": "str", "choices": ["monitor", "defensive", "strictest"]},
    "access_logs": {
        "type": "dict",
        "options": {"bucket": {"type": "str", "required": True}, "prefix": {"type": "str", "default": ""}},
    },
    "listeners": {
        "type": "list",
        "elements": "dict",
        "options": {
            "port": {"type": "int", "required": True},
            "protocol": {"type": "str", "choices": ["HTTP", "HTTPS"], "required": True},
            "ssl_policy": {"type": "str"},
            "certificate_arn": {"type": "str"},
            "default_action": ACTION,
            "rules": {"type": "list", "elements": "dict", "options": RULE},
        },
        "required_if": [("protocol", "HTTPS", ("certificate_arn",))],
    },
    "purge_listeners": {"type": "bool", "default": False},
    "purge_rules": {"type": "bool", "default": False},
    "wait_timeout": {"type": "int", "default": 600},
    **STATE_OPTION,
    **TAG_OPTIONS,
}
# option -> attribute of the API
ATTRIBUTES = {
    "idle_timeout": "idle_timeout.timeout_seconds",
    "deletion_protection": "deletion_protection.enabled",
    "http2": "routing.http2.enabled",
    "drop_invalid_header_fields": "routing.http.drop_invalid_header_fields.enabled",
    "desync_mitigation_mode": "routing.http.desync_mitigation_mode",
}
LOGS = {"bucket": "access_logs.s3.bucket", "prefix": "access_logs.s3.prefix"}
LOGS_ENABLED = "access_logs.s3.enabled"
TRUTH = {"true": True, "false": False}


class LoadBalancerError(AwsError):
    """A failed call to Elastic Load Balancing."""


def wanted(params: Mapping[str, Any], current: Mapping[str, Any]) -> dict[str, Any]:
    """The declared parts: C(load_balancer), C(attributes), C(listeners), C(tags)."""
    name = params["name"]
    if params["state"] == "absent":
        if current.get("attributes", {}).get("deletion_protection") and params["deletion_protection"] is not False:
            raise LoadBalancerError(f"delete load balancer {name}", "it is protected; declare deletion_protection: false, too")
        return {"load_balancer": None}
    scheme = current.get("load_balancer", {}).get("scheme")
    if scheme and params["scheme"] not in (None, scheme):
        raise LoadBalancerError(
            f"change load balancer {name}",
            f"its scheme is {scheme} and can't be changed to {params['scheme']}; declare a load balancer of another name, "
            "lead clients there, and remove this one",
        )
    settings = {option: params[option] for option in ("name", "scheme")}
    settings |= {option: None if params[option] is None else sorted(params[option]) for option in ("subnets", "security_groups")}
    attributes = declared({option: params[option] for option in ATTRIBUTES})
    if params["access_logs"]:
        attributes["access_logs"] = params["access_logs"] if params["access_logs"]["bucket"] else {"bucket": ""}
    parts: dict[str, Any] = {"load_balancer": declared(settings)}
    if attributes:
        parts["attributes"] = attributes
    if params["listeners"] is not None:
        listeners = {str(one["port"]): wanted_listener(one, purge_rules=params["purge_rules"]) for one in params["listeners"]}
        parts["listeners"] = Exact(listeners) if params["purge_listeners"] else listeners
    return parts | tags_part(params)


def described(balancer: Mapping[str, Any]) -> dict[str, Any]:
    """Elastic Load Balancing's LoadBalancer in the words of this module's options."""
    return {
        "name": balancer["LoadBalancerName"],
        "arn": balancer["LoadBalancerArn"],
        "dns_name": balancer["DNSName"],
        "canonical_hosted_zone_id": balancer["CanonicalHostedZoneId"],
        "status": balancer["State"]["Code"],
        "scheme": balancer["Scheme"],
        "subnets": sorted(zone["SubnetId"] for zone in balancer["AvailabilityZones"]),
        "security_groups": sorted(balancer.get("SecurityGroups", [])),
    }


def described_attributes(attributes: Mapping[str, str]) -> dict[str, Any]:
    """The attributes in the words of this module's options."""
    found: dict[str, Any] = {option: TRUTH.get(attributes[key], attributes[key]) for option, key in ATTRIBUTES.items()}
    logs = {option: attributes.get(key, "") for option, key in LOGS.items()}
    enabled = attributes.get(LOGS_ENABLED) == "true"
    return {
        **found,
        "idle_timeout": int(found["idle_timeout"]),
        "access_logs": logs if enabled else dict.fromkeys(LOGS, ""),
    }


def attribute_list(attributes: Mapping[str, Any]) -> list[dict[str, str]]:
    """Declared attributes as ModifyLoadBalancerAttributes takes them."""
    settings = {key: attributes[option] for option, key in ATTRIBUTES.items() if option in attributes}
    if "access_logs" in attributes:
        logs = attributes["access_logs"]
        settings[LOGS_ENABLED] = bool(logs["bucket"])
        if logs["bucket"]:
            settings |= {key: logs[option] for option, key in LOGS.items()}
    return attribute_texts(settings)


class LoadBalancer(Service):
    name = "elbv2"
    tagging = ("AddTags", "RemoveTags")
    error = LoadBalancerError

    def __init__(self, module: AnsibleAWSModule) -> None:
        super().__init__(module)
        self._what = f"load balancer {self.params['name']}"
        self._arn = ""
        self._listeners: dict[str, str] = {}  # ARNs by port
        self._rules: dict[tuple[str, str], str] = {}  # ARNs by port and priority

    def read(self) -> dict[str, Any]:
        found: list[dict[str, Any]] = []
        with self.doing(f"read {self._what}", "LoadBalancerNotFound"):
            found = self.client.describe_load_balancers(Names=[self.params["name"]])["LoadBalancers"]
        if not found:
            return {}
        if found[0]["Type"] != "application":
            raise LoadBalancerError(f"read {self._what}", f"it is a {found[0]['Type']} load balancer; choose another name")
        arn = self._arn = found[0]["LoadBalancerArn"]
        with self.doing(f"read the attributes and tags of {self._what}"):
            attributes = tag_dict(self.client.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"])
            tags = tag_dict(self.client.describe_tags(ResourceArns=[arn])["TagDescriptions"][0]["Tags"])
        parts = {"load_balancer": described(found[0]), "attributes": described_attributes(attributes)}
        return {**parts, "listeners": self._read_listeners(arn), "tags": tags}

    def _read_listeners(self, arn: str) -> dict[str, Any]:
        listeners = {}
        with self.doing(f"read the listeners of {self._what}"):
            for listener in self.pages("describe_listeners", "Listeners", LoadBalancerArn=arn):
                port = str(listener["Port"])
                rules = self.pages("describe_rules", "Rules", ListenerArn=listener["ListenerArn"])
                self._listeners[port] = listener["ListenerArn"]
                self._rules |= {(port, rule["Priority"]): rule["RuleArn"] for rule in rules}
                listeners[port] = described_listener(listener, rules)
        return listeners

    def wanted(self, current: Mapping[str, Any]) -> dict[str, Any]:
        return wanted(self.params, current)

    def awaited(self, current: dict[str, Any]) -> dict[str, Any]:
        if self.params["state"] == "absent":
            self._wait_for_interfaces()
        return current

    def apply(self, todo: Plan) -> None:
        if "load_balancer" in todo.delete:
            self._delete()
            return
        if "load_balancer" in todo.create:
            self._create(todo)
        if "load_balancer" in todo.update:
            self._move(*todo.update["load_balancer"])
        if attributes := todo.after("attributes"):
            with self.doing(f"change the attributes of {self._what}"):
                self.client.modify_load_balancer_attributes(LoadBalancerArn=self._arn, Attributes=attribute_list(attributes))
        before, after = todo.before("listeners"), todo.after("listeners")
        if after is not None:
            self._listen(plan(before, after))
            # What is not purged is in no plan.
            for port in sorted(set(before) - set(after)):
                with self.doing(f"delete the listener of port {port} of {self._what}", "ListenerNotFound"):
                    self.client.delete_listener(ListenerArn=self._listeners[port])
        if "tags" in todo.update:
            self.tag(self._what, self._arn, *todo.update["tags"])

    def _create(self, todo: Plan) -> None:
        settings = todo.create["load_balancer"]
        if not settings.get("subnets"):
            raise LoadBalancerError(f"create {self._what}", "it needs subnets; declare them")
        request = {"Subnets": settings["subnets"], "SecurityGroups": settings.get("security_groups")}
        request |= {"Scheme": settings.get("scheme", "internet-facing"), "Type": "application"}
        if tags := todo.after("tags"):
            request["Tags"] = tag_list(tags)
        with self.doing(f"create {self._what}"):
            made = self.client.create_load_balancer(Name=self.params["name"], **declared(request))["LoadBalancers"][0]
        self._arn = made["LoadBalancerArn"]

    def _move(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        with self.doing(f"change the subnets and security groups of {self._what}"):
            if "subnets" in after and after["subnets"] != before["subnets"]:
                self.client.set_subnets(LoadBalancerArn=self._arn, Subnets=after["subnets"])
            if "security_groups" in after and after["security_groups"] != before["security_groups"]:
                self.client.set_security_groups(LoadBalancerArn=self._arn, SecurityGroups=after["security_groups"])

    def _listen(self, todo: Plan) -> None:
        """New listeners first: what another port redirects to is there before it does."""
        for listener in self.params["listeners"]:
            port = str(listener["port"])
            if port in todo.create:
                with self.doing(f"create the listener of port {port} of {self._what}"):
                    made = self.client.create_listener(LoadBalancerArn=self._arn, **listener_request(listener))["Listeners"][0]
                self._listeners[port] = made["ListenerArn"]
                self._change_rules(listener, {})
        for listener in self.params["listeners"]:
            port = str(listener["port"])
            if port in todo.update:
                before, after = todo.update[port]
                self._change_rules(listener, before.get("rules", {}))
                if any(before.get(name) != value for name, value in after.items() if name != "rules"):
                    with self.doing(f"change the listener of port {port} of {self._what}"):
                        self.client.modify_listener(ListenerArn=self._listeners[port], **listener_request(listener))
                self._remove_rules(port, set(before.get("rules", {})) - set(after.get("rules", {})))

    def _change_rules(self, listener: Mapping[str, Any], before: Mapping[str, Any]) -> None:
        port, rules = str(listener["port"]), {str(rule["priority"]): rule for rule in listener["rules"] or []}
        todo = plan(before, wanted_listener(listener, purge_rules=False).get("rules", {}))
        for priority in todo.create:
            with self.doing(f"create rule {priority} of port {port} of {self._what}"):
                where = {"ListenerArn": self._listeners[port], "Priority": int(priority)}
                self.client.create_rule(**where, **rule_request(rules[priority]))
        for priority in todo.update:
            with self.doing(f"change rule {priority} of port {port} of {self._what}"):
                self.client.modify_rule(RuleArn=self._rules[port, priority], **rule_request(rules[priority]))

    def _remove_rules(self, port: str, priorities: set[str]) -> None:
        for priority in sorted(priorities, key=int):
            with self.doing(f"delete rule {priority} of port {port} of {self._what}", "RuleNotFound"):
                self.client.delete_rule(RuleArn=self._rules[port, priority])

    def _delete(self) -> None:
        with self.doing(f"delete {self._what}", "LoadBalancerNotFound"):
            if self.params["deletion_protection"] is False:
                lift = attribute_list({"deletion_protection": False})
                self.client.modify_load_balancer_attributes(LoadBalancerArn=self._arn, Attributes=lift)
            self.client.delete_load_balancer(LoadBalancerArn=self._arn)
        self._wait_for_interfaces()

    def _wait_for_interfaces(self) -> None:
        """They stay for some minutes, and as long as they do neither the security groups nor the subnets can go."""
        of = [{"Name": "description", "Values": [f"ELB app/{self.params['name']}/*"]}]

        def interfaces() -> list[str]:
            with self.doing(f"read the network interfaces of {self._what}"):
                found = self.other("ec2").describe_network_interfaces(Filters=of)["NetworkInterfaces"]
            return [one["NetworkInterfaceId"] for one in found]

        self.wait(
            f"the network interfaces of {self._what} to be gone",
            interfaces,
            lambda found: not found,
            state=lambda found: f"there: {', '.join(found)}",
        )


def main() -> None:
    module = AnsibleAWSModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    # What a plan does not know yet is no secret, and is in all that depends on it.
    module.no_log_values.discard(UNKNOWN)
    converge(module, LoadBalancer(module), "load_balancer")


if __name__ == "__main__":
    main()
