# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from support.emulator import slow_down

NAME = "shop.internal"


@pytest.fixture
def vpc(aws: Any) -> str:
    return str(aws("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"])


def namespaces(aws: Any) -> list[dict[str, Any]]:
    cloud_map = aws("servicediscovery")
    return [cloud_map.get_namespace(Id=one["Id"])["Namespace"] for one in cloud_map.list_namespaces()["Namespaces"]]


def tags(aws: Any) -> dict[str, str]:
    arn = namespaces(aws)[0]["Arn"]
    return {tag["Key"]: tag["Value"] for tag in aws("servicediscovery").list_tags_for_resource(ResourceARN=arn)["Tags"]}


def settings(aws: Any) -> tuple[str, int, int]:
    (one,) = namespaces(aws)
    return one["Description"], one["Properties"]["DnsProperties"]["SOA"]["TTL"], len(tags(aws))


def test_lifecycle(aws, lifecycle, vpc):
    lifecycle(
        "cloud_map_namespace",
        present={"name": NAME, "vpc_id": vpc, "description": "names", "soa_ttl": 15, "tags": {"Name": "main"}},
        change={"description": "all names", "soa_ttl": 5, "tags": {"Name": "main", "team": "shop"}},
        exists=lambda: [(one["Name"], one["Type"]) for one in namespaces(aws)] == [(NAME, "DNS_PRIVATE")],
        changed=lambda: settings(aws) == ("all names", 5, 2),
        absent={"name": NAME, "vpc_id": vpc},
    )
    assert aws("route53").list_hosted_zones()["HostedZones"] == []


def test_what_is_not_declared_stays(aws, run_module, vpc):
    run_module(
        "cloud_map_namespace", name=NAME, vpc_id=vpc, description="names", soa_ttl=30, tags={"Name": "main", "team": "shop"}
    )
    told = run_module("cloud_map_namespace", name=NAME, vpc_id=vpc, soa_ttl=30, tags={"Name": "main"})
    assert (told["changed"], settings(aws)) == (False, ("names", 30, 2))
    run_module("cloud_map_namespace", name=NAME, vpc_id=vpc, tags={"Name": "main"}, purge_tags=True)
    assert tags(aws) == {"Name": "main"}


def test_each_vpc_has_its_own(aws, run_module, vpc):
    other = aws("ec2").create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    ids = [run_module("cloud_map_namespace", name=NAME, vpc_id=one)["namespace"]["id"] for one in (vpc, other)]
    assert run_module("cloud_map_namespace", name=NAME, vpc_id=vpc, state="absent")["changed"] is True
    assert [one["Id"] for one in namespaces(aws)] == ids[1:]


def test_one_with_services_stays_and_says_so(aws, run_module, vpc):
    made = run_module("cloud_map_namespace", name=NAME, vpc_id=vpc)["namespace"]
    aws("servicediscovery").create_service(
        Name="api", NamespaceId=made["id"], DnsConfig={"DnsRecords": [{"Type": "A", "TTL": 10}]}
    )
    told = run_module("cloud_map_namespace", name=NAME, vpc_id=vpc, state="absent")
    assert told["msg"] == f"delete namespace {NAME}: it still has services (api); remove them first"
    assert len(namespaces(aws)) == 1


@pytest.fixture
def slow(endpoint: str) -> Iterator[Callable[..., None]]:
    yield partial(slow_down, endpoint)
    slow_down(endpoint)


def test_it_waits_for_aws(aws, run_module, vpc, slow):
    """45 s of AWS in half a second."""
    slow(scale=90)
    made = run_module("cloud_map_namespace", name=NAME, vpc_id=vpc)
    assert (made["changed"], [one["Id"] for one in namespaces(aws)]) == (True, [made["namespace"]["id"]])
    slow(scale=9)
    late = run_module("cloud_map_namespace", name=NAME, vpc_id=vpc, state="absent", wait_timeout=1)
    assert "wait for namespace shop.internal to be deleted: still PENDING after 1 s" in late["msg"]


def test_a_failure_of_aws_is_told(aws, run_module, vpc, monkeypatch):
    """Another zone of the name in the VPC, which AWS finds only while it makes the namespace."""
    from ansible_collections.groundwork.cloud.plugins.modules.cloud_map_namespace import Namespace

    run_module("cloud_map_namespace", name=NAME, vpc_id=vpc)
    monkeypatch.setattr(Namespace, "_found", lambda self: "")
    told = run_module("cloud_map_namespace", name=NAME, vpc_id=vpc)
    assert told["msg"].startswith(f"wait for namespace {NAME} to be created: it ended as FAIL (CANNOT_CREATE_HOSTED_ZONE: ")
