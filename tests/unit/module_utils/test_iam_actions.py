# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible_collections.groundwork.cloud.plugins.module_utils.iam_actions import PREFIXES, actions, known
from support.authorization import listed, operations


@pytest.mark.parametrize("service", sorted(PREFIXES))
def test_the_reference_lists_the_actions_of_every_operation(service: str):
    """All that botocore has of the service; what the reference does not list, and no more, is said to be a guess."""
    wrong = {
        operation: actions(service, operation)
        for operation in operations(service)
        if all(map(listed, actions(service, operation))) != known(service, operation)
    }
    assert wrong == {}


@pytest.mark.parametrize(
    ("service", "operation", "named"),
    [
        ("ec2", "CreateVpc", ("ec2:CreateVpc",)),
        ("elbv2", "CreateListener", ("elasticloadbalancing:CreateListener",)),
        ("resourcegroupstaggingapi", "GetResources", ("tag:GetResources",)),
        ("s3", "ListBuckets", ("s3:ListAllMyBuckets",)),
        ("s3", "HeadBucket", ("s3:ListBucket",)),
        ("s3", "GetPublicAccessBlock", ("s3:GetBucketPublicAccessBlock",)),
        ("s3", "CopyObject", ("s3:GetObject", "s3:PutObject")),
        ("kms", "ReEncrypt", ("kms:ReEncryptFrom", "kms:ReEncryptTo")),
        ("dynamodb", "TransactGetItems", ("dynamodb:GetItem",)),
        ("sqs", "SendMessageBatch", ("sqs:SendMessage",)),
        ("kinesis", "PutRecord", ("kinesis:PutRecord",)),
    ],
)
def test_what_a_call_needs(service, operation, named):
    assert actions(service, operation) == named


@pytest.mark.parametrize(
    ("service", "operation", "looked_at"),
    [("ec2", "CreateVpc", True), ("ec2", "GetImageFindings", False), ("kinesis", "PutRecord", False)],
)
def test_what_is_a_guess_is_not_known(service, operation, looked_at):
    assert known(service, operation) is looked_at
