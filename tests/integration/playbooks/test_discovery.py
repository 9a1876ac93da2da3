# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A service that another one finds by its name: planned on an empty account, made, left alone, and taken away again."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.play import PROJECT, Run
from support.small_stack import written

HOSTS = """\
stack:
  children:
    network: {hosts: {main: }}
    ecs:
      hosts:
        backend: {ecs_discovery: true, ecs_port: 3001}
        frontend: {ecs_environment: {API_URL: "http://{{ found.backend.discovery.dns_name }}:3001"}}
"""
STACK = """\
stack_name: shop
stack_environment: test
stack_region: us-east-1
network_cidr: 10.0.0.0/16
network_subnets: {public: [10.0.0.0/24]}
network_zones: [us-east-1a]
network_gateway_endpoints: []
network_private_domain: shop.internal
stack_key: ""
ecs_cluster: backend
ecs_cpu: 256
ecs_memory: 512
ecs_image: nginx
ecs_min_tasks: 2
ecs_subnet_tier: public
stack_flows:
  - {from: frontend, to: backend, ports: [3001]}
"""
WAVES = (["network", "ecs/cluster"], ["ecs/prepare"], ["ecs/begin"])
CHANGED = {
    ("backend", "Remove the name in the private domain"),
    ("backend", "Service"),
    ("frontend", "Service"),
    ("frontend", "Task definition"),
}
Apply = Callable[..., Run]


@pytest.fixture
def apply(endpoint: str, aws_environment: dict[str, str], tmp_path: Path) -> Apply:
    """Apply all waves, or those given, with some settings changed; C(check=True) plans them."""
    stack = written(tmp_path, endpoint, HOSTS, STACK)

    def run(*waves: list[str], check: bool = False, refused: bool = False, **settings: Any) -> Run:
        wave = f"{PROJECT}/playbooks/wave.yml"
        plays = [{"import_playbook": wave, "vars": {"wave": str(tiers), "wave_tiers": tiers}} for tiers in waves or WAVES]
        (tmp_path / "play.yml").write_text(json.dumps(plays))
        done = stack(f"{tmp_path}/play.yml", "-e", json.dumps(settings), *["--check"] * check)
        assert bool(done.code) is refused, done.output[-3000:]
        return done

    return run


def tasks(run: Run) -> set[tuple[str, str]]:
    return {(component, task.rpartition(" : ")[2]) for component, task in run.changed}


def services(aws: Any) -> dict[str, int]:
    """How many instances each name has, once tasks have started or stopped."""
    ecs, cloud_map = aws("ecs"), aws("servicediscovery")
    for arn in ecs.list_clusters()["clusterArns"]:
        ecs.describe_services(cluster=arn, services=ecs.list_services(cluster=arn)["serviceArns"])
    found = cloud_map.list_services()["Services"]
    return {one["Name"]: len(cloud_map.list_instances(ServiceId=one["Id"])["Instances"]) for one in found}


def domains(aws: Any) -> list[str]:
    return [one["Name"] for one in aws("servicediscovery").list_namespaces()["Namespaces"]]


def test_a_service_is_found_by_its_name_until_it_is_not_declared(aws, apply):
    planned = apply(check=True)
    assert {("main", "Private domain"), ("backend", "Name in the private domain")} < tasks(planned)
    assert (domains(aws), services(aws)) == ([], {})
    assert tasks(apply()) == tasks(planned)
    assert (domains(aws), services(aws)) == (["shop.internal"], {"backend": 2})
    definition = aws("ecs").describe_task_definition(taskDefinition="shop-test-frontend")["taskDefinition"]
    environment = definition["containerDefinitions"][0]["environment"]
    assert environment == [{"name": "API_URL", "value": "http://backend.shop.internal:3001"}]

    gone = {"network_private_domain": "", "ecs_discovery": False, "ecs_environment": {}}
    assert tasks(apply(check=True, **gone)) == CHANGED
    assert tasks(apply(**gone)) == CHANGED
    assert (domains(aws), services(aws)) == (["shop.internal"], {}), "the name was there when the network was looked at"
    assert tasks(apply(**gone)) == {("main", "Remove the private domain that is not declared any more")}
    assert (domains(aws), aws("route53").list_hosted_zones()["HostedZones"]) == ([], [])


def test_a_domain_becomes_another_once_nobody_is_found_in_it(aws, apply):
    cloud_map = aws("servicediscovery")
    apply(["network"])
    (namespace,) = cloud_map.list_namespaces()["Namespaces"]
    tags = {"groundwork:stack": "shop", "groundwork:environment": "test", "groundwork:component": "backend"}
    service = cloud_map.create_service(
        Name="backend",
        NamespaceId=namespace["Id"],
        DnsConfig={"DnsRecords": [{"Type": "A", "TTL": 10}]},
        Tags=[{"Key": key, "Value": value} for key, value in tags.items()],
    )["Service"]["Id"]
    other = {"network_private_domain": "other.internal"}
    refused = apply(["network"], refused=True, **other)
    assert "network_private_domain can't become other.internal while backend can be found in shop.internal" in refused.failures[0]
    assert (refused.changed, domains(aws)) == (set(), ["shop.internal"])
    cloud_map.delete_service(Id=service)
    assert {task for _component, task in tasks(apply(["network"], **other))} == {
        "Remove the private domain that is not declared any more",
        "Private domain",
    }
    assert domains(aws) == ["other.internal"]
