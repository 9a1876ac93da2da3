# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.groundwork.cloud.plugins.module_utils.plan import plan
from ansible_collections.groundwork.cloud.plugins.modules.iam_role import (
    ARGUMENTS,
    RoleError,
    described,
    described_profile,
    policy_arns,
    wanted,
)

ACCOUNT = "arn:aws:iam::111122223333"
SSM = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
TASKS = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
STATEMENT = {"Effect": "Allow", "Principal": {"Service": ["ec2.amazonaws.com"]}, "Action": "sts:AssumeRole"}
TRUST = {"Version": "2012-10-17", "Statement": [STATEMENT]}
READ = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "*"}]}
LIST = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:ListBucket"], "Resource": "*"}]}
PROFILE = {"name": "shop", "arn": f"{ACCOUNT}:instance-profile/shop", "roles": ["shop"], "tags": {"team": "shop"}}
ROLE = {
    "name": "shop",
    "id": "AROA1",
    "arn": f"{ACCOUNT}:role/teams/shop",
    "path": "/teams/",
    "description": "Of the shop",
    "max_session_duration": 3600,
    "boundary": "",
}
STANDING = {
    "role": ROLE,
    "trust_policy": TRUST,
    "managed_policies": {SSM: "AmazonSSMManagedInstanceCore"},
    "inline_policies": {"read": READ, "list": LIST},
    "instance_profile": PROFILE,
    "tags": {"team": "shop"},
}
BARE = {**STANDING, "managed_policies": {}, "inline_policies": {}, "instance_profile": {**PROFILE, "roles": []}}
OTHERS = {**STANDING, "instance_profile": {**PROFILE, "roles": ["other"]}}
PURGE = {"purge_tags": False, "purge_managed_policies": False, "purge_inline_policies": False}


def params(**declared: Any) -> dict[str, Any]:
    return {**dict.fromkeys(ARGUMENTS), "name": "shop", "state": "present", **PURGE, **declared}


def reworded(policy: dict[str, Any], **statement: Any) -> dict[str, Any]:
    return {**policy, "Statement": {**policy["Statement"][0], **statement}}


@pytest.mark.parametrize(
    ("declared", "changed"),
    [
        ({}, False),
        ({"path": "/teams/", "description": "Of the shop", "max_session_duration": 3600, "boundary": ""}, False),
        ({"description": ""}, True),
        ({"max_session_duration": 7200}, True),
        ({"boundary": f"{ACCOUNT}:policy/limits"}, True),
        ({"trust_policy": TRUST}, False),
        ({"trust_policy": reworded(TRUST, Principal={"Service": "ec2.amazonaws.com"}, Action=["sts:AssumeRole"])}, False),
        ({"trust_policy": reworded(TRUST, Principal={"Service": "lambda.amazonaws.com"})}, True),
        ({"managed_policies": []}, False),
        ({"managed_policies": [SSM]}, False),
        ({"managed_policies": [TASKS]}, True),
        ({"managed_policies": [SSM], "purge_managed_policies": True}, False),
        ({"managed_policies": [], "purge_managed_policies": True}, True),
        ({"inline_policies": {}}, False),
        ({"inline_policies": {"read": reworded(READ, Action="s3:GetObject")}}, False),
        ({"inline_policies": {"read": LIST}}, True),
        ({"inline_policies": {"other": {}}}, False),
        ({"inline_policies": {"read": {}}}, True),
        ({"inline_policies": {"read": READ, "list": LIST}, "purge_inline_policies": True}, False),
        ({"inline_policies": {"read": READ}, "purge_inline_policies": True}, True),
        ({"instance_profile": True}, False),
        ({"instance_profile": False}, True),
        ({"instance_profile": True, "tags": {"team": "shop"}}, False),
        ({"tags": {"team": "other"}}, True),
        ({"tags": {}}, False),
        ({"tags": {}, "purge_tags": True}, True),
        ({"state": "absent"}, True),
    ],
)
def test_what_is_a_change(declared, changed):
    assert plan(STANDING, wanted(params(**declared), STANDING)).changed is changed


def test_an_inline_policy_goes_and_the_others_stay():
    todo = plan(STANDING, wanted(params(inline_policies={"read": {}, "other": READ}), STANDING))
    assert todo.after("inline_policies") == {"list": LIST, "other": READ}


