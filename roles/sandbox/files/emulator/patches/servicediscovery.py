# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""AWS Cloud Map: namespaces take their time and have a hosted zone of their name in their VPC, and what is in use stays.

Follows the AWS Cloud Map API reference, actions CreatePrivateDnsNamespace, UpdatePrivateDnsNamespace, DeleteNamespace,
ListNamespaces, GetOperation, CreateService, DeleteService and ListServices, and data types Operation, Service and Namespace.

Tasks that run for services of Amazon ECS are nobody here, but are registered as many as they are: C(keep_registered).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from ipaddress import ip_network
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.core.resource_tagging import TaggedResource, make_tag_matcher, match_resource_type
from moto.ec2 import ec2_backends
from moto.moto_api._internal import mock_random
from moto.resourcegroupstaggingapi.models import ResourceGroupsTaggingAPIBackend
from moto.route53 import route53_backends
from moto.servicediscovery.exceptions import NamespaceNotFound
from moto.servicediscovery.models import (
    Namespace,
    Operation,
    Service,
    ServiceDiscoveryBackend,
    servicediscovery_backends,
)
from moto.servicediscovery.responses import ServiceDiscoveryResponse
from moto.utilities.utils import get_partition

from .. import provisioning

SOA_TTL = 15
MANAGER = "servicediscovery.amazonaws.com"


def apply() -> None:
    _correct_namespaces()
    _correct_services()
    _list_by_filters()
    _list_tagged()


def _correct_namespaces() -> None:
    backend: Any = ServiceDiscoveryBackend
    show, told = Namespace.to_json, Operation.to_json

    def create(
        self: Any,
        name: str,
        creator_request_id: str,
        description: str,
        vpc: str,
        tags: list[dict[str, str]] | None,
        properties: Mapping[str, Any] | None,
    ) -> str:
        zones = route53_backends[self.account_id][get_partition(self.region_name)]
        operation: Any = Operation("CREATE_NAMESPACE", {})
        self.operations[operation.id] = operation
        if any((one.name, one.vpc) == (name, vpc) for one in self.namespaces.values()):
            operation.status, operation.error_code = "FAIL", "CANNOT_CREATE_HOSTED_ZONE"
            operation.error_message = (
                f"The VPC that you chose, {vpc} in region {self.region_name}, is already associated with another private hosted"
                f" zone that has an overlapping name space, {name}.. (Service: Route53, Error Code: ConflictingDomainExists)"
            )
            return operation.id
        dns: dict[str, Any] = {"SOA": {"TTL": SOA_TTL}, **((properties or {}).get("DnsProperties") or {})}
        namespace: Any = Namespace(
            account_id=self.account_id,
            region=self.region_name,
            name=name,
            ns_type="DNS_PRIVATE",
            creator_request_id=creator_request_id,
            description=description,
            dns_properties=dns,
            http_properties={"HttpName": name},
            vpc=vpc,
        )
        comment = f"Created by AWS Cloud Map namespace with ARN {namespace.arn}"
        zone: Any = zones.create_hosted_zone(
            f"{name}.", private_zone=True, comment=comment, vpcid=vpc, vpcregion=self.region_name
        )
        zone.linked_service = {"ServicePrincipal": MANAGER, "Description": comment}
        dns["HostedZoneId"] = zone.resource_id
        operation.targets["NAMESPACE"] = namespace.id
        if tags:
            self.tagger.tag_resource(namespace.arn, tags)
        self.namespaces[namespace.id] = namespace
        namespace.making = operation
        provisioning.begin(operation, "namespace create", namespace.id, "PENDING")
        return operation.id

    def get(self: Any, namespace_id: str) -> Any:
        namespace = self.namespaces.get(namespace_id)
        if not namespace or not _is_made(namespace):
            raise NamespaceNotFound(namespace_id)
        return namespace

    def update(self: Any, _id: str, description: str | None, properties: Mapping[str, Any] | None) -> str:
        namespace = self.get_namespace(_id)
        namespace.description = namespace.description if description is None else description
        namespace.dns_properties = {**namespace.dns_properties, **(properties or {})}
        return str(self._create_operation("UPDATE_NAMESPACE", targets={"NAMESPACE": namespace.id}))

    def delete(self: Any, namespace_id: str) -> str:
        namespace = self.get_namespace(namespace_id)
        if any(service.namespace_id == namespace_id for service in self.services.values()):
            raise JsonRESTError("ResourceInUse", "Namespace still contains services, and can't be deleted.")
        identity = self._create_operation("DELETE_NAMESPACE", targets={"NAMESPACE": namespace_id})
        operation = self.operations[identity]

        def finish() -> None:
            self.namespaces.pop(namespace_id, None)
            self.tagger.delete_all_tags_for_resource(namespace.arn)
            zones = route53_backends[self.account_id][get_partition(self.region_name)].zones
            zones.pop(namespace.dns_properties.get("HostedZoneId"), None)
            provisioning.finished(operation)

        if not provisioning.end(operation, "namespace delete", namespace_id, "PENDING", finish):
            finish()
        return str(identity)

    def shown(self: Any) -> dict[str, Any]:
        services = servicediscovery_backends[_account(self.arn)][_region(self.arn)].services.values()
        return {**show(self), "ServiceCount": sum(service.namespace_id == self.id for service in services)}

    def operation_shown(self: Any, short: bool = False) -> dict[str, Any]:
        failed = {"ErrorCode": getattr(self, "error_code", None), "ErrorMessage": getattr(self, "error_message", None)}
        return {**told(self, short), **failed, "Status": provisioning.under_way(self) or self.status}

    backend.create_private_dns_namespace, backend.update_private_dns_namespace = create, update
    backend.get_namespace, backend.delete_namespace = get, delete
    Namespace.to_json, Operation.to_json = shown, operation_shown


