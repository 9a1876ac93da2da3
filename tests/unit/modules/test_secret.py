# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.groundwork.cloud.plugins.module_utils.plan import plan
from ansible_collections.groundwork.cloud.plugins.modules.secret import (
    SecretError,
    described,
    document,
    password_request,
    same_value,
    wanted,
)

OPTIONS: dict[str, Any] = {
    "name": "shop/db",
    "description": None,
    "kms_key": None,
    "generate": None,
    "value": None,
    "on_change": "always",
    "recovery_window_days": 30,
    "resource_policy": None,
    "state": "present",
    "tags": None,
    "purge_tags": False,
}
GENERATE: dict[str, Any] = {
    "length": 20,
    "exclude_characters": "/",
    "exclude_lowercase": False,
    "exclude_numbers": False,
    "exclude_punctuation": True,
    "exclude_uppercase": False,
    "include_space": False,
    "require_each_included_type": True,
    "template": None,
    "key": "password",
}


def options(**given: Any) -> dict[str, Any]:
    return {**OPTIONS, **given}


@pytest.mark.parametrize(
    ("given", "secret"),
    [
        ({}, {"name": "shop/db", "scheduled_for_deletion": False}),
        ({"generate": GENERATE}, {"name": "shop/db", "scheduled_for_deletion": False, "value_stands": True}),
        ({"value": "x"}, {"name": "shop/db", "scheduled_for_deletion": False, "value_stands": True}),
        ({"description": ""}, {"name": "shop/db", "description": "", "scheduled_for_deletion": False}),
        ({"state": "absent"}, None),
    ],
)
def test_wanted(given, secret):
    assert wanted(options(**given), {}) == {"secret": secret}


@pytest.mark.parametrize("days", [1, 6, 31, -1])
def test_a_recovery_window_that_aws_refuses_is_refused_first(days):
    with pytest.raises(SecretError, match="take 7 to 30, or 0 to delete at once"):
        wanted(options(recovery_window_days=days), {})


def test_a_policy_that_means_the_same_is_left_as_it_stands():
    def policy(principal: str) -> dict[str, Any]:
        statement = {"Effect": "Allow", "Action": "secretsmanager:*", "Resource": "*", "Principal": {"AWS": principal}}
        return {"Version": "2012-10-17", "Statement": [statement]}

    stands = {"resource_policy": policy("arn:aws:iam::111122223333:root")}
    same = wanted(options(resource_policy=policy("111122223333")), stands)["resource_policy"]
    other = wanted(options(resource_policy=policy("444455556666")), stands)["resource_policy"]
    none = wanted(options(resource_policy={}), stands)["resource_policy"]
    assert not plan(stands, {"resource_policy": same}).changed
    assert plan(stands, {"resource_policy": other}).update
    assert plan(stands, {"resource_policy": none}).delete


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (
            {"Name": "a", "ARN": "arn"},
            {"version_id": "", "value_stands": False, "description": "", "kms_key": "", "scheduled_for_deletion": False},
        ),
        (
            {
                "Name": "a",
                "ARN": "arn",
                "Description": "d",
                "KmsKeyId": "k",
                "DeletedDate": 1,
                "VersionIdsToStages": {"v0": ["AWSPREVIOUS"], "v1": ["AWSCURRENT"]},
            },
            {"version_id": "v1", "value_stands": True, "description": "d", "kms_key": "k", "scheduled_for_deletion": True},
        ),
    ],
)
def test_described(answer, expected):
    assert described(answer) == {"name": "a", "arn": "arn", **expected}


@pytest.mark.parametrize(
    ("have", "want", "same"),
    [
        ("a", "a", True),
        ("a", "b", False),
        (None, "a", False),
        ('{"a": 1, "b": 2}', '{"b":2,"a":1}', True),
        ('{"a": 1}', '{"a": 2}', False),
        ("1", "1.0", False),
        ("not json", '{"a": 1}', False),
    ],
)
def test_same_value(have, want, same):
    assert same_value(have, want) is same


def test_the_generated_value_lands_in_the_template():
    assert document(GENERATE, "p") == "p"
    filled = document({**GENERATE, "template": {"username": "app"}, "key": "pw"}, "p")
    assert json.loads(filled) == {"username": "app", "pw": "p"}


def test_the_password_is_asked_for_as_declared():
    request = password_request(GENERATE)
    assert request["PasswordLength"] == 20
    assert request["ExcludeCharacters"] == "/"
    assert request["ExcludePunctuation"] is True
    assert request["RequireEachIncludedType"] is True
