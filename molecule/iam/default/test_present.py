# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import boto3

NAME = "molecule-iam-default-jobs-run"


def test_role():
    iam = boto3.client("iam")
    role = iam.get_role(RoleName=NAME)["Role"]
    assert role["Path"] == "/groundwork/molecule/iam-default/"
    assert role["AssumeRolePolicyDocument"]["Statement"] == [
        {
            "Effect": "Allow",
            "Principal": {"Service": ["ecs-tasks.amazonaws.com"]},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}},
        }
    ]
    assert {tag["Key"]: tag["Value"] for tag in role["Tags"]} == {
        "groundwork:stack": "molecule",
        "groundwork:environment": "iam-default",
        "groundwork:component": "jobs",
        "Name": NAME,
    }
    assert "PermissionsBoundary" not in role


def test_what_the_role_may_do():
    iam = boto3.client("iam")
    assert iam.list_role_policies(RoleName=NAME)["PolicyNames"] == ["permissions"]
    statements = iam.get_role_policy(RoleName=NAME, PolicyName="permissions")["PolicyDocument"]["Statement"]
    assert [statement["Action"] for statement in statements] == ["s3:GetObject"]
    assert iam.list_attached_role_policies(RoleName=NAME)["AttachedPolicies"] == []
    assert iam.list_instance_profiles_for_role(RoleName=NAME)["InstanceProfiles"] == []