def _is_made(namespace: Any) -> bool:
    making = getattr(namespace, "making", None)
    return not (making and provisioning.under_way(making))


def _correct_services() -> None:
    backend: Any = ServiceDiscoveryBackend
    show = Service.to_json
    create, update, delete = backend.create_service, backend.update_service, backend.delete_service

    def create_service(self: Any, name: str, namespace_id: str, **options: Any) -> Service:
        dns = options["dns_config"]
        namespace_id = namespace_id or (dns or {}).get("NamespaceId")
        namespace = self.get_namespace(namespace_id)
        if any((one.namespace_id, one.name.lower()) == (namespace_id, name.lower()) for one in self.services.values()):
            raise JsonRESTError("ServiceAlreadyExists", "Service already exists.")
        if dns:
            options["dns_config"] = {"RoutingPolicy": "MULTIVALUE", **dns, "NamespaceId": namespace_id}
        if options["health_check_custom_config"] is not None:
            options["health_check_custom_config"] = {"FailureThreshold": 1}
        http = "HTTP" if namespace.type == "HTTP" else "DNS_HTTP"
        options["service_type"] = options["service_type"] or http
        return create(self, name=name, namespace_id=namespace_id, **options)

    def update_service(self: Any, service_id: str, details: dict[str, Any]) -> str:
        """A health check that is left out is removed."""
        return str(update(self, service_id, {"HealthCheckConfig": None, **details}))

    def delete_service(self: Any, service_id: str) -> None:
        service = self.get_service(service_id)
        if service.instances:
            raise JsonRESTError("ResourceInUse", "Service contains registered instances; delete the instances before the service")
        self.tagger.delete_all_tags_for_resource(service.arn)
        delete(self, service_id)

    def shown(self: Any) -> dict[str, Any]:
        return {**show(self), "InstanceCount": len(self.instances)}

    backend.create_service, backend.update_service, backend.delete_service = create_service, update_service, delete_service
    Service.to_json = shown


