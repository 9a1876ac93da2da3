# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The IAM actions that a call of the AWS API needs by name.

The names are those of the Service Authorization Reference, page "Actions, resources, and condition keys" of each service, and
for Amazon S3 those of its user guide, "Required permissions for Amazon S3 API operations".
C(tests/unit/module_utils/test_iam_actions.py) holds every operation that botocore has of these services against that reference.
"""

from __future__ import annotations

from collections.abc import Mapping

# The prefix of a service's actions, by service as botocore calls it: all services whose names were looked at.
PREFIXES: Mapping[str, str] = {
    "acm": "acm",
    "application-autoscaling": "application-autoscaling",
    "autoscaling": "autoscaling",
    "cloudwatch": "cloudwatch",
    "dynamodb": "dynamodb",
    "ec2": "ec2",
    "ecr": "ecr",
    "ecs": "ecs",
    "elasticache": "elasticache",
    "elbv2": "elasticloadbalancing",
    "events": "events",
    "iam": "iam",
    "kms": "kms",
    "logs": "logs",
    "rds": "rds",
    "resourcegroupstaggingapi": "tag",
    "route53": "route53",
    "s3": "s3",
    "scheduler": "scheduler",
    "secretsmanager": "secretsmanager",
    "servicediscovery": "servicediscovery",
    "sns": "sns",
    "sqs": "sqs",
    "sts": "sts",
}

_PARTIQL = "dynamodb:PartiQLDelete dynamodb:PartiQLInsert dynamodb:PartiQLSelect dynamodb:PartiQLUpdate"
# Operations whose actions are not named like them.
_RENAMED: Mapping[str, Mapping[str, str]] = {
    "dynamodb": {
        "BatchExecuteStatement": _PARTIQL,
        "ExecuteStatement": _PARTIQL,
        "ExecuteTransaction": _PARTIQL,
        "TransactGetItems": "dynamodb:GetItem",
        "TransactWriteItems": "dynamodb:ConditionCheckItem dynamodb:DeleteItem dynamodb:PutItem dynamodb:UpdateItem",
    },
    "kms": {"ReEncrypt": "kms:ReEncryptFrom kms:ReEncryptTo"},
    "s3": {
        "CompleteMultipartUpload": "s3:PutObject",
        "CopyObject": "s3:GetObject s3:PutObject",
        "CreateBucketMetadataConfiguration": "s3:CreateBucketMetadataTableConfiguration",
        "CreateMultipartUpload": "s3:PutObject",
        "CreateSession": "s3express:CreateSession",
        "DeleteBucketAnalyticsConfiguration": "s3:PutAnalyticsConfiguration",
        "DeleteBucketCors": "s3:PutBucketCORS",
        "DeleteBucketEncryption": "s3:PutEncryptionConfiguration",
        "DeleteBucketIntelligentTieringConfiguration": "s3:PutIntelligentTieringConfiguration",
        "DeleteBucketInventoryConfiguration": "s3:PutInventoryConfiguration",
        "DeleteBucketLifecycle": "s3:PutLifecycleConfiguration",
        "DeleteBucketMetadataConfiguration": "s3:DeleteBucketMetadataTableConfiguration",
        "DeleteBucketMetricsConfiguration": "s3:PutMetricsConfiguration",
        "DeleteBucketOwnershipControls": "s3:PutBucketOwnershipControls",
        "DeleteBucketReplication": "s3:PutReplicationConfiguration",
        "DeleteBucketTagging": "s3:PutBucketTagging",
        "DeleteObject": "s3:DeleteObject s3:DeleteObjectVersion",  # a version may be named
        "DeleteObjects": "s3:DeleteObject s3:DeleteObjectVersion",
        "DeletePublicAccessBlock": "s3:PutBucketPublicAccessBlock",
        "GetBucketAccelerateConfiguration": "s3:GetAccelerateConfiguration",
        "GetBucketAnalyticsConfiguration": "s3:GetAnalyticsConfiguration",
        "GetBucketCors": "s3:GetBucketCORS",
        "GetBucketEncryption": "s3:GetEncryptionConfiguration",
        "GetBucketIntelligentTieringConfiguration": "s3:GetIntelligentTieringConfiguration",
        "GetBucketInventoryConfiguration": "s3:GetInventoryConfiguration",
        "GetBucketLifecycle": "s3:GetLifecycleConfiguration",
        "GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
        "GetBucketMetadataConfiguration": "s3:GetBucketMetadataTableConfiguration",
        "GetBucketMetricsConfiguration": "s3:GetMetricsConfiguration",
        "GetBucketNotificationConfiguration": "s3:GetBucketNotification",
        "GetBucketReplication": "s3:GetReplicationConfiguration",
        "GetObjectLockConfiguration": "s3:GetBucketObjectLockConfiguration",
        "GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
        "HeadBucket": "s3:ListBucket",
        "HeadObject": "s3:GetObject",
        "ListBucketAnalyticsConfigurations": "s3:GetAnalyticsConfiguration",
        "ListBucketIntelligentTieringConfigurations": "s3:GetIntelligentTieringConfiguration",
        "ListBucketInventoryConfigurations": "s3:GetInventoryConfiguration",
        "ListBucketMetricsConfigurations": "s3:GetMetricsConfiguration",
        "ListBuckets": "s3:ListAllMyBuckets",
        "ListDirectoryBuckets": "s3express:ListAllMyDirectoryBuckets",
        "ListMultipartUploads": "s3:ListBucketMultipartUploads",
        "ListObjectVersions": "s3:ListBucketVersions",
        "ListObjects": "s3:ListBucket",
        "ListObjectsV2": "s3:ListBucket",
        "ListParts": "s3:ListMultipartUploadParts",
        "PutBucketAccelerateConfiguration": "s3:PutAccelerateConfiguration",
        "PutBucketAnalyticsConfiguration": "s3:PutAnalyticsConfiguration",
        "PutBucketCors": "s3:PutBucketCORS",
        "PutBucketEncryption": "s3:PutEncryptionConfiguration",
        "PutBucketIntelligentTieringConfiguration": "s3:PutIntelligentTieringConfiguration",
        "PutBucketInventoryConfiguration": "s3:PutInventoryConfiguration",
        "PutBucketLifecycle": "s3:PutLifecycleConfiguration",
        "PutBucketLifecycleConfiguration": "s3:PutLifecycleConfiguration",
        "PutBucketMetricsConfiguration": "s3:PutMetricsConfiguration",
        "PutBucketNotificationConfiguration": "s3:PutBucketNotification",
        "PutBucketReplication": "s3:PutReplicationConfiguration",
        "PutObjectLockConfiguration": "s3:PutBucketObjectLockConfiguration",
        "PutPublicAccessBlock": "s3:PutBucketPublicAccessBlock",
        "RenameObject": "s3express:CreateSession",
        "SelectObjectContent": "s3:GetObject",
        "UploadPart": "s3:PutObject",
        "UploadPartCopy": "s3:GetObject s3:PutObject",
        "WriteGetObjectResponse": "s3-object-lambda:WriteGetObjectResponse",
    },
    "secretsmanager": {"BatchGetSecretValue": "secretsmanager:BatchGetSecretValue secretsmanager:GetSecretValue"},
    "sns": {"PublishBatch": "sns:Publish"},
    "sqs": {
        "ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
        "DeleteMessageBatch": "sqs:DeleteMessage",
        "SendMessageBatch": "sqs:SendMessage",
    },
}

# Operations that the reference has no action for, as it stood when this was written: their names are a guess.
_UNPUBLISHED: Mapping[str, str] = {
    "cloudwatch": """
        AssociateDatasetKmsKey DeleteMetricDataQueryDefinition DescribeAlarmContributors DisassociateDatasetKmsKey
        GetMetricDataQueryDefinition ListMetricDataQueryDefinitions PutMetricDataQueryDefinition
    """,
    "dynamodb": "CancelBulkOperation DescribeBulkOperation ListBulkOperations StartBulkPutItems",
    "ec2": """
        AssociateKmsKeyId AssociateNetworkingFlexCostAllocationPolicy CreateCapacityReservationDateChangeQuote
        CreateMetricCategory CreateNetworkingFlexCostAllocationPolicy CreateTransitGatewayNetworkFunctionAttachment
        DeleteClientVpnEndpointAuthorizationPolicy DeleteMetricCategory DeleteNetworkingFlexCostAllocationPolicies
        DeleteTransitGatewayNetworkFunctionAttachment DescribeCapacityReservationDateChangeQuotes DescribeMetricCategories
        DescribeNetworkingFlexCostAllocationPolicies DescribeNetworkingFlexCostAllocationPolicyAssociations
        DescribeTransitGatewayNetworkFunctionAttachments DisassociateKmsKeyId DisassociateNetworkingFlexCostAllocationPolicy
        GetCapacityManagerSupportabilityScores GetClientVpnEndpointAuthorizationPolicy GetImageFindings
        GetNetworkingFlexCostAllocationPolicyVersions GetTransitGatewayAttachmentNatConfiguration
        ModifyClientVpnEndpointAuthorizationPolicy ModifyMetricCategory ModifyNetworkingFlexCostAllocationPolicy
        ModifyTransitGatewayAttachmentNatConfiguration ModifyTransitGatewayNetworkFunctionAttachment
        ModifyTransitGatewayPeeringAttachment
    """,
    "ecr": "ListImageReferrers",
    "elasticache": "PrepareMigration StopMigration",
    "iam": "AcquireRole UpdateDelegationRequest",
    "logs": "GetLogObject",
    "rds": "DescribeServerlessV2PlatformVersions",
    "route53": "CreateResourceRecordSetProtections DeleteResourceRecordSetProtections ListResourceRecordSetProtections",
    "secretsmanager": "AssociateCrossAccountReplica DisassociateCrossAccountReplica ListResourcePolicies",
}
_GUESSED = frozenset((service, operation) for service, names in _UNPUBLISHED.items() for operation in names.split())


def actions(service: str, operation: str) -> tuple[str, ...]:
    """What a call needs by name; of a service that nobody looked at, the names are a guess: C(known)."""
    renamed = _RENAMED.get(service, {}).get(operation)
    return tuple(renamed.split()) if renamed else (f"{PREFIXES.get(service, service)}:{operation}",)


def known(service: str, operation: str) -> bool:
    """Whether the names of C(actions) were looked at.

    An operation that is newer than the tables counts as known, for the reference names nearly all actions like their operations.
    """
    return service in PREFIXES and (service, operation) not in _GUESSED