def test_the_instance_profile_has_the_tags_of_the_role():
    todo = plan(STANDING, wanted(params(instance_profile=True, tags={"team": "other"}), STANDING))
    assert todo.after("instance_profile") == {"name": "shop", "roles": ["shop"], "tags": {"team": "other"}}


@pytest.mark.parametrize(
    ("current", "profile", "part"),
    [
        (BARE, True, {"name": "shop", "roles": ["shop"]}),
        (BARE, False, None),
        ({}, True, {"name": "shop", "roles": ["shop"]}),
        ({}, False, None),
        ({"instance_profile": BARE["instance_profile"]}, True, {"name": "shop", "roles": ["shop"]}),
    ],
)
def test_the_instance_profile_that_is_planned(current, profile, part):
    assert wanted(params(trust_policy=TRUST, instance_profile=profile), current)["instance_profile"] == part


def test_the_instance_profile_of_another_role_stays():
    assert not plan(OTHERS, wanted(params(instance_profile=False), OTHERS)).changed


def test_a_new_role_is_made_with_what_it_has_and_not_with_what_it_has_not():
    declared = {"trust_policy": TRUST, "boundary": "", "managed_policies": [], "inline_policies": {"read": {}}, "tags": {}}
    assert plan({}, wanted(params(**declared), {})).diff()["after"] == {
        "role": {"name": "shop", "boundary": ""},
        "trust_policy": TRUST,
    }


def test_a_role_that_is_absent_stays_so():
    assert not plan({}, wanted(params(state="absent"), {})).changed


@pytest.mark.parametrize(
    ("declared", "current", "message"),
    [
        ({"path": "/"}, STANDING, "change role shop: its path is /teams/ and can't be changed; keep it, or use another name"),
        ({}, {}, "set trust_policy"),
        ({"trust_policy": {}}, STANDING, "a role can't be without a trust policy"),
        ({"instance_profile": True}, OTHERS, "role other is in it"),
    ],
)
def test_what_can_t_be(declared, current, message):
    with pytest.raises(RoleError, match=message):
        wanted(params(**declared), current)


@pytest.mark.parametrize(
    ("policies", "arns"),
    [
        ([], []),
        ([TASKS], [TASKS]),
        (["AmazonSSMManagedInstanceCore"], [SSM]),
        (["AmazonECSTaskExecutionRolePolicy", "limits"], [TASKS, f"{ACCOUNT}:policy/limits"]),
    ],
)
def test_policies_by_name(policies, arns):
    everything = [SSM, f"{ACCOUNT}:policy/AmazonSSMManagedInstanceCore", TASKS, f"{ACCOUNT}:policy/limits"]
    assert policy_arns(policies, [SSM], lambda: everything) == arns


@pytest.mark.parametrize(
    ("everything", "message"),
    [
        ([TASKS], "look up managed policy AmazonSSMManagedInstanceCore: there is none of that name"),
        ([SSM, f"{ACCOUNT}:policy/AmazonSSMManagedInstanceCore"], "there are 2 of that name; give the ARN"),
    ],
)
def test_a_name_is_that_of_one_policy(everything, message):
    with pytest.raises(RoleError, match=message):
        policy_arns(["AmazonSSMManagedInstanceCore"], [], lambda: everything)


def test_nobody_lists_policies_that_are_attached_or_given_by_arn():
    def listing() -> list[str]:
        raise AssertionError

    assert policy_arns(["AmazonSSMManagedInstanceCore", TASKS], [SSM], listing) == [SSM, TASKS]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, {"description": "", "max_session_duration": 3600, "boundary": ""}),
        (
            {"Description": "a", "MaxSessionDuration": 7200, "PermissionsBoundary": {"PermissionsBoundaryArn": "arn:b"}},
            {"description": "a", "max_session_duration": 7200, "boundary": "arn:b"},
        ),
    ],
)
def test_described(more, expected):
    role = {"RoleName": "shop", "RoleId": "AROA1", "Arn": ROLE["arn"], "Path": "/teams/", **more}
    assert described(role) == {**ROLE, **expected}


def test_described_profile():
    profile = {"InstanceProfileName": "shop", "Arn": PROFILE["arn"], "Roles": [{"RoleName": "shop"}]}
    assert described_profile(profile) == {**PROFILE, "tags": {}}
