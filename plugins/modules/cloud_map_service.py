#!/usr/bin/python
# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: cloud_map_service
version_added: 0.1.0
short_description: Manage a service of AWS Cloud Map that is found by DNS
description:
  - Creates, changes and deletes a service in a DNS namespace. What is registered in it answers to its name.
  - Amazon ECS registers the tasks of a service whose C(service_registries), of M(groundwork.cloud.ecs_service), name it.
  - Follows the AWS Cloud Map API reference, actions CreateService, UpdateService, DeleteService and ListServices.
author:
  - The Groundwork authors (@groundwork)
options:
  name:
    description: Name of the service in its namespace.
    type: str
    required: true
  namespace:
    description: ID of the namespace.
    type: str
    required: true
  description:
    description: What it is for. An empty text removes it.
    type: str
  record_types:
    description: The DNS records that are made for an instance; V(A) for a new service. They can't be changed.
    type: list
    elements: str
    choices: [A, AAAA, CNAME, SRV]
  ttl:
    description: For how many seconds resolvers keep an answer; 10 for a new service.
    type: int
  routing_policy:
    description:
      - Whether an answer has up to eight healthy instances or one of them; V(MULTIVALUE) for a new service. It can't be changed.
    type: str
    choices: [MULTIVALUE, WEIGHTED]
  custom_health_check:
    description:
      - Whether somebody else tells which instances are healthy, as Amazon ECS does of its tasks; false for a new service.
      - It can't be changed.
    type: bool
  wait_timeout:
    description: How many seconds to wait for a change of records, or on deletion for the last instance to be deregistered.
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
- name: Tasks of the API answer to api.shop.internal
  groundwork.cloud.cloud_map_service:
    name: api
    namespace: ns-0123456789abcdef
    record_types: [A]
    ttl: 10
    custom_health_check: true

- name: Remove the name, once the last task is deregistered
  groundwork.cloud.cloud_map_service:
    name: api
    namespace: ns-0123456789abcdef
    state: absent
"""

RETURN = r"""
service:
  description: The service; empty when it is absent.
  returned: always
  type: dict
  contains:
    id:
      description: Its id. Known once the service exists.
      type: str
      sample: srv-0123456789abcdef
    arn:
      description: Its ARN. Known once the service exists.
      type: str
      sample: arn:aws:servicediscovery:us-east-1:111122223333:service/srv-0123456789abcdef
    name:
      description: Its name in the namespace.
      type: str
      sample: api
    namespace:
      description: ID of its namespace.
      type: str
      sample: ns-0123456789abcdef
    dns_name:
      description: The name that its instances answer to.
      type: str
      sample: api.shop.internal
    description:
      description: What it is for.
      type: str
      sample: The API of the shop
    record_types:
      description: The DNS records that are made for an instance.
      type: list
      elements: str
      sample: [A]
    ttl:
      description: For how many seconds resolvers keep an answer.
      type: int
      sample: 10
    routing_policy:
      description: Whether an answer has up to eight healthy instances or one of them.
      type: str
      sample: MULTIVALUE
    custom_health_check:
      description: Whether somebody else tells which instances are healthy.
      type: bool
      sample: true
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
    "namespace": {"type": "str", "required": True},
    "description": {"type": "str"},
    "record_types": {"type": "list", "elements": "str", "choices": ["A", "AAAA", "CNAME", "SRV"]},
    "ttl": {"type": "int"},
    "routing_policy": {"type": "str", "choices": ["MULTIVALUE", "WEIGHTED"]},
    "custom_health_check": {"type": "bool"},
    "wait_timeout": {"type": "int", "default": 300},
    **STATE_OPTION,
    **TAG_OPTIONS,
}
SETTINGS = ("name", "namespace", "description", "record_types", "ttl", "routing_policy", "custom_health_check")
FOR_EVER = {
    "record_types": "its records are {}",
    "routing_policy": "its routing policy is {}",
    "custom_health_check": "custom_health_check is {}",
}
DEFAULTS: dict[str, Any] = {"record_types": ["A"], "ttl": 10, "routing_policy": "MULTIVALUE", "custom_health_check": False}


def wanted(params: Mapping[str, Any], current: Mapping[str, Any], domain: str) -> dict[str, Any]:
    """The declared parts: C(service), C(tags). C(domain) is that of the namespace."""
    if params["state"] == "absent":
        return {"service": None}
    settings = declared({option: params[option] for option in SETTINGS})
    if "record_types" in settings:
        settings["record_types"] = sorted(set(settings["record_types"]))
    if standing := current.get("service"):
        for option, said in FOR_EVER.items():
            have = standing[option]
            if settings.get(option, have) != have:
                told = ", ".join(have) if isinstance(have, list) else str(have).lower() if isinstance(have, bool) else have
                cure = "and can't be changed; keep that, or remove the service first"
                raise CloudMapError(f"change service {params['name']}", f"{said.format(told)}, {cure}")
    else:
        settings = DEFAULTS | settings
    return {"service": {**settings, "dns_name": f"{params['name']}.{domain}"}, **tags_part(params)}


