# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest

FOR_ECS = {"record_types": ["A"], "ttl": 10, "routing_policy": "MULTIVALUE", "custom_health_check": True}


@pytest.fixture
def namespace(aws: Any) -> str:
    vpc = aws("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    begun = aws("servicediscovery").create_private_dns_namespace(Name="shop.internal", Vpc=vpc)["OperationId"]
    return str(aws("servicediscovery").get_operation(OperationId=begun)["Operation"]["Targets"]["NAMESPACE"])


def services(aws: Any) -> list[dict[str, Any]]:
    return list(aws("servicediscovery").list_services()["Services"])


def ttl(aws: Any) -> tuple[str, int, int]:
    (one,) = services(aws)
    tags = aws("servicediscovery").list_tags_for_resource(ResourceARN=one["Arn"])["Tags"]
    return one.get("Description", ""), one["DnsConfig"]["DnsRecords"][0]["TTL"], len(tags)


def test_lifecycle(aws, lifecycle, namespace):
    lifecycle(
        "cloud_map_service",
        present={"name": "api", "namespace": namespace, **FOR_ECS, "tags": {"Name": "api"}},
        change={"ttl": 60, "description": "the API", "tags": {"Name": "api", "team": "shop"}},
        exists=lambda: (
            [(one["Name"], one["HealthCheckCustomConfig"]) for one in services(aws)] == [("api", {"FailureThreshold": 1})]
        ),
        changed=lambda: ttl(aws) == ("the API", 60, 2),
        absent={"name": "api", "namespace": namespace},
    )


def test_a_change_leaves_the_rest_as_it_is(aws, run_module, namespace):
    made = run_module("cloud_map_service", name="api", namespace=namespace, **FOR_ECS, description="the API")["service"]
    assert made["dns_name"] == "api.shop.internal"
    told = run_module("cloud_map_service", name="api", namespace=namespace, ttl=30)
    assert [told["diff"][when]["service"]["ttl"] for when in ("before", "after")] == [10, 30]
    (one,) = services(aws)
    assert one["DnsConfig"]["DnsRecords"] == [{"Type": "A", "TTL": 30}]
    assert (one["Description"], one["HealthCheckCustomConfig"]) == ("the API", {"FailureThreshold": 1})
    assert run_module("cloud_map_service", name="api", namespace=namespace)["changed"] is False


def test_one_whose_instances_are_registered_is_waited_for(aws, run_module, namespace):
    made = run_module("cloud_map_service", name="api", namespace=namespace, **FOR_ECS)["service"]
    cloud_map = aws("servicediscovery")
    cloud_map.register_instance(ServiceId=made["id"], InstanceId="task", Attributes={"AWS_INSTANCE_IPV4": "10.0.0.10"})
    told = run_module("cloud_map_service", name="api", namespace=namespace, state="absent", wait_timeout=1)
    assert told["msg"].startswith("wait for the instances of service api to be deregistered: still ")
    cloud_map.deregister_instance(ServiceId=made["id"], InstanceId="task")
    assert run_module("cloud_map_service", name="api", namespace=namespace, state="absent")["changed"] is True
    assert services(aws) == []


def test_a_namespace_that_is_not_there_has_no_services(run_module, aws_environment):
    options = {"name": "api", "namespace": "ns-0123456789abcdef"}
    assert run_module("cloud_map_service", **options, state="absent")["changed"] is False
    assert run_module("cloud_map_service", **options)["error_code"] == "NamespaceNotFound"


def test_a_service_of_another_name_is_another(aws, run_module, namespace):
    for name in ("api", "api-2"):
        run_module("cloud_map_service", name=name, namespace=namespace, **FOR_ECS)
    assert run_module("cloud_map_service", name="api", namespace=namespace, state="absent")["changed"] is True
    assert [one["Name"] for one in services(aws)] == ["api-2"]
