# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import time
from typing import Any

import pytest
from botocore.exceptions import ClientError
from emulator.provisioning import TIMES
from support.emulator import provisioned, slow_down

RECORDS = {"DnsRecords": [{"Type": "A", "TTL": 10}]}


@pytest.fixture
def vpc(aws: Any) -> str:
    return str(aws("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"])


def create(aws: Any, vpc: str, name: str = "shop.internal") -> dict[str, Any]:
    """The operation, as it ended or is under way."""
    tags = [{"Key": "team", "Value": "shop"}]
    begun = aws("servicediscovery").create_private_dns_namespace(Name=name, Vpc=vpc, Tags=tags)["OperationId"]
    return dict(aws("servicediscovery").get_operation(OperationId=begun)["Operation"])


def listed(aws: Any, name: str, value: str) -> list[str]:
    filters = [{"Name": name, "Values": [value], "Condition": "EQ"}]
    return [one["Name"] for one in aws("servicediscovery").list_namespaces(Filters=filters)["Namespaces"]]


def test_a_namespace_is_a_private_zone_of_its_name_in_its_vpc(aws, vpc):
    namespace = create(aws, vpc)["Targets"]["NAMESPACE"]
    found = aws("servicediscovery").get_namespace(Id=namespace)["Namespace"]
    assert (found["ServiceCount"], found["Properties"]["DnsProperties"]["SOA"]) == (0, {"TTL": 15})
    zone = aws("route53").get_hosted_zone(Id=found["Properties"]["DnsProperties"]["HostedZoneId"])
    assert (zone["HostedZone"]["Name"], zone["HostedZone"]["Config"]["PrivateZone"]) == ("shop.internal.", True)
    assert zone["HostedZone"]["LinkedService"]["ServicePrincipal"] == "servicediscovery.amazonaws.com"
    assert [one["VPCId"] for one in zone["VPCs"]] == [vpc]
    aws("servicediscovery").delete_namespace(Id=namespace)
    assert aws("route53").list_hosted_zones()["HostedZones"] == []


def test_names_differ_in_a_vpc_and_filters_find_them(aws, vpc):
    assert [create(aws, vpc, name)["Status"] for name in ("shop.internal", "blog.internal")] == ["SUCCESS", "SUCCESS"]
    again = create(aws, vpc)
    assert (again["Status"], again["ErrorCode"]) == ("FAIL", "CANNOT_CREATE_HOSTED_ZONE")
    assert listed(aws, "NAME", "shop.internal") == ["shop.internal"]
    assert (len(listed(aws, "TYPE", "DNS_PRIVATE")), listed(aws, "TYPE", "HTTP")) == (2, [])


def test_it_takes_its_time(aws, endpoint, vpc):
    try:
        slow_down(endpoint, scale=TIMES["namespace create"])
        operation = create(aws, vpc)
        assert (operation["Status"], listed(aws, "NAME", "shop.internal")) == ("PENDING", [])
        time.sleep(1.1)
        identity = operation["Targets"]["NAMESPACE"]
        begun = aws("servicediscovery").delete_namespace(Id=identity)["OperationId"]
        assert listed(aws, "NAME", "shop.internal") == ["shop.internal"]
        time.sleep(1.5)
        assert aws("servicediscovery").get_operation(OperationId=begun)["Operation"]["Status"] == "SUCCESS"
        assert listed(aws, "NAME", "shop.internal") == []
        assert [one["kind"] for one in provisioned(endpoint)] == ["namespace create", "namespace delete"]
    finally:
        slow_down(endpoint)


