# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import json
from typing import Any

NAME = "shop/production/database"
POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": "secretsmanager:GetSecretValue",
            "Resource": "*",
            "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
        }
    ],
}


def secret(aws: Any) -> dict[str, Any] | None:
    manager = aws("secretsmanager")
    try:
        return manager.describe_secret(SecretId=NAME)
    except manager.exceptions.ResourceNotFoundException:
        return None


def value(aws: Any) -> str:
    return aws("secretsmanager").get_secret_value(SecretId=NAME)["SecretString"]


def test_lifecycle(aws, lifecycle):
    lifecycle(
        "secret",
        present={"name": NAME, "generate": {}, "recovery_window_days": 0, "description": "one", "tags": {"team": "shop"}},
        change={"description": "two", "tags": {"team": "till"}},
        exists=lambda: secret(aws) is not None,
        changed=lambda: (secret(aws)["Description"], secret(aws)["Tags"]) == ("two", [{"Key": "team", "Value": "till"}]),
    )


def test_a_generated_value_is_made_once_and_never_shown(aws, run_module):
    options = {"name": NAME, "generate": {"length": 40, "exclude_punctuation": True, "template": {"username": "app"}}}
    results = [run_module("secret", check=True, **options), run_module("secret", **options)]
    stands = value(aws)
    document = json.loads(stands)
    assert document["username"] == "app"
    assert len(document["password"]) == 40
    assert document["password"].isalnum()
    options["generate"] = {"length": 12}
    results += [run_module("secret", **options), run_module("secret", description="new", **options)]
    assert [result["changed"] for result in results] == [True, True, False, True]
    assert value(aws) == stands
    assert document["password"] not in json.dumps(results)
    assert results[1]["secret"]["version_id"] == secret(aws)["VersionIdsToStages"].popitem()[0]


def test_a_secret_without_a_value_gets_one(aws, run_module):
    empty = run_module("secret", name=NAME)["secret"]
    assert (empty["value_stands"], empty["version_id"]) == (False, "")
    assert run_module("secret", name=NAME)["changed"] is False
    assert run_module("secret", name=NAME, generate={})["changed"] is True
    assert len(value(aws)) == 32


def test_a_given_value_is_written_only_when_it_differs(aws, run_module):
    results = [
        run_module("secret", name=NAME, value='{"a": "hidden-1"}'),
        run_module("secret", name=NAME, value='{ "a":"hidden-1" }'),
        run_module("secret", name=NAME, value="hidden-2", on_change="never"),
        run_module("secret", name=NAME, value="hidden-2", check=True),
    ]
    assert [result["changed"] for result in results] == [True, False, False, True]
    assert value(aws) == '{"a": "hidden-1"}'
    assert results[-1]["diff"]["before"]["secret"]["value_stands"] is False
    results.append(run_module("secret", name=NAME, value="hidden-2"))
    assert value(aws) == "hidden-2"
    assert "hidden" not in json.dumps(results)


def test_a_secret_scheduled_for_deletion_is_restored_with_its_value(aws, run_module):
    run_module("secret", name=NAME, generate={})
    stands = value(aws)
    assert run_module("secret", name=NAME, state="absent", recovery_window_days=7)["changed"] is True
    assert secret(aws)["DeletedDate"]
    assert run_module("secret", name=NAME, state="absent")["changed"] is False, "it is gone, as far as it was asked"
    assert run_module("secret", name=NAME, generate={}, check=True)["changed"] is True
    assert secret(aws)["DeletedDate"]
    restored = run_module("secret", name=NAME, generate={}, description="back", resource_policy=POLICY)
    assert restored["changed"] is True
    assert restored["secret"]["resource_policy"] == POLICY
    assert (secret(aws)["Description"], value(aws)) == ("back", stands)


def test_a_scheduled_deletion_can_be_made_final(aws, run_module):
    run_module("secret", name=NAME, generate={})
    run_module("secret", name=NAME, state="absent")
    assert run_module("secret", name=NAME, state="absent", recovery_window_days=0)["changed"] is True
    assert secret(aws) is None


def test_the_resource_policy_is_put_and_removed(aws, run_module):
    run_module("secret", name=NAME, resource_policy=POLICY)
    assert json.loads(aws("secretsmanager").get_resource_policy(SecretId=NAME)["ResourcePolicy"]) == POLICY
    assert run_module("secret", name=NAME, resource_policy=POLICY)["changed"] is False
    assert run_module("secret", name=NAME, resource_policy={})["changed"] is True
    assert "ResourcePolicy" not in aws("secretsmanager").get_resource_policy(SecretId=NAME)


def test_a_key_is_one_key_by_id_alias_and_arn(aws, run_module):
    key = aws("kms").create_key()["KeyMetadata"]
    aws("kms").create_alias(AliasName="alias/shop", TargetKeyId=key["KeyId"])
    run_module("secret", name=NAME, kms_key=key["Arn"])
    assert secret(aws)["KmsKeyId"] == key["Arn"]
    for name in (key["Arn"], key["KeyId"], "alias/shop"):
        assert run_module("secret", name=NAME, kms_key=name)["changed"] is False, name
    assert run_module("secret", name=NAME, kms_key="alias/other")["changed"] is True
