#!/usr/bin/python
# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: vpc
version_added: 0.1.0
short_description: Manage a VPC and its internet gateway
description:
  - Creates, changes and deletes a VPC, with or without an internet gateway.
  - Follows the Amazon EC2 API reference, actions DescribeVpcs, CreateVpc, ModifyVpcAttribute, AttachInternetGateway and their
    siblings.
author:
  - The Groundwork authors (@groundwork)
options:
  name:
    description: The tag C(Name) of the VPC, by which it is found, and of its internet gateway.
    type: str
    required: true
  cidr:
    description: Its IPv4 address range. AWS can't change it.
    type: str
  dns_support:
    description: Whether names are resolved in it. So in a new VPC.
    type: bool
  dns_hostnames:
    description: Whether what has a public address gets a public name. Not so in a new VPC.
    type: bool
  internet_gateway:
    description: Whether it has an internet gateway. Left out, one that stands is left as it is.
    type: bool
  tags:
    description: Tags of the VPC and of its internet gateway. Others are left alone.
    type: dict
  wait_timeout:
    description: Seconds to wait for a new VPC to be available, and for what keeps one from being deleted.
    type: int
    default: 300
extends_documentation_fragment:
  - groundwork.cloud.converge
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: A VPC that reaches the internet
  groundwork.cloud.vpc:
    name: shop
    cidr: 10.0.0.0/16
    dns_hostnames: true
    internet_gateway: true

- name: Remove both
  groundwork.cloud.vpc:
    name: shop
    state: absent
"""

RETURN = r"""
vpc:
  description: The VPC; empty when it is absent.
  returned: always
  type: dict
  contains:
    id:
      description: Its id. Known once the VPC exists.
      type: str
      sample: vpc-0123456789abcdef0
    cidr:
      description: Its IPv4 address range.
      type: str
      sample: 10.0.0.0/16
    dns_support:
      description: Whether names are resolved in it.
      type: bool
      sample: true
    dns_hostnames:
      description: Whether what has a public address gets a public name.
      type: bool
      sample: true
    status:
      description: Its state.
      type: str
      sample: available
    tags:
      description: The tags.
      type: dict
      sample: {"Name": "shop"}
    internet_gateway:
      description: Its internet gateway.
      returned: when it has one
      type: dict
      contains:
        id:
          description: Its id.
          type: str
          sample: igw-0123456789abcdef0
        tags:
          description: Its tags.
          type: dict
          sample: {"Name": "shop"}
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ..module_utils.aws import STATE_OPTION, AwsError, converge, tag_dict
from ..module_utils.ec2 import Ec2, tags_for
from ..module_utils.naming import NAME_TAG
from ..module_utils.plan import Plan, declared
from ..module_utils.vpc import cidr, item_tags, only

ARGUMENTS: dict[str, Any] = {
    "name": {"type": "str", "required": True},
    "cidr": {"type": "str"},
    "dns_support": {"type": "bool"},
    "dns_hostnames": {"type": "bool"},
    "internet_gateway": {"type": "bool"},
    "tags": {"type": "dict"},
    "wait_timeout": {"type": "int", "default": 300},
    **STATE_OPTION,
}
# option -> attribute in requests; answers begin with a capital letter.
ATTRIBUTES = {"dns_support": "enableDnsSupport", "dns_hostnames": "enableDnsHostnames"}


class VpcError(AwsError):
    """A failed call to Amazon EC2 on behalf of a VPC."""


def capital(attribute: str) -> str:
    return attribute[0].upper() + attribute[1:]


def wanted(params: Mapping[str, Any], current: Mapping[str, Any]) -> dict[str, Any]:
    """The declared parts: C(vpc) and C(internet_gateway)."""
    if params["state"] == "absent":
        return {"internet_gateway": None, "vpc": None}
    have, doing = current.get("vpc", {}), f"plan VPC {params['name']}"
    if not have and not params["cidr"]:
        raise VpcError(doing, "it has no address range; give it a cidr")
    if have and params["cidr"] and cidr(params["cidr"]) != have["cidr"]:
        cure = f"declare {have['cidr']}, or a VPC of another name"
        raise VpcError(doing, f"it has the range {have['cidr']}, and AWS can't change that to {params['cidr']}; {cure}")
    tags = {**item_tags(params), NAME_TAG: params["name"]}
    settings = {option: params[option] for option in ATTRIBUTES} | {"cidr": cidr(params["cidr"]) if params["cidr"] else None}
    gateways: dict[bool | None, dict[str, Any]] = {
        None: {},
        False: {"internet_gateway": None},
        True: {"internet_gateway": {"tags": tags}},
    }
    return {"vpc": declared({**settings, "tags": tags}), **gateways[params["internet_gateway"]]}


