# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.groundwork.cloud.plugins.module_utils.iam_actions import actions
from ansible_collections.groundwork.cloud.plugins.module_utils.stack_reading import GLOBAL_REGIONS
from ansible_collections.groundwork.cloud.plugins.plugin_utils import iam_policy
from ansible_collections.groundwork.cloud.plugins.plugin_utils.iam_policy import LIMIT, Stack, policies, size
from ansible_collections.groundwork.cloud.plugins.plugin_utils.reads import is_read
from support.authorization import listed, only_looks

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # pkg_resources is deprecated, and parliament uses it
    import parliament

SHOP = Stack("shop", "production", "eu-west-1", "111122223333", "/groundwork/shop/production/")
LONG = replace(SHOP, name="the-shop-of-shops-for-everybody")
RESOURCE = {"aws:ResourceTag/groundwork:stack": "shop", "aws:ResourceTag/groundwork:environment": "production"}
REQUEST = {"aws:RequestTag/groundwork:stack": "shop", "aws:RequestTag/groundwork:environment": "production"}
EC2 = "arn:aws:ec2:eu-west-1:111122223333:*"
KEYS = "arn:aws:kms:eu-west-1:111122223333:key/*"
NAMESPACES = [f"arn:aws:servicediscovery:eu-west-1:111122223333:{kind}/*" for kind in ("namespace", "service")]
ROLES = "arn:aws:iam::111122223333:role/groundwork/shop/production/*"

# The calls of a first run of inventories/nextjs/production, and of a plan of what then stands.
RECORDS = {run: json.loads((Path(__file__).parent / "data" / f"calls_of_{run}.json").read_text()) for run in ("apply", "plan")}
PRODUCTION = Stack("nextjs", "production", "us-east-1", "444455556666", "/groundwork/nextjs/production/", zones=["example.org"])
BOUNDARY = "arn:aws:iam::444455556666:policy/boundary"

# What parliament finds and is right all the same: the issue, what it is about, and why.
JUSTIFIED = {
    ("RESOURCE_POLICY_PRIVILEGE_ESCALATION", "s3:PutBucketPolicy"): "the stack's own buckets, whose policies the run puts",
    ("RESOURCE_POLICY_PRIVILEGE_ESCALATION", "s3:PutLifecycleConfiguration"): "the stack's own buckets, whose objects expire",
    ("RESOURCE_MISMATCH", "ec2:ReplaceNetworkAclAssociation"): "a subnet is known by its tags, and the ACL of its VPC has none",
    ("RESOURCE_MISMATCH", "kms:CreateAlias"): "an alias is known by its name and its key by its tags: a statement for each",
    ("RESOURCE_MISMATCH", "route53:ChangeTagsForResource"): "tags of zones, not of health checks, which the stack has none of",
}


def record(*calls: str) -> list[dict[str, Any]]:
    return [
        {"service": service, "operation": operation, "count": 1} for service, operation in (call.split(":") for call in calls)
    ]


def of_run(run: str) -> list[dict[str, Any]]:
    return record(*(f"{service}:{operation}" for service, operations in RECORDS[run].items() for operation in operations))


def statements(made: Mapping[str, Any], role: str) -> dict[str, Mapping[str, Any]]:
    """The statements of a role, by what they are for."""
    documents = [document for name, document in made["documents"].items() if name.partition("-")[0] == role]
    return {statement["Sid"]: statement for document in documents for statement in document["Statement"]}