def _list_by_filters() -> None:
    response = ServiceDiscoveryResponse

    def list_namespaces(self: Any) -> str:
        namespaces = [one for one in self.servicediscovery_backend.list_namespaces() if _is_made(one)]
        members: dict[str, Callable[[Any], str]] = {"TYPE": lambda one: one.type, "NAME": lambda one: one.name}
        return json.dumps({"Namespaces": [one.to_json() for one in _filtered(self.body, namespaces, members)]})

    def list_services(self: Any) -> str:
        members: dict[str, Callable[[Any], str]] = {"NAMESPACE_ID": lambda one: one.namespace_id}
        services = _filtered(self.body, list(self.servicediscovery_backend.list_services()), members)
        return json.dumps({"Services": [{**one.to_json(), "NamespaceId": None} for one in services]})

    response.list_namespaces, response.list_services = list_namespaces, list_services


def _filtered(body: str, items: list[Any], members: Mapping[str, Callable[[Any], str]]) -> list[Any]:
    """What passes all filters; those by what an item has not, as who owns it, pass everything."""
    for one in json.loads(body or "{}").get("Filters") or []:
        member, begins = members.get(one["Name"]), one.get("Condition") == "BEGINS_WITH"
        if member:
            items = [
                item
                for item in items
                if (member(item).startswith(tuple(one["Values"])) if begins else member(item) in one["Values"])
            ]
    return items


def _list_tagged() -> None:
    """The Tagging API lists namespaces and services too."""
    generate = ResourceGroupsTaggingAPIBackend._get_resources_generator

    def generate_all(
        self: Any,
        tag_filters: list[dict[str, Any]] | None = None,
        resource_type_filters: list[str] | None = None,
        resource_arn_list: list[str] | None = None,
    ) -> Iterator[TaggedResource]:
        yield from generate(self, tag_filters, resource_type_filters, resource_arn_list)
        backend, matches = servicediscovery_backends[self.account_id][self.region_name], make_tag_matcher(tag_filters)
        for kind, items in (("namespace", backend.namespaces), ("service", backend.services)):
            for arn in [item.arn for item in items.values() if backend.tagger.has_tags(item.arn)]:
                tags, kind_of = backend.tagger.get_tag_dict_for_resource(arn), f"servicediscovery:{kind}"
                asked_for = match_resource_type(kind_of, resource_type_filters) and arn in (resource_arn_list or [arn])
                if asked_for and matches(tags):
                    yield TaggedResource(arn=arn, tags=tags, resource_type=kind_of)

    ResourceGroupsTaggingAPIBackend._get_resources_generator = generate_all  # type: ignore[method-assign]


def keep_registered(account: str, region: str, owner: str, wanted: Mapping[str, int], attributes: Mapping[str, str]) -> None:
    """As many instances of an owner, which its service's ARN is, as C(wanted) has by ARN of a Cloud Map service; none elsewhere.

    They have addresses of the subnet that C(attributes) name, but nobody is there.
    """
    backend = servicediscovery_backends[account][region]
    for service in backend.services.values():
        mine = [one for one in service.instances if getattr(one, "owner", "") == owner]
        count = wanted.get(service.arn, 0)
        for instance in mine[count:]:
            backend.deregister_instance(service.id, instance.instance_id)
        for number in range(len(mine), count):
            identity = mock_random.get_random_hex(32)
            backend.register_instance(
                service.id, identity, identity, {**attributes, **_address(account, region, attributes, number)}
            )
            service.instances[-1].owner = owner


def _address(account: str, region: str, attributes: Mapping[str, str], number: int) -> dict[str, str]:
    subnet = ec2_backends[account][region].get_subnet(attributes["EC2_SUBNET_ID"])
    return {
        "AWS_INSTANCE_IPV4": str(ip_network(subnet.cidr_block)[10 + number]),
        "AVAILABILITY_ZONE": str(subnet.availability_zone),
    }


def _account(arn: str) -> str:
    return arn.split(":")[4]


def _region(arn: str) -> str:
    return arn.split(":")[3]
