#!/usr/bin/python
# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: vpc_endpoint
version_added: 0.1.0
short_description: Manage a VPC endpoint
description:
  - Creates, changes and deletes a gateway or interface endpoint, by which a VPC reaches an AWS service without the internet.
  - Follows the Amazon EC2 API reference, actions CreateVpcEndpoint, ModifyVpcEndpoint and DeleteVpcEndpoints.
notes:
  - Endpoints have no names. The endpoint is that of O(service) in O(vpc_id), of O(type), and when O(tags) has a C(Name), the one
    that carries it.
author:
  - The Groundwork authors (@groundwork)
options:
  vpc_id:
    description: The VPC from which the service is reached.
    type: str
    required: true
  service:
    description: The service, C(s3) for short or C(com.amazonaws.us-east-1.s3) in full.
    type: str
    required: true
  type:
    description:
      - Whether the endpoint is a route to the service or network interfaces of it. A service may have one of each.
      - Left out, C(gateway) for S3 and DynamoDB and C(interface) for all else.
    type: str
    choices: [gateway, interface]
  route_tables:
    description: Ids of the route tables that lead to a gateway endpoint.
    type: list
    elements: str
  purge_route_tables:
    description: Whether route tables that O(route_tables) does not name are taken from the endpoint.
    type: bool
    default: false
  subnets:
    description: Ids of the subnets in which an interface endpoint has an address.
    type: list
    elements: str
  purge_subnets:
    description: Whether subnets that O(subnets) does not name are taken from the endpoint.
    type: bool
    default: false
  security_groups:
    description: Ids of the security groups of an interface endpoint. Left out, a new one has the VPC's default group.
    type: list
    elements: str
  purge_security_groups:
    description: Whether security groups that O(security_groups) does not name are taken from the endpoint.
    type: bool
    default: false
  private_dns:
    description: Whether the service's own DNS name leads to an interface endpoint.
    type: bool
  policy:
    description:
      - Who may do what through the endpoint, as an IAM policy.
      - An empty mapping allows everything, which is the policy of a new endpoint.
    type: dict
  wait:
    description: Whether to wait until the endpoint is available, or gone.
    type: bool
    default: true
  wait_timeout:
    description: How long to wait, in seconds.
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
- name: Reach S3 from the private subnets
  groundwork.cloud.vpc_endpoint:
    vpc_id: vpc-0a1b2c3d4e5f67890
    service: s3
    route_tables: [rtb-0a1b2c3d4e5f67890]
    tags: {Name: shop-production-main-s3}

- name: Reach Secrets Manager by its own name
  groundwork.cloud.vpc_endpoint:
    vpc_id: vpc-0a1b2c3d4e5f67890
    service: secretsmanager
    subnets: [subnet-0a1b2c3d4e5f67890]
    security_groups: [sg-0a1b2c3d4e5f67890]
    private_dns: true

- name: Remove the endpoint
  groundwork.cloud.vpc_endpoint:
    vpc_id: vpc-0a1b2c3d4e5f67890
    service: s3
    state: absent
"""

RETURN = r"""
endpoint:
  description: The endpoint; empty when it is absent.
  returned: always
  type: dict
  contains:
    id:
      description: Its id. Known once the endpoint exists.
      type: str
      sample: vpce-0a1b2c3d4e5f67890
    vpc_id:
      description: Its VPC.
      type: str
      sample: vpc-0a1b2c3d4e5f67890
    service:
      description: The full name of its service.
      type: str
      sample: com.amazonaws.us-east-1.s3
    type:
      description: Its type.
      type: str
      sample: gateway
    status:
      description: Its state, C(available) when it can be used.
      type: str
      sample: available
    route_tables:
      description: The route tables that lead to it, sorted.
      type: list
      elements: str
      sample: [rtb-0a1b2c3d4e5f67890]
    subnets:
      description: The subnets in which it has an address, sorted.
      type: list
      elements: str
      sample: []
    security_groups:
      description: Its security groups, sorted.
      type: list
      elements: str
      sample: []
    private_dns:
      description: Whether the service's own DNS name leads to it.
      type: bool
      sample: false
    dns_names:
      description: DNS names by which the service is reached through it.
      type: list
      elements: str
      sample: []
    policy:
      description: The policy.
      type: dict
      sample: {"Statement": []}
    tags:
      description: The tags.
      type: dict
      sample: {"Name": "shop-production-main-s3"}
