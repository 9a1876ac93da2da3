#!/usr/bin/python
# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: cloud_map_namespace
version_added: 0.1.0
short_description: Manage a private DNS namespace of AWS Cloud Map
description:
  - Creates, changes and deletes a namespace whose services are found by DNS within a VPC.
  - AWS makes a private hosted zone of Amazon Route 53 for it, keeps the records in it, and removes it with the namespace.
  - Follows the AWS Cloud Map API reference, actions CreatePrivateDnsNamespace, GetOperation and their siblings.
notes:
  - The VPC needs DNS support and DNS host names.
  - Within the VPC the domain hides a public one of the same name.
author:
  - The Groundwork authors (@groundwork)
options:
  name:
    description: The domain, by which the namespace is found together with the VPC.
    type: str
    required: true
  vpc_id:
    description: ID of the VPC that it is made for.
    type: str
    required: true
  description:
    description: What it is for.
    type: str
  soa_ttl:
    description: For how many seconds resolvers keep the answer that there is no such name.
    type: int
  wait_timeout:
    description: How many seconds to wait for AWS to make, change or delete it, which takes about a minute.
    type: int
    default: 300
extends_documentation_fragment:
  - groundwork.cloud.converge
  - groundwork.cloud.tags
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Names for services within the VPC
  groundwork.cloud.cloud_map_namespace:
    name: shop.internal
    vpc_id: vpc-0a1b2c3d4e5f67890
    soa_ttl: 15

- name: Remove the names, once no service is in the namespace
  groundwork.cloud.cloud_map_namespace:
    name: shop.internal
    vpc_id: vpc-0a1b2c3d4e5f67890
    state: absent
"""

RETURN = r"""
namespace:
  description: The namespace; empty when it is absent.
  returned: always
  type: dict
  contains:
    id:
      description: Its id. Known once the namespace exists.
      type: str
      sample: ns-0123456789abcdef
    arn:
      description: Its ARN. Known once the namespace exists.
      type: str
      sample: arn:aws:servicediscovery:us-east-1:111122223333:namespace/ns-0123456789abcdef
    name:
      description: The domain.
      type: str
      sample: shop.internal
    vpc_id:
      description: ID of the VPC that it was made for.
      type: str
      sample: vpc-0a1b2c3d4e5f67890
    hosted_zone_id:
      description: ID of its hosted zone. Known once the namespace exists.
      type: str
      sample: Z0123456789ABCDEFGHIJ
    description:
      description: What it is for.
      type: str
      sample: Names of services
    soa_ttl:
      description: For how many seconds resolvers keep the answer that there is no such name.
      type: int
      sample: 15
    tags:
      description: The tags.
      type: dict
      sample: {"groundwork:stack": "shop"}
"""

from collections.abc import Mapping
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ..module_utils.aws import STATE_OPTION, TAG_OPTIONS, converge, tag_dict, tag_list, tags_part
from ..module_utils.cloud_map import CloudMap, CloudMapError, only
from ..module_utils.plan import Plan, declared

ARGUMENTS: dict[str, Any] = {
    "name": {"type": "str", "required": True},
    "vpc_id": {"type": "str", "required": True},
    "description": {"type": "str"},
    "soa_ttl": {"type": "int"},
    "wait_timeout": {"type": "int", "default": 300},
    **STATE_OPTION,
    **TAG_OPTIONS,
}
SETTINGS = ("name", "vpc_id", "description", "soa_ttl")


def wanted(params: Mapping[str, Any]) -> dict[str, Any]:
    """The declared parts: C(namespace), C(tags)."""
    if params["state"] == "absent":
        return {"namespace": None}
    return {"namespace": declared({option: params[option] for option in SETTINGS}), **tags_part(params)}


def described(namespace: Mapping[str, Any], vpc_id: str) -> dict[str, Any]:
    """AWS Cloud Map's Namespace, in this VPC, in the words of this module's options."""
    dns = namespace["Properties"]["DnsProperties"]
    return {
        "id": namespace["Id"],
        "arn": namespace["Arn"],
        "name": namespace["Name"],
        "vpc_id": vpc_id,
        "hosted_zone_id": dns["HostedZoneId"],
        "description": namespace.get("Description") or "",
        "soa_ttl": (dns.get("SOA") or {}).get("TTL"),
    }


def properties(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that can be changed, in the API's words."""
    soa = {"DnsProperties": {"SOA": {"TTL": settings["soa_ttl"]}}} if "soa_ttl" in settings else None
    return declared({"Description": settings.get("description"), "Properties": soa})


class Namespace(CloudMap):
    id = ""

    @property
    def what(self) -> str:
        return f"namespace {self.params['name']}"

    def read(self) -> dict[str, Any]:
        self.id = self.id or self._found()
        if not self.id:
            return {}
        with self.doing(f"read {self.what}"):
            namespace = self.client.get_namespace(Id=self.id)["Namespace"]
            tags = self.client.list_tags_for_resource(ResourceARN=namespace["Arn"])["Tags"]
        return {"namespace": described(namespace, self.params["vpc_id"]), "tags": tag_dict(tags)}

    def wanted(self, current: Mapping[str, Any]) -> dict[str, Any]:
        return wanted(self.params)

    def apply(self, todo: Plan) -> None:
        if "namespace" in todo.delete:
            self._delete()
            return
        if "namespace" in todo.create:
            self._create(todo.create["namespace"], todo.after("tags") or {})
        elif "namespace" in todo.update:
            with self.doing(f"change {self.what}"):
                change = properties(todo.update["namespace"][1])
                begun = self.client.update_private_dns_namespace(Id=self.id, Namespace=change)["OperationId"]
            self.finish(f"{self.what} to be changed", begun)
        if "tags" in todo.update:
            self.tag(self.what, self.read()["namespace"]["arn"], *todo.update["tags"])

    def _found(self) -> str:
        """Its id: names may be the same in several VPCs, and only the hosted zone tells of which one it is."""
        filters = [only("RESOURCE_OWNER", "SELF"), only("TYPE", "DNS_PRIVATE"), only("NAME", self.params["name"])]
        with self.doing(f"look for {self.what}"):
            for namespace in self.pages("list_namespaces", "Namespaces", Filters=filters):
                zone = namespace["Properties"]["DnsProperties"]["HostedZoneId"]
                networks = self.other("route53").get_hosted_zone(Id=zone).get("VPCs", [])
                if self.params["vpc_id"] in (network["VPCId"] for network in networks):
                    return str(namespace["Id"])
        return ""

    def _create(self, settings: Mapping[str, Any], tags: Mapping[str, str]) -> None:
        request = {"Name": settings["name"], "Vpc": settings["vpc_id"], "Tags": tag_list(tags), **properties(settings)}
        with self.doing(f"create {self.what}"):
            begun = self.client.create_private_dns_namespace(**request)["OperationId"]
        self.id = self.finish(f"{self.what} to be created", begun)

    def _delete(self) -> None:
        with self.doing(f"delete {self.what}", "ResourceInUse"):
            begun = self.client.delete_namespace(Id=self.id)["OperationId"]
            self.finish(f"{self.what} to be deleted", begun)
            self.id = ""
            return
        with self.doing(f"list the services of {self.what}"):
            services = self.pages("list_services", "Services", Filters=[only("NAMESPACE_ID", self.id)])
        names = ", ".join(sorted(service["Name"] for service in services))
        raise CloudMapError(f"delete {self.what}", f"it still has services ({names}); remove them first")


def main() -> None:
    module = AnsibleAWSModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    converge(module, Namespace(module), "namespace")


if __name__ == "__main__":
    main()