def test_what_is_in_use_stays(aws, vpc):
    cloud_map, namespace = aws("servicediscovery"), create(aws, vpc)["Targets"]["NAMESPACE"]
    api = {"Name": "api", "NamespaceId": namespace, "DnsConfig": RECORDS, "HealthCheckCustomConfig": {"FailureThreshold": 5}}
    service = cloud_map.create_service(**api)["Service"]
    assert (service["Type"], service["HealthCheckCustomConfig"]) == ("DNS_HTTP", {"FailureThreshold": 1})
    assert service["DnsConfig"]["RoutingPolicy"] == "MULTIVALUE"
    with pytest.raises(ClientError, match="ServiceAlreadyExists"):
        cloud_map.create_service(**api)
    with pytest.raises(ClientError, match="ResourceInUse"):
        cloud_map.delete_namespace(Id=namespace)
    instance = {"ServiceId": service["Id"], "InstanceId": "one"}
    cloud_map.register_instance(**instance, Attributes={"AWS_INSTANCE_IPV4": "10.0.0.10"})
    assert cloud_map.get_service(Id=service["Id"])["Service"]["InstanceCount"] == 1
    with pytest.raises(ClientError, match="ResourceInUse"):
        cloud_map.delete_service(Id=service["Id"])
    cloud_map.deregister_instance(**instance)
    cloud_map.delete_service(Id=service["Id"])
    with pytest.raises(ClientError, match="ServiceNotFound"):
        cloud_map.delete_service(Id=service["Id"])
    with pytest.raises(ClientError, match="NamespaceNotFound"):
        cloud_map.create_service(**{**api, "NamespaceId": "ns-0123456789abcdef"})


def test_services_are_listed_by_namespace_and_tags_by_the_tagging_api(aws, vpc):
    cloud_map = aws("servicediscovery")
    namespaces = [create(aws, vpc, name)["Targets"]["NAMESPACE"] for name in ("shop.internal", "blog.internal")]
    for namespace in namespaces:
        cloud_map.create_service(Name="api", NamespaceId=namespace, DnsConfig=RECORDS)
    filters = [{"Name": "NAMESPACE_ID", "Values": namespaces[:1]}]
    assert len(cloud_map.list_services(Filters=filters)["Services"]) == 1
    team = [{"Key": "team", "Values": ["shop"]}]
    found = aws("resourcegroupstaggingapi").get_resources(TagFilters=team)["ResourceTagMappingList"]
    assert sorted(one["ResourceARN"].rpartition("/")[2] for one in found) == sorted(namespaces)


def test_tasks_of_a_service_are_registered(aws, vpc):
    ecs, cloud_map = aws("ecs"), aws("servicediscovery")
    subnet = aws("ec2").create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    namespace = create(aws, vpc)["Targets"]["NAMESPACE"]
    api, other = (
        cloud_map.create_service(Name=name, NamespaceId=namespace, DnsConfig=RECORDS)["Service"] for name in ("api", "other")
    )
    ecs.create_cluster(clusterName="shop")
    fargate = {"networkMode": "awsvpc", "requiresCompatibilities": ["FARGATE"], "cpu": "256", "memory": "512"}
    ecs.register_task_definition(family="api", containerDefinitions=[{"name": "api", "image": "nginx"}], **fargate)
    network = {"awsvpcConfiguration": {"subnets": [subnet]}}
    named = {"cluster": "shop", "service": "api"}

    def addresses(service: dict[str, Any]) -> list[str]:
        ecs.describe_services(cluster="shop", services=["api"])
        instances = cloud_map.list_instances(ServiceId=service["Id"])["Instances"]
        return [one["Attributes"]["AWS_INSTANCE_IPV4"] for one in instances]

    registries = [{"registryArn": api["Arn"]}]
    ecs.create_service(
        cluster="shop",
        serviceName="api",
        taskDefinition="api",
        desiredCount=2,
        networkConfiguration=network,
        serviceRegistries=registries,
    )
    assert addresses(api) == ["10.0.1.10", "10.0.1.11"]
    before = ecs.describe_services(cluster="shop", services=["api"])["services"][0]["deployments"][0]["id"]
    ecs.update_service(**named, serviceRegistries=[{"registryArn": other["Arn"]}], desiredCount=1)
    assert (addresses(api), addresses(other)) == ([], ["10.0.1.10"])
    after = ecs.describe_services(cluster="shop", services=["api"])["services"][0]
    assert (after["deployments"][0]["id"] != before, after["serviceRegistries"]) == (True, [{"registryArn": other["Arn"]}])
    ecs.delete_service(**named, force=True)
    assert addresses(other) == []
