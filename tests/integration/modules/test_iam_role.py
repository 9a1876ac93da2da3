# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import json
from typing import Any

import pytest
from support.emulator import recorded

NAME = "shop-machines"
PATH = "/groundwork/shop/production/"
SSM = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"


def document(action: str, **statement: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": [action], **statement}]}


TRUST = document("sts:AssumeRole", Principal={"Service": "ec2.amazonaws.com"})
READ = document("s3:GetObject", Resource="arn:aws:s3:::shop/*")
LIST = document("s3:ListBucket", Resource="arn:aws:s3:::shop")
ROLE = {
    "name": NAME,
    "path": PATH,
    "description": "Instances of the shop",
    "trust_policy": TRUST,
    "managed_policies": [SSM],
    "inline_policies": {"permissions": READ},
    "instance_profile": True,
    "tags": {"team": "shop"},
}


@pytest.fixture
def iam(aws):
    return aws("iam")


@pytest.fixture
def boundary(iam) -> str:
    arn: str = iam.create_policy(PolicyName="limits", PolicyDocument=json.dumps(READ))["Policy"]["Arn"]
    return arn


def standing(iam: Any) -> dict[str, Any]:
    """All that there is of the role, in the words of the options; empty when there is none."""
    try:
        role = iam.get_role(RoleName=NAME)["Role"]
    except iam.exceptions.NoSuchEntityException:
        return {}
    profiles = iam.list_instance_profiles_for_role(RoleName=NAME)["InstanceProfiles"]
    return {
        "path": role["Path"],
        "description": role.get("Description", ""),
        "trust_policy": role["AssumeRolePolicyDocument"],
        "max_session_duration": role["MaxSessionDuration"],
        "boundary": role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn", ""),
        "managed_policies": [one["PolicyArn"] for one in iam.list_attached_role_policies(RoleName=NAME)["AttachedPolicies"]],
        "inline_policies": {
            name: iam.get_role_policy(RoleName=NAME, PolicyName=name)["PolicyDocument"]
            for name in iam.list_role_policies(RoleName=NAME)["PolicyNames"]
        },
        "instance_profile": [profile["InstanceProfileName"] for profile in profiles] == [NAME],
        "tags": {tag["Key"]: tag["Value"] for tag in role.get("Tags", [])},
    }


def profiles(iam: Any) -> list[str]:
    return [profile["InstanceProfileName"] for profile in iam.list_instance_profiles()["InstanceProfiles"]]


def test_lifecycle(iam, lifecycle):
    lifecycle(
        "iam_role",
        present=ROLE,
        change={"description": "Other"},
        exists=lambda: bool(standing(iam)),
        changed=lambda: standing(iam)["description"] == "Other",
        absent={"name": NAME},
    )
    assert profiles(iam) == []


def test_a_new_role_is_as_it_was_declared(iam, run_module, boundary):
    made = run_module("iam_role", **ROLE, boundary=boundary, max_session_duration=7200)["role"]
    declared = {option: value for option, value in ROLE.items() if option != "name"}
    assert standing(iam) == {**declared, "boundary": boundary, "max_session_duration": 7200}
    profile = iam.get_instance_profile(InstanceProfileName=NAME)["InstanceProfile"]
    assert (profile["Path"], profile["Tags"]) == (PATH, [{"Key": "team", "Value": "shop"}])
    assert made["arn"] == f"arn:aws:iam::123456789012:role{PATH}{NAME}"
    assert made["instance_profile"]["arn"] == profile["Arn"]
    assert made["managed_policies"] == {SSM: "AmazonSSMManagedInstanceCore"}


@pytest.mark.parametrize(
    ("options", "calls"),
    [
        ({}, ["GetRole", "ListAttachedRolePolicies", "GetRolePolicy", "GetInstanceProfile"]),
        (
            {"purge_inline_policies": True},
            ["GetRole", "ListAttachedRolePolicies", "ListRolePolicies", "GetRolePolicy", "GetInstanceProfile"],
        ),
        ({"managed_policies": None, "instance_profile": None}, ["GetRole", "GetRolePolicy"]),
    ],
)
def test_nothing_to_do_costs_a_call_for_each_of_what_is_declared(run_module, endpoint, options, calls):
    run_module("iam_role", **ROLE)
    with recorded(endpoint) as asked:
        assert run_module("iam_role", **{**ROLE, **options})["changed"] is False
    assert asked == [f"iam:{call}" for call in calls]


@pytest.mark.parametrize(
    "change",
    [
        {"description": ""},
        {"max_session_duration": 7200},
        {"trust_policy": document("sts:AssumeRole", Principal={"Service": "lambda.amazonaws.com"})},
        {"managed_policies": [READ_ONLY], "purge_managed_policies": True},
        {"managed_policies": [], "purge_managed_policies": True},
        {"inline_policies": {"permissions": LIST}},
        {"inline_policies": {"list": LIST}, "purge_inline_policies": True},
        {"inline_policies": {}, "purge_inline_policies": True},
        {"instance_profile": False},
        {"tags": {"team": "other"}},
        {"tags": {"a": "b"}, "purge_tags": True},
        {"tags": {}, "purge_tags": True},
    ],
)
def test_each_setting_changes_and_the_others_stay(iam, run_module, converges, change):
    run_module("iam_role", **ROLE)
    before = standing(iam)
    converges("iam_role", **{**ROLE, **change})
    assert standing(iam) == before | {option: value for option, value in change.items() if not option.startswith("purge_")}
    if standing(iam)["instance_profile"]:
        tags = iam.get_instance_profile(InstanceProfileName=NAME)["InstanceProfile"]["Tags"]
        assert {tag["Key"]: tag["Value"] for tag in tags} == standing(iam)["tags"]


def test_nothing_is_purged_unasked(iam, run_module, converges):
    run_module("iam_role", **ROLE)
    converges("iam_role", name=NAME, managed_policies=[READ_ONLY], inline_policies={"list": LIST}, tags={"a": "b"})
    there = standing(iam)
    assert set(there["managed_policies"]) == {SSM, READ_ONLY}
    assert there["inline_policies"] == {"permissions": READ, "list": LIST}
    assert there["tags"] == {"team": "shop", "a": "b"}
    converges("iam_role", name=NAME, inline_policies={"list": {}, "never": {}})
    assert standing(iam)["inline_policies"] == {"permissions": READ}


def test_the_boundary_comes_and_goes(iam, run_module, converges, boundary):
    run_module("iam_role", **ROLE, boundary="")
    converges("iam_role", name=NAME, boundary=boundary)
    assert standing(iam)["boundary"] == boundary
    assert run_module("iam_role", name=NAME, description="New")["role"]["boundary"] == boundary
    converges("iam_role", name=NAME, boundary="")
    assert standing(iam)["boundary"] == ""


def test_what_is_left_out_stays(iam, run_module):
    run_module("iam_role", **ROLE, max_session_duration=7200)
    before = standing(iam)
    assert run_module("iam_role", name=NAME)["changed"] is False
    run_module("iam_role", name=NAME, description="New")
    assert standing(iam) == {**before, "description": "New"}


def test_managed_policies_go_by_name_too(iam, run_module, converges, boundary):
    converges("iam_role", name=NAME, trust_policy=TRUST, managed_policies=["AmazonECSTaskExecutionRolePolicy", "limits"])
    execution = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
    assert set(standing(iam)["managed_policies"]) == {execution, boundary}
    assert "there is none of that name" in run_module("iam_role", check=True, name=NAME, managed_policies=["missing"])["msg"]


def test_policies_are_compared_by_meaning(run_module):
    run_module("iam_role", **ROLE)
    (trust,), (read,) = TRUST["Statement"], READ["Statement"]
    reworded = {
        "trust_policy": {**TRUST, "Statement": {**trust, "Action": "sts:AssumeRole"}},
        "inline_policies": {"permissions": {**READ, "Statement": [{**read, "Resource": [read["Resource"]]}]}},
    }
    assert run_module("iam_role", **{**ROLE, **reworded})["changed"] is False


def test_an_instance_profile_that_stands_is_filled(iam, run_module, converges):
    iam.create_instance_profile(InstanceProfileName=NAME)
    converges("iam_role", **ROLE)
    assert standing(iam)["instance_profile"] is True


def test_the_instance_profile_of_another_role_is_left_alone(iam, run_module, converges):
    iam.create_role(RoleName="other", AssumeRolePolicyDocument=json.dumps(TRUST))
    iam.create_instance_profile(InstanceProfileName=NAME)
    iam.add_role_to_instance_profile(InstanceProfileName=NAME, RoleName="other")
    assert "role other is in it" in run_module("iam_role", **ROLE)["msg"]
    assert standing(iam) == {}
    converges("iam_role", **{**ROLE, "instance_profile": False})
    converges("iam_role", name=NAME, state="absent")
    assert profiles(iam) == [NAME]


def test_a_role_in_another_instance_profile_keeps_what_it_may_do(iam, run_module):
    run_module("iam_role", **ROLE)
    iam.create_instance_profile(InstanceProfileName="other")
    iam.add_role_to_instance_profile(InstanceProfileName="other", RoleName=NAME)
    for check in (True, False):
        refused = run_module("iam_role", check=check, name=NAME, state="absent")
        assert refused["msg"] == f"delete role {NAME}: it is in instance profile other; remove it from there first"
    assert standing(iam)["inline_policies"] == {"permissions": READ}


@pytest.mark.parametrize("left", [["role"], ["role", "profile"]])
def test_a_removal_that_was_cut_off_is_finished(iam, converges, left):
    iam.create_role(RoleName=NAME, AssumeRolePolicyDocument=json.dumps(TRUST))
    if "profile" in left:
        iam.create_instance_profile(InstanceProfileName=NAME)
    converges("iam_role", name=NAME, state="absent")
    assert (standing(iam), profiles(iam)) == ({}, [])


@pytest.mark.parametrize("check", [True, False])
def test_a_path_is_for_life(iam, run_module, check):
    run_module("iam_role", **ROLE)
    refused = run_module("iam_role", check=check, **{**ROLE, "path": "/"})
    assert refused["msg"] == f"change role {NAME}: its path is {PATH} and can't be changed; keep it, or use another name"
    assert standing(iam)["path"] == PATH


def test_a_policy_that_is_missing_is_an_error(run_module):
    refused = run_module("iam_role", **{**ROLE, "managed_policies": ["arn:aws:iam::123456789012:policy/missing"]})
    assert refused["msg"].startswith("attach arn:aws:iam::123456789012:policy/missing to role shop-machines: ")
    assert refused["error_code"] == "NoSuchEntity"