class Vpc(Ec2):
    error = VpcError

    @property
    def what(self) -> str:
        return f"VPC {self.params['name']}"

    def read(self) -> dict[str, Any]:
        with self.doing(f"read {self.what}"):
            filters = [{"Name": f"tag:{NAME_TAG}", "Values": [self.params["name"]]}]
            vpc = only(self.what, self.pages("describe_vpcs", "Vpcs", Filters=filters), "VpcId")
            if not vpc:
                return {}
            of_vpc = [{"Name": "attachment.vpc-id", "Values": [vpc["VpcId"]]}]
            gateways = self.pages("describe_internet_gateways", "InternetGateways", Filters=of_vpc)
            ask = partial(self.client.describe_vpc_attribute, VpcId=vpc["VpcId"])
            attributes = {option: ask(Attribute=name)[capital(name)]["Value"] for option, name in ATTRIBUTES.items()}
        common = {"id": vpc["VpcId"], "cidr": vpc["CidrBlock"], "status": vpc["State"], "tags": tag_dict(vpc.get("Tags"))}
        described = [{"id": one["InternetGatewayId"], "tags": tag_dict(one.get("Tags"))} for one in gateways]
        return {"vpc": {**common, **attributes}, **({"internet_gateway": described[0]} if described else {})}

    def wanted(self, current: Mapping[str, Any]) -> dict[str, Any]:
        return wanted(self.params, current)

    def apply(self, todo: Plan) -> None:
        if "vpc" in todo.create:
            self._create(todo.create["vpc"])
        vpc = self.wait(f"{self.what} to be available", self.read, lambda parts: parts["vpc"]["status"] == "available")["vpc"]
        if want := todo.after("vpc"):
            self.add_tags(self.what, vpc["id"], vpc["tags"], want["tags"])
            for option in [option for option in ATTRIBUTES if want.get(option, vpc[option]) != vpc[option]]:
                with self.doing(f"change {self.what}"):
                    attribute = {capital(ATTRIBUTES[option]): {"Value": want[option]}}
                    self.client.modify_vpc_attribute(VpcId=vpc["id"], **attribute)
        if "internet_gateway" in todo.update:
            have, want = todo.update["internet_gateway"]
            self.add_tags(
                f"the internet gateway of {self.what}", self.read()["internet_gateway"]["id"], have["tags"], want["tags"]
            )
        if "internet_gateway" in todo.create:
            self._connect(vpc["id"], todo.create["internet_gateway"]["tags"])
        if "internet_gateway" in todo.delete:
            self._disconnect(vpc["id"], todo.delete["internet_gateway"]["id"])
        if "vpc" in todo.delete:
            self.remove(self.what, partial(self.client.delete_vpc, VpcId=vpc["id"]), "InvalidVpcID.NotFound")

    def _create(self, vpc: Mapping[str, Any]) -> None:
        with self.doing(f"create {self.what}"):
            made = self.client.create_vpc(CidrBlock=vpc["cidr"], TagSpecifications=tags_for("vpc", vpc["tags"]))
        self.wait(f"{self.what} to be known", self.read, bool, state=lambda parts: f"not known as {made['Vpc']['VpcId']}")

    def _connect(self, vpc: str, tags: Mapping[str, str]) -> None:
        with self.doing(f"create the internet gateway of {self.what}"):
            made = self.client.create_internet_gateway(TagSpecifications=tags_for("internet-gateway", tags))
            gateway = made["InternetGateway"]["InternetGatewayId"]
            call = partial(self.client.attach_internet_gateway, InternetGatewayId=gateway, VpcId=vpc)
            self.persist("the new internet gateway to be known", call, "InvalidInternetGatewayID.NotFound")

    def _disconnect(self, vpc: str, gateway: str) -> None:
        what = f"the internet gateway of {self.what}"
        detach = partial(self.client.detach_internet_gateway, InternetGatewayId=gateway, VpcId=vpc)
        self.remove(what, detach, "Gateway.NotAttached")
        self.remove(
            what, partial(self.client.delete_internet_gateway, InternetGatewayId=gateway), "InvalidInternetGatewayID.NotFound"
        )


def main() -> None:
    module = AnsibleAWSModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    converge(module, Vpc(module), "vpc")


if __name__ == "__main__":
    main()
