# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import boto3

PREFIX = "molecule-iam-alternative-jobs"


def test_roles_that_are_not_declared_any_more_are_gone_and_those_of_other_tiers_stay():
    iam = boto3.client("iam")
    roles = iam.list_roles(PathPrefix="/groundwork/molecule/iam-alternative/")["Roles"]
    assert {role["RoleName"] for role in roles} == {f"{PREFIX}-machine", f"{PREFIX}-deploy", f"{PREFIX}-task"}
    # As the other tier would before the component is proven to be gone.
    iam.delete_role_policy(RoleName=f"{PREFIX}-task", PolicyName="permissions")
    iam.delete_role(RoleName=f"{PREFIX}-task")


def test_role_of_instances():
    iam = boto3.client("iam")
    role = iam.get_role(RoleName=f"{PREFIX}-machine")["Role"]
    assert role["Description"] == "Instances that work off the queue"
    assert role["PermissionsBoundary"]["PermissionsBoundaryArn"].endswith(":policy/molecule-iam-alternative-limits")
    trusted = {
        service: statement.get("Condition")
        for statement in role["AssumeRolePolicyDocument"]["Statement"]
        for service in statement["Principal"]["Service"]
    }
    account = {"StringEquals": {"aws:SourceAccount": "123456789012"}}
    assert trusted == {"ec2.amazonaws.com": None, "ecs-tasks.amazonaws.com": account}
    attached = iam.list_attached_role_policies(RoleName=role["RoleName"])["AttachedPolicies"]
    assert [policy["PolicyName"] for policy in attached] == ["AmazonSSMManagedInstanceCore"]
    assert iam.list_role_policies(RoleName=role["RoleName"])["PolicyNames"] == []
    profiles = iam.list_instance_profiles_for_role(RoleName=role["RoleName"])["InstanceProfiles"]
    assert [profile["InstanceProfileName"] for profile in profiles] == [role["RoleName"]]


def test_role_of_a_workflow():
    iam = boto3.client("iam")
    role = iam.get_role(RoleName=f"{PREFIX}-deploy")["Role"]
    (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Action"] == "sts:AssumeRoleWithWebIdentity"
    assert iam.list_role_policies(RoleName=role["RoleName"])["PolicyNames"] == ["permissions"]
    assert iam.list_instance_profiles_for_role(RoleName=role["RoleName"])["InstanceProfiles"] == []