"""

import json
from collections.abc import Mapping
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ..module_utils.aws import STATE_OPTION, TAG_OPTIONS, AwsError, converge, raise_unsuccessful, tag_dict, tag_list, tags_part
from ..module_utils.ec2 import Ec2
from ..module_utils.naming import NAME_TAG
from ..module_utils.plan import Plan, declared
from ..module_utils.policy import policy_part

ARGUMENTS: dict[str, Any] = {
    "vpc_id": {"type": "str", "required": True},
    "service": {"type": "str", "required": True},
    "type": {"type": "str", "choices": ["gateway", "interface"]},
    "route_tables": {"type": "list", "elements": "str"},
    "purge_route_tables": {"type": "bool", "default": False},
    "subnets": {"type": "list", "elements": "str"},
    "purge_subnets": {"type": "bool", "default": False},
    "security_groups": {"type": "list", "elements": "str"},
    "purge_security_groups": {"type": "bool", "default": False},
    "private_dns": {"type": "bool"},
    "policy": {"type": "dict"},
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 600},
    **STATE_OPTION,
    **TAG_OPTIONS,
}
GATEWAY_SERVICES = ("s3", "s3express", "dynamodb")
ONLY = {"gateway": ("route_tables",), "interface": ("subnets", "security_groups", "private_dns")}
# option -> key in requests
ASSOCIATED = {"route_tables": "RouteTableIds", "subnets": "SubnetIds", "security_groups": "SecurityGroupIds"}
OPEN_POLICY = {"Version": "2008-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}
GOING = ("deleting", "deleted")
BROKEN = ("failed", "rejected", "expired")


class EndpointError(AwsError):
    """A failed call to Amazon EC2 on behalf of a VPC endpoint."""


def service_name(service: str, region: str) -> str:
    """The full name of a service; short ones may have a dot too, as C(ecr.api)."""
    return service if service.startswith(("com.", "aws.", "cn.")) else f"com.amazonaws.{region}.{service}"


def kind(params: Mapping[str, Any]) -> str:
    """The type of endpoint that is declared, or that the service calls for."""
    return str(params["type"] or ("gateway" if params["service"].rsplit(".", 1)[-1] in GATEWAY_SERVICES else "interface"))


def associated(have: list[str], want: list[str], purge: bool) -> list[str]:
    """What shall be associated with the endpoint: all that is declared, and unless purged, what already is."""
    return sorted(set(want) if purge else {*want, *have})


def wanted(params: Mapping[str, Any], current: Mapping[str, Any], region: str) -> dict[str, Any]:
    """The declared parts: C(endpoint), C(policy), C(tags)."""
    if params["state"] == "absent":
        return {"endpoint": None}
    have, wanted_kind = current.get("endpoint", {}), kind(params)
    for other, options in ONLY.items():
        wrong = [option for option in options if params[option] is not None]
        if wrong and other != wanted_kind:
            raise EndpointError(
                f"plan the endpoint of {params['service']} in {params['vpc_id']}",
                f"an endpoint of type {wanted_kind} has no {wrong[0]}; leave that out, or set type to {other}",
            )
    endpoint = {
        "vpc_id": params["vpc_id"],
        "service": service_name(params["service"], region),
        "type": wanted_kind,
        "private_dns": params["private_dns"],
    }
    for option in ASSOCIATED:
        if params[option] is not None:
            endpoint[option] = associated(have.get(option, []), params[option], params[f"purge_{option}"])
    parts: dict[str, Any] = {"endpoint": declared(endpoint), **tags_part(params)}
    if params["policy"] is not None:
        parts["policy"] = policy_part(params["policy"] or OPEN_POLICY, current.get("policy"))
    return parts


def described(endpoint: Mapping[str, Any]) -> dict[str, Any]:
    """Amazon EC2's VpcEndpoint in the words of this module's options."""
    return {
        "id": endpoint["VpcEndpointId"],
        "vpc_id": endpoint["VpcId"],
        "service": endpoint["ServiceName"],
        "type": endpoint.get("VpcEndpointType", "Gateway").lower(),
        "status": endpoint["State"].lower(),
        "route_tables": sorted(endpoint.get("RouteTableIds", [])),
        "subnets": sorted(endpoint.get("SubnetIds", [])),
        "security_groups": sorted(group["GroupId"] for group in endpoint.get("Groups", [])),
        "private_dns": endpoint.get("PrivateDnsEnabled", False),
        "dns_names": [entry["DnsName"] for entry in endpoint.get("DnsEntries", []) if "DnsName" in entry],
    }


class Endpoint(Ec2):
    error = EndpointError

    @property
    def what(self) -> str:
        return f"the endpoint of {self.params['service']} in {self.params['vpc_id']}"

    def _all(self) -> list[dict[str, Any]]:
        """The endpoints that fit, also those that are going."""
        service = service_name(self.params["service"], self.region)
        filters = {"vpc-id": self.params["vpc_id"], "service-name": service}
        if self.params["type"] or self.params["state"] == "present":
            filters["vpc-endpoint-type"] = kind(self.params).capitalize()
        if name := (self.params["tags"] or {}).get(NAME_TAG):
            filters[f"tag:{NAME_TAG}"] = name
        listed = [{"Name": key, "Values": [value]} for key, value in filters.items()]
        with self.doing(f"read {self.what}"):
            return self.pages("describe_vpc_endpoints", "VpcEndpoints", Filters=listed)
        return []

    def _going(self) -> list[str]:
        """The states of those that are being deleted."""
        return [one["State"] for one in self._all() if one["State"].lower() == "deleting"]

    def read(self) -> dict[str, Any]:
        found = [one for one in self._all() if one["State"].lower() not in GOING]
        if len(found) > 1:
            ids = ", ".join(one["VpcEndpointId"] for one in found)
            raise EndpointError(f"read {self.what}", f"there are several, {ids}; say which by type or by a tag Name")
        if not found:
            return {}
        parts = {"endpoint": described(found[0]), "tags": tag_dict(found[0].get("Tags"))}
        return parts | ({"policy": json.loads(found[0]["PolicyDocument"])} if found[0].get("PolicyDocument") else {})

    def wanted(self, current: Mapping[str, Any]) -> dict[str, Any]:
        return wanted(self.params, current, self.region)

    def apply(self, todo: Plan) -> None:
        if "endpoint" in todo.delete:
            self._delete(todo.delete["endpoint"]["id"])
            return
        if "endpoint" in todo.create:
            self._create(todo)
        elif "endpoint" in todo.update or todo.after("policy"):
            self._modify(todo)
        if self.params["wait"]:
            self.wait(
                self.what,
                self.read,
                lambda parts: parts.get("endpoint", {}).get("status") in ("available", "pendingacceptance"),
                state=lambda parts: parts.get("endpoint", {}).get("status", "not there"),
                failed=lambda parts: parts.get("endpoint", {}).get("status") in BROKEN,
            )
        if "tags" in todo.update:
            self.tag(self.what, self.read()["endpoint"]["id"], *todo.update["tags"])

    def _create(self, todo: Plan) -> None:
        # As long as an endpoint of the same service is going, its private DNS name is taken.
        self.wait(f"what stands of {self.what} to be gone", self._going, lambda states: not states)
        endpoint = todo.create["endpoint"]
        request: dict[str, Any] = {key: endpoint[option] for option, key in ASSOCIATED.items() if endpoint.get(option)}
        if "private_dns" in endpoint:
            request["PrivateDnsEnabled"] = endpoint["private_dns"]
        if policy := todo.after("policy"):
            request["PolicyDocument"] = json.dumps(policy)
        if tags := todo.after("tags"):
            request["TagSpecifications"] = [{"ResourceType": "vpc-endpoint", "Tags": tag_list(tags)}]
        with self.doing(f"create {self.what}"):
            self.client.create_vpc_endpoint(
                VpcId=endpoint["vpc_id"],
                ServiceName=endpoint["service"],
                VpcEndpointType=endpoint["type"].capitalize(),
                **request,
            )

    def _modify(self, todo: Plan) -> None:
        before, after = todo.update.get("endpoint", ({}, {}))
        request: dict[str, Any] = {}
        for option, key in ASSOCIATED.items():
            have, want = set(before.get(option, [])), set(after.get(option, []))
            changes = {f"Add{key}": sorted(want - have), f"Remove{key}": sorted(have - want)}
            request |= {name: ids for name, ids in changes.items() if ids}
        if before.get("private_dns") != after.get("private_dns"):
            request["PrivateDnsEnabled"] = after["private_dns"]
        if policy := todo.after("policy"):
            request["PolicyDocument"] = json.dumps(policy)
        endpoint = self.read()["endpoint"]["id"]
        with self.doing(f"change {self.what}"):
            self.client.modify_vpc_endpoint(VpcEndpointId=endpoint, **request)

    def _delete(self, endpoint: str) -> None:
        with self.doing(f"delete {self.what}", "InvalidVpcEndpoint.NotFound", "InvalidVpcEndpointId.NotFound"):
            raise_unsuccessful("DeleteVpcEndpoints", self.client.delete_vpc_endpoints(VpcEndpointIds=[endpoint]))
        if self.params["wait"]:
            self.wait(f"{self.what} to be gone", self._going, lambda states: not states)


def main() -> None:
    module = AnsibleAWSModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    converge(module, Endpoint(module), "endpoint")


if __name__ == "__main__":
    main()