def described(service: Mapping[str, Any], namespace: str, domain: str) -> dict[str, Any]:
    """AWS Cloud Map's ServiceSummary, in this namespace, in the words of this module's options."""
    dns = service.get("DnsConfig") or {}
    records = dns.get("DnsRecords") or []
    return {
        "id": service["Id"],
        "arn": service["Arn"],
        "name": service["Name"],
        "namespace": namespace,
        "dns_name": f"{service['Name']}.{domain}",
        "description": service.get("Description") or "",
        "record_types": sorted(record["Type"] for record in records),
        "ttl": next((record["TTL"] for record in records), None),
        "routing_policy": dns.get("RoutingPolicy", ""),
        "custom_health_check": service.get("HealthCheckCustomConfig") is not None,
    }


def records_of(settings: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"Type": kind, "TTL": settings["ttl"]} for kind in settings["record_types"]]


def creation(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings as CreateService takes them."""
    return declared(
        {
            "Name": settings["name"],
            "NamespaceId": settings["namespace"],
            "Description": settings.get("description"),
            "DnsConfig": {"RoutingPolicy": settings["routing_policy"], "DnsRecords": records_of(settings)},
            # AWS takes no other threshold any more.
            "HealthCheckCustomConfig": {"FailureThreshold": 1} if settings["custom_health_check"] else None,
        }
    )


def change(settings: Mapping[str, Any], service: Mapping[str, Any]) -> dict[str, Any]:
    """Settings as UpdateService takes them: what is left out of that is removed from the service."""
    check = {"HealthCheckConfig": service["HealthCheckConfig"]} if service.get("HealthCheckConfig") else {}
    return {"Description": settings["description"], "DnsConfig": {"DnsRecords": records_of(settings)}, **check}


class DnsService(CloudMap):
    nowhere = "NamespaceNotFound"
    domain = ""
    summary: Mapping[str, Any]
    made: Mapping[str, Any] = {}  # just now, and perhaps not listed yet

    @property
    def what(self) -> str:
        return f"service {self.params['name']}"

    def read(self) -> dict[str, Any]:
        namespace, name = self.params["namespace"], self.params["name"]
        with self.doing(f"read the namespace {namespace} of {self.what}"):
            self.domain = self.domain or self.client.get_namespace(Id=namespace)["Namespace"]["Name"]
        with self.doing(f"read {self.what}"):
            services = self.pages("list_services", "Services", Filters=[only("NAMESPACE_ID", namespace)])
            self.summary = next((one for one in services if one["Name"] == name), self.made)
            if not self.summary:
                return {}
            tags = self.client.list_tags_for_resource(ResourceARN=self.summary["Arn"])["Tags"]
        return {"service": described(self.summary, namespace, self.domain), "tags": tag_dict(tags)}

    def wanted(self, current: Mapping[str, Any]) -> dict[str, Any]:
        return wanted(self.params, current, self.domain)

    def apply(self, todo: Plan) -> None:
        if "service" in todo.delete:
            with self.doing(f"delete {self.what}", "ServiceNotFound"):
                self.persist(
                    f"the instances of {self.what} to be deregistered",
                    lambda: self.client.delete_service(Id=self.summary["Id"]),
                    "ResourceInUse",
                )
        elif "service" in todo.create:
            with self.doing(f"create {self.what}"):
                request = {**creation(todo.create["service"]), "Tags": tag_list(todo.after("tags") or {})}
                self.made = self.client.create_service(**request)["Service"]
        else:
            if "service" in todo.update:
                self._update(todo.update["service"][1])
            if "tags" in todo.update:
                self.tag(self.what, self.summary["Arn"], *todo.update["tags"])

    def _update(self, settings: Mapping[str, Any]) -> None:
        standing = described(self.summary, self.params["namespace"], self.domain)
        with self.doing(f"change {self.what}"):
            asked = change({**standing, **settings}, self.summary)
            begun = self.client.update_service(Id=self.summary["Id"], Service=asked)["OperationId"]
        self.finish(f"{self.what} to be changed", begun)


def main() -> None:
    module = AnsibleAWSModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    converge(module, DnsService(module), "service")


if __name__ == "__main__":
    main()
