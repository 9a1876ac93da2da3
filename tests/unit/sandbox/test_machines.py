# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from machines.keeper import Machine, Todo, plan, wanted
from machines.metadata import about, listing_or_value

ONE = Machine("i-1", "10.0.1.4", "vpc-1")
TWO = Machine("i-2", "10.0.1.5", "vpc-1")


def instance(state: str, **settings: Any) -> dict[str, Any]:
    return {"InstanceId": "i-1", "PrivateIpAddress": "10.0.1.4", "VpcId": "vpc-1", "State": {"Name": state}, **settings}


@pytest.mark.parametrize(
    ("instances", "machines"),
    [
        ([], {}),
        ([instance("running")], {"i-1": ONE}),
        ([instance("pending")], {"i-1": ONE}),
        ([instance("terminated")], {}),
        ([instance("stopped")], {}),
        ([instance("pending", PrivateIpAddress=None)], {}),
    ],
)
def test_instances_that_run_are_wanted(instances: list[dict[str, Any]], machines: dict[str, Machine]):
    assert wanted(instances) == machines


@pytest.mark.parametrize(
    ("want", "have", "todo"),
    [
        ({}, {}, Todo((), ())),
        ({"i-1": ONE}, {}, Todo((ONE,), ())),
        ({"i-1": ONE}, {"i-1": "10.0.1.4"}, Todo((), ())),
        ({"i-1": ONE}, {"i-1": "10.0.1.9"}, Todo((ONE,), ("i-1",))),
        ({"i-2": TWO}, {"i-1": "10.0.1.4"}, Todo((TWO,), ("i-1",))),
    ],
)
def test_containers_follow_instances(want: dict[str, Machine], have: dict[str, str], todo: Todo):
    assert plan(want, have) == todo


TOLD = about(
    instance("running", ImageId="ami-1", InstanceType="t4g.small", Placement={"AvailabilityZone": "eu-west-1b"}),
    "web",
    lambda role: {"Code": role},
)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("meta-data/instance-id", "i-1"),
        ("meta-data/placement/region", "eu-west-1"),
        ("meta-data/placement", "availability-zone\nregion"),
        ("meta-data", "ami-id\niam/\ninstance-id\ninstance-type\nlocal-ipv4\nplacement/"),
        ("meta-data/iam/security-credentials", "web"),
        ("meta-data/iam/security-credentials/web", '{"Code": "web"}'),
        ("meta-data/iam/security-credentials/other", None),
        ("user-data", None),
    ],
)
def test_what_the_metadata_service_tells(path: str, text: str | None):
    assert listing_or_value(TOLD, path) == text
