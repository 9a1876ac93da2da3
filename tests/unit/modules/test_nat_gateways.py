# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible_collections.groundwork.cloud.plugins.module_utils.aws import AwsError
from ansible_collections.groundwork.cloud.plugins.module_utils.plan import plan
from ansible_collections.groundwork.cloud.plugins.modules.nat_gateways import are_gone, standing, statuses, wanted, why

NAMED = [{"Key": "Name", "Value": "a"}]
FREE = {"AllocationId": "eipalloc-1", "PublicIp": "192.0.2.1", "Tags": NAMED}
HELD = {**FREE, "AssociationId": "eipassoc-1"}
ADDRESS = {"id": "eipalloc-1", "ip": "192.0.2.1", "tags": {"Name": "a"}}


def item(**given):
    return {"name": "a", "subnet": "subnet-1", "tags": None, **given}


def gateway(state="available", number=1, **more):
    held = [{"AllocationId": "eipalloc-1", "PublicIp": "192.0.2.1"}]
    told = {"NatGatewayId": f"nat-{number}", "SubnetId": "subnet-1", "State": state, "Tags": NAMED, "NatGatewayAddresses": held}
    return told | more


def stands(status="available", **more):
    return {"id": "nat-1", "subnet": "subnet-1", "status": status, "tags": {"Name": "a"}, "address": ADDRESS, **more}


def params(state="present", replace=True, **given):
    return {"state": state, "gateways": [item(**given)], "replace_failed": replace}


FAILED = {"FailureCode": "Gateway.NotAttached", "FailureMessage": "No internet"}
TELLS = {"failure": "No internet (Gateway.NotAttached)", "cure": "attach an internet gateway to the VPC, and run again"}


@pytest.mark.parametrize(
    ("state", "gateways", "addresses", "expected"),
    [
        ("present", [], [], None),
        ("present", [gateway()], [HELD], stands()),
        ("present", [gateway("pending")], [HELD], stands("pending")),
        ("present", [gateway("deleted", 0), gateway("failed", 3), gateway()], [HELD], stands()),
        ("present", [gateway("deleting")], [HELD], None),
        ("present", [gateway("deleted")], [FREE], {"address": ADDRESS}),
        ("absent", [gateway("deleting")], [HELD], stands("deleting")),
        ("absent", [gateway("deleted")], [], None),
        ("absent", [], [FREE], {"address": ADDRESS}),
        # What is not named like it any more is its address all the same.
        ("present", [gateway()], [], stands(address={**ADDRESS, "tags": {}})),
        ("present", [gateway()], [{**FREE, "AllocationId": "eipalloc-2"}], stands(address={**ADDRESS, "tags": {}})),
        (
            "present",
            [gateway(NatGatewayAddresses=[{"PrivateIp": "10.0.0.4"}])],
            [],
            {k: v for k, v in stands().items() if k != "address"},
        ),
        (
            "present",
            [gateway("failed", **FAILED)],
            [FREE],
            {"subnet": "subnet-1", "status": "failed", "tags": {"Name": "a"}, "address": ADDRESS, **TELLS},
        ),
        ("absent", [gateway("failed", **FAILED)], [FREE], stands("failed", **TELLS)),
    ],
)
def test_what_stands_of_a_gateway(state, gateways, addresses, expected):
    assert standing(params(state), gateways, addresses) == ({"a": expected} if expected else {})


@pytest.mark.parametrize(
    ("tags", "fits"),
    [({}, True), ({"team": "shop"}, True), ({"team": "web"}, False), ({"Name": "b"}, False), ({"other": "1"}, True)],
)
def test_a_free_address_is_used_when_no_tag_says_that_it_is_another_s(tags, fits):
    address = {**FREE, "Tags": [{"Key": key, "Value": value} for key, value in ({"Name": "a"} | tags).items()]}
    found = standing(params(tags={"team": "shop"}), [], [address, {**address, "AssociationId": "eipassoc-1"}])
    assert bool(found) is fits


def test_two_that_stand_are_told_apart_by_nobody():
    with pytest.raises(AwsError, match="read NAT gateway a: there are several, nat-1, nat-2"):
        standing(params(), [gateway(), gateway(number=2)], [])


MADE = {"subnet": "subnet-1", "tags": {"Name": "a"}, "address": {"tags": {"Name": "a"}}}


@pytest.mark.parametrize(
    ("have", "change"),
    [
        (None, MADE),
        (stands(), None),
        (stands("pending"), None),
        ({"address": ADDRESS}, MADE),
        (stands(tags={}), MADE),
        (stands(address={**ADDRESS, "tags": {}}), MADE),
        ({key: value for key, value in stands().items() if key != "address"}, None),
        (stands("failed"), {**MADE, "status": "pending"}),
    ],
)
def test_what_changes(have, change):
    current = {"a": have} if have else {}
    assert plan(current, wanted(params(), current)).after("a") == change


@pytest.mark.parametrize(
    ("options", "have", "said"),
    [
        (params(subnet=None), {}, "it has no subnet; name a public one"),
        (params(subnet="subnet-2"), stands(), "AWS can't move it to subnet-2; declare another"),
        (params(replace=False), stands("failed", **TELLS), "it failed: No internet .*; attach an internet gateway"),
        (params(replace=False), stands("failed"), "AWS does not say why; run again, and it is replaced"),
    ],
)
def test_what_can_t_be_is_refused_with_its_cure(options, have, said):
    with pytest.raises(AwsError, match=said):
        wanted(options, {"a": have})


def test_absence():
    assert wanted(params("absent"), {}) == {"a": None}
    assert are_gone({"a": {"address": ADDRESS}}) is True
    assert are_gone({"a": stands("deleting")}) is False
    assert statuses({"a": stands("deleting"), "b": {}}) == "a: deleting, b: gone"
    assert why({}).startswith("it failed")