def every(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def allowed(made: Mapping[str, Any], role: str) -> set[str]:
    return {action for statement in statements(made, role).values() for action in every(statement["Action"])}


def test_what_is_asked_of_cloudflare_needs_no_policy():
    asked = [*record("sns:CreateTopic"), {"service": "cloudflare", "operation": "GET /zones", "count": 1}]
    assert policies(asked, SHOP) == policies(record("sns:CreateTopic"), SHOP)


def test_a_planning_role_may_only_read():
    made = policies(record("sns:CreateTopic", "sns:GetTopicAttributes"), SHOP)
    topics = {"Sid": "Topics", "Effect": "Allow", "Resource": "arn:aws:sns:eu-west-1:111122223333:shop-production-*"}
    assert made["documents"] == {
        "plan": {"Version": "2012-10-17", "Statement": [{**topics, "Action": "sns:GetTopicAttributes"}]},
        "apply": {
            "Version": "2012-10-17",
            "Statement": [{**topics, "Action": ["sns:CreateTopic", "sns:GetTopicAttributes", "sns:TagResource"]}],
        },
    }


@pytest.mark.parametrize(
    ("call", "sid", "wanted"),
    [
        (
            "ec2:DescribeVpcs",
            "LookAroundRegion",
            {"Resource": "*", "Condition": {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}},
        ),
        ("iam:ListRoles", "LookAroundAccount", {"Resource": "*", "Condition": None}),
        ("route53:CreateHostedZone", "ChangeInAccount", {"Resource": "*", "Condition": None}),
        (
            "resourcegroupstaggingapi:GetResources",
            "LookAroundTags",
            {"Resource": "*", "Condition": {"StringEquals": {"aws:RequestedRegion": ["eu-west-1", "us-east-1"]}}},
        ),
        ("ec2:CreateSubnet", "Network", {"Resource": EC2, "Condition": {"StringEquals": RESOURCE}}),
        ("ec2:CreateSubnet", "NewInNetwork", {"Resource": EC2, "Condition": {"StringEquals": REQUEST}}),
        (
            "ec2:CreateSubnet",
            "TagsOfWhatIsMade",
            {"Action": "ec2:CreateTags", "Resource": EC2, "Condition": {"StringEquals": {"ec2:CreateAction": "CreateSubnet"}}},
        ),
        (
            "ec2:ReplaceNetworkAclAssociation",
            "NetworkAclsOfSubnets",
            {"Resource": EC2.replace(":*", ":network-acl/*"), "Condition": None},
        ),
        ("s3:DeleteObjects", "Buckets", {"Action": ["s3:DeleteObject", "s3:DeleteObjectVersion"]}),
        (
            "s3:PutBucketReplication",
            "RolesForServices",
            {"Condition": {"StringEquals": {"iam:PassedToService": "s3.amazonaws.com"}}},
        ),
        (
            "autoscaling:CreateAutoScalingGroup",
            "WhatMachinesAreOf",
            {
                "Resource": [
                    EC2.replace(":*", ":key-pair/*"),
                    EC2.replace(":*", ":network-interface/*"),
                    "arn:aws:ec2:eu-west-1::image/*",
                ],
                "Condition": None,
            },
        ),
        ("kms:CreateKey", "NewKeys", {"Resource": "*", "Condition": {"StringEquals": REQUEST}}),
        (
            "kms:CreateKey",
            "TagsOfNewKeys",
            {
                "Action": "kms:TagResource",
                "Resource": KEYS,
                "Condition": {"StringEquals": REQUEST, "Null": {"aws:ResourceTag/groundwork:stack": "true"}},
            },
        ),
        (
            "servicediscovery:CreatePrivateDnsNamespace",
            "NewNamespaces",
            {"Resource": "*", "Condition": {"StringEquals": REQUEST}},
        ),
        (
            "servicediscovery:CreateService",
            "NewServicesInNamespaces",
            {"Action": "servicediscovery:CreateService", "Resource": NAMESPACES, "Condition": {"StringEquals": REQUEST}},
        ),
        (
            "servicediscovery:DeleteNamespace",
            "Namespaces",
            {"Action": "servicediscovery:DeleteNamespace", "Resource": NAMESPACES, "Condition": {"StringEquals": RESOURCE}},
        ),
        (
            "ecr:CreateRepository",
            "GrantsForServices",
            {
                "Action": "kms:CreateGrant",
                "Resource": KEYS,
                "Condition": {"StringEquals": RESOURCE, "Bool": {"kms:GrantIsForAWSResource": "true"}},
            },
        ),
        (
            "secretsmanager:GetSecretValue",
            "KeysThroughServices",
            {
                "Action": "kms:Decrypt",
                "Resource": KEYS,
                "Condition": {"StringEquals": RESOURCE | {"kms:ViaService": "secretsmanager.eu-west-1.amazonaws.com"}},
            },
        ),
        (
            "ecs:RegisterTaskDefinition",
            "RolesForServices",
            {
                "Action": "iam:PassRole",
                "Resource": ROLES,
                "Condition": {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
            },
        ),
        (
            "ecs:CreateCluster",
            "FirstUseOfServices",
            {
                "Action": "iam:CreateServiceLinkedRole",
                "Resource": "arn:aws:iam::111122223333:role/aws-service-role/ecs.amazonaws.com/*",
                "Condition": {"StringEquals": {"iam:AWSServiceName": "ecs.amazonaws.com"}},
            },
        ),
        ("iam:GetRole", "RolesToLookAt", {"Condition": None}),
        ("iam:PutRolePolicy", "RightsOfRoles", {"Condition": None}),
        ("route53:ChangeResourceRecordSets", "RecordsOfZones", {"Resource": "arn:aws:route53:::hostedzone/*", "Condition": None}),
    ],
)
def test_what_a_call_is_kept_to(call, sid, wanted):
    statement = statements(policies(record(call), SHOP), "apply")[sid]
    assert {key: statement.get(key) for key in wanted} == wanted


@pytest.mark.parametrize(
    ("stack", "call", "sid", "condition"),
    [
        (
            replace(SHOP, boundary=BOUNDARY),
            "iam:CreateRole",
            "RightsOfRoles",
            {"StringEquals": {"iam:PermissionsBoundary": BOUNDARY}},
        ),
        (replace(SHOP, boundary=BOUNDARY), "iam:DeleteRole", "Roles", None),
        (
            replace(SHOP, zones=["example.org", "example.com"]),
            "route53:ChangeResourceRecordSets",
            "RecordsOfZones",
            {
                "ForAllValues:StringLike": {
                    "route53:ChangeResourceRecordSetsNormalizedRecordNames": [
                        "example.org",
                        "*.example.org",
                        "example.com",
                        "*.example.com",
                    ]
                }
            },
        ),
    ],
)
def test_what_the_inventory_says_narrows_further(stack, call, sid, condition):
    assert statements(policies(record(call), stack), "apply")[sid].get("Condition") == condition


@pytest.mark.parametrize(
    ("region", "partition", "home", "domain"),
    [
        ("eu-west-1", "aws", "us-east-1", "amazonaws.com"),
        ("cn-north-1", "aws-cn", "cn-northwest-1", "amazonaws.com.cn"),
        ("us-gov-east-1", "aws-us-gov", "us-gov-west-1", "amazonaws.com"),
    ],
)
def test_a_region_is_of_a_partition(region, partition, home, domain):
    calls = record("secretsmanager:GetSecretValue", "resourcegroupstaggingapi:GetResources")
    made = statements(policies(calls, replace(SHOP, region=region)), "plan")
    assert made["Secrets"]["Resource"] == f"arn:{partition}:secretsmanager:{region}:111122223333:secret:shop-production-*"
    assert made["LookAroundTags"]["Condition"]["StringEquals"]["aws:RequestedRegion"] == sorted([region, home])
    assert made["KeysThroughServices"]["Condition"]["StringEquals"]["kms:ViaService"] == f"secretsmanager.{region}.{domain}"


def test_a_name_that_is_shortened_begins_as_the_policy_says():
    """Names of 32 characters keep 23 of theirs, however long that of the stack is."""
    made = statements(policies(record("elbv2:CreateTargetGroup", "sns:CreateTopic"), LONG), "apply")
    start = "arn:aws:elasticloadbalancing:eu-west-1:111122223333"
    assert f"{start}:targetgroup/the-shop-of-shops-for-e*" in made["LoadBalancers"]["Resource"]
    assert made["Topics"]["Resource"].endswith(":the-shop-of-shops-for-everybody-production-*")


@pytest.mark.parametrize(
    ("call", "told"),
    [
        ("sts:GetCallerIdentity", []),
        (
            "sts:AssumeRole",
            ["sts AssumeRole is left out: how sts:AssumeRole is kept to the stack is not known; add it by hand"],
        ),
        (
            "kinesis:PutRecord",
            ["kinesis PutRecord is left out: how kinesis:PutRecord is kept to the stack is not known; add it by hand"],
        ),
    ],
)
def test_what_nobody_looked_at_is_left_out_and_told(call, told):
    assert policies(record(call), SHOP) == {"documents": {}, "warnings": told}


def test_a_name_that_is_a_guess_is_told():
    made = policies(record("ec2:GetImageFindings"), SHOP)
    assert "ec2:GetImageFindings" in allowed(made, "plan")
    assert made["warnings"] == [
        "ec2 GetImageFindings is taken to need ec2:GetImageFindings, which the Service Authorization Reference does not list"
    ]


def test_what_is_too_long_for_one_policy_goes_on_in_the_next():
    calls = record("sns:CreateTopic", "ecr:CreateRepository", "iam:ListRoles", "ec2:DescribeVpcs", "ec2:DescribeSubnets")
    whole, parts = policies(calls, SHOP), policies(calls, SHOP, limit=420)
    assert list(whole["documents"]) == ["plan", "apply"]
    assert list(parts["documents"])[:3] == ["plan", "apply", "apply-2"]
    assert max(size(document) for document in parts["documents"].values()) <= 420
    assert allowed(parts, "apply") == allowed(whole, "apply")


def test_a_statement_that_is_too_long_is_parted():
    calls = record(*(f"ec2:{name}" for name in ("DescribeVpcs", "DescribeSubnets", "DescribeAddresses", "DescribeTags")))
    made = statements(policies(calls, SHOP, limit=240), "plan")
    assert {sid: len(every(statement["Action"])) for sid, statement in made.items()} == {
        "LookAroundRegion1": 2,
        "LookAroundRegion2": 2,
    }


def test_one_action_that_is_too_long_is_refused():
    with pytest.raises(ValueError, match="LookAroundRegion with one action is longer than 100 characters"):
        policies(record("ec2:DescribeVpcs"), SHOP, limit=100)


def test_white_space_does_not_count():
    assert size({"Version": "2012-10-17", "Statement": []}) == len('{"Version":"2012-10-17","Statement":[]}')


# The real thing.


@pytest.fixture(params=sorted(RECORDS))
def run(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=["", BOUNDARY], ids=["unbounded", "bounded"])
def made(run: str, request: pytest.FixtureRequest) -> dict[str, Any]:
    return policies(of_run(run), replace(PRODUCTION, boundary=request.param))


def test_every_call_of_a_run_is_known_and_allowed(run: str, made: Mapping[str, Any]):
    assert made["warnings"] == []
    for role, wanted in (("plan", is_read), ("apply", lambda *_call: True)):
        needed = {
            action
            for service, operations in RECORDS[run].items()
            for operation in operations
            if wanted(service, operation)
            for action in actions(service, operation)
        }
        assert [action for action in needed if not listed(action)] == []
        assert needed - allowed(made, role) == {"sts:GetCallerIdentity"}


def test_the_planning_role_writes_nothing(made: Mapping[str, Any]):
    writes = {action for action in allowed(made, "plan") if not only_looks(action)}
    assert writes <= {"kms:Decrypt"}  # it changes nothing, though the reference calls it a write


def test_a_policy_fits(made: Mapping[str, Any]):
    assert max(size(document) for document in made["documents"].values()) <= LIMIT
    assert len(made["documents"]) <= 10  # a role takes no more, unless it is asked for


def test_what_is_allowed_on_everything_has_no_resource_to_be_kept_to(made: Mapping[str, Any]):
    everything = {sid for sid, statement in statements(made, "apply").items() if statement["Resource"] == "*"}
    assert everything <= {
        "ChangeInAccount",
        "LookAroundAccount",
        "LookAroundRegion",
        "LookAroundTags",
        "NewCertificates",
        "NewKeys",
    }


def test_parliament_finds_nothing_that_is_not_justified(made: Mapping[str, Any]):
    found = {finding for document in made["documents"].values() for finding in findings(document)}
    assert {(issue, subject) for issue, subject in found if (issue, subject) not in JUSTIFIED} == set()


def test_nothing_is_justified_in_vain():
    document = policies(of_run("apply"), PRODUCTION)["documents"]
    assert {finding for policy in document.values() for finding in findings(policy)} == set(JUSTIFIED)


def findings(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What parliament has against a policy, from MEDIUM on: the issue, and each action that it is about."""
    for found in parliament.analyze_policy_string(json.dumps(document)).findings:
        finding = parliament.enhance_finding(found)
        if finding.severity in ("MEDIUM", "HIGH", "CRITICAL"):
            if isinstance(finding.detail, list):
                yield from ((finding.issue, about["action"]) for about in finding.detail)
            else:
                yield finding.issue, str(finding.detail).rpartition(" ")[2]


def test_home_regions_agree_with_the_live_picture():
    assert {partition: home for partition, home, _domain in iam_policy._PARTITIONS.values()} == GLOBAL_REGIONS
