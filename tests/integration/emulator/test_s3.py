# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

NAME = "shop-uploads"


def statement(effect: str, condition: dict[str, Any] | None = None, principal: Any = "*") -> dict[str, Any]:
    found = {"Effect": effect, "Principal": principal, "Action": "s3:*", "Resource": f"arn:aws:s3:::{NAME}/*"}
    return found | ({"Condition": condition} if condition else {})


@pytest.fixture
def s3(aws: Any) -> Any:
    client = aws("s3")
    client.create_bucket(Bucket=NAME)
    return client


def put(s3: Any, *statements: dict[str, Any]) -> int:
    """Put a policy and then an object; the status of the latter."""
    s3.put_bucket_policy(Bucket=NAME, Policy=json.dumps({"Version": "2012-10-17", "Statement": list(statements)}))
    try:
        return s3.put_object(Bucket=NAME, Key="a", Body=b"")["ResponseMetadata"]["HTTPStatusCode"]
    except ClientError as error:
        return error.response["ResponseMetadata"]["HTTPStatusCode"]


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        (None, 403),
        ({"Bool": {"aws:SecureTransport": "false"}}, 200),
        ({"Bool": {"aws:SecureTransport": True}}, 403),
        ({"BoolIfExists": {"aws:SecureTransport": ["false"]}}, 200),
        ({"NumericLessThan": {"s3:TlsVersion": 1.2}}, 200),
        ({"NumericLessThan": {"s3:TlsVersion": "1.4"}}, 403),
        ({"NotIpAddress": {"aws:SourceIp": ["10.0.0.0/8", "127.0.0.0/8"]}}, 200),
        ({"NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, 403),
        ({"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}, 403),
        ({"StringNotEqualsIfExists": {"aws:SourceVpce": "vpce-1"}}, 403),
        ({"StringEquals": {"aws:SourceVpce": "vpce-1"}}, 200),
        ({"Null": {"aws:SourceVpce": "true"}}, 403),
        ({"Bool": {"aws:SecureTransport": "true"}, "StringEquals": {"aws:SourceVpce": "vpce-1"}}, 200),
    ],
)
def test_a_denial_applies_when_its_conditions_are_met(s3, condition, status):
    assert put(s3, statement("Deny", condition)) == status


def test_a_statement_about_somebody_else_is_passed_over(s3):
    assert put(s3, statement("Deny", principal={"AWS": "arn:aws:iam::123456789012:role/other"})) == 200
    assert put(s3, statement("Deny", principal={"AWS": ["*"]})) == 403


def test_a_new_bucket_has_the_settings_that_aws_gives_it(s3):
    rules = s3.get_bucket_encryption(Bucket=NAME)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rules[0]["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    assert rules[0]["BucketKeyEnabled"] is False
    assert set(s3.get_public_access_block(Bucket=NAME)["PublicAccessBlockConfiguration"].values()) == {True}
    ownership = s3.get_bucket_ownership_controls(Bucket=NAME)["OwnershipControls"]["Rules"]
    assert ownership == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    s3.delete_bucket_encryption(Bucket=NAME)
    assert s3.get_bucket_encryption(Bucket=NAME)["ServerSideEncryptionConfiguration"]["Rules"] == rules


def test_lifecycle_rules_are_returned_whole(s3):
    rules = [
        {
            "ID": "one",
            "Status": "Enabled",
            "Filter": {"And": {"Prefix": "a/", "ObjectSizeGreaterThan": 500, "Tags": [{"Key": "k", "Value": "v"}]}},
            "Transitions": [{"Days": 30, "StorageClass": "STANDARD_IA"}, {"Days": 90, "StorageClass": "GLACIER"}],
            "Expiration": {"Days": 365},
        },
        {
            "ID": "two",
            "Status": "Disabled",
            "Filter": {"Prefix": ""},
            "NoncurrentVersionExpiration": {"NoncurrentDays": 60, "NewerNoncurrentVersions": 3},
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
        },
        {
            "ID": "three",
            "Status": "Enabled",
            "Filter": {"ObjectSizeLessThan": 9},
            "Expiration": {"ExpiredObjectDeleteMarker": True},
        },
    ]
    s3.put_bucket_lifecycle_configuration(Bucket=NAME, LifecycleConfiguration={"Rules": rules})
    assert s3.get_bucket_lifecycle_configuration(Bucket=NAME)["Rules"] == rules
    s3.delete_bucket_lifecycle(Bucket=NAME)
    with pytest.raises(ClientError, match="NoSuchLifecycleConfiguration"):
        s3.get_bucket_lifecycle_configuration(Bucket=NAME)


def test_logs_go_to_a_bucket_whose_policy_also_speaks_of_everybody(s3):
    s3.create_bucket(Bucket="shop-logs")
    allow = {
        "Effect": "Allow",
        "Principal": {"Service": ["logging.s3.amazonaws.com"]},
        "Action": ["s3:PutObject"],
        "Resource": ["arn:aws:s3:::shop-logs/uploads/*"],
    }
    deny = statement("Deny", {"Bool": {"aws:SecureTransport": "false"}})
    s3.put_bucket_policy(Bucket="shop-logs", Policy=json.dumps({"Version": "2012-10-17", "Statement": [deny, allow]}))
    target = {"TargetBucket": "shop-logs", "TargetPrefix": "uploads/"}
    s3.put_bucket_logging(Bucket=NAME, BucketLoggingStatus={"LoggingEnabled": target})
    assert s3.get_bucket_logging(Bucket=NAME)["LoggingEnabled"] == target
    with pytest.raises(ClientError, match="necessary permissions"):
        s3.put_bucket_logging(Bucket=NAME, BucketLoggingStatus={"LoggingEnabled": {**target, "TargetPrefix": "other/"}})


def test_replication_is_kept_whole_and_wants_versions_at_both_ends(s3):
    on = {"Status": "Enabled"}
    rule = {
        "ID": "all",
        "Priority": 3,
        **on,
        "Filter": {"And": {"Prefix": "a/", "Tags": [{"Key": "k", "Value": "v"}]}},
        "SourceSelectionCriteria": {"SseKmsEncryptedObjects": on},
        "DeleteMarkerReplication": {"Status": "Disabled"},
        "Destination": {"Bucket": "arn:aws:s3:::copies", "EncryptionConfiguration": {"ReplicaKmsKeyID": "arn:key"}},
    }
    configuration = {"Role": "arn:aws:iam::123456789012:role/copies", "Rules": [rule]}
    asked = {"Bucket": NAME, "ReplicationConfiguration": configuration}
    s3.put_bucket_versioning(Bucket=NAME, VersioningConfiguration=on)
    with pytest.raises(ClientError, match="Destination bucket must have versioning enabled"):
        s3.put_bucket_replication(**asked)
    s3.create_bucket(Bucket="copies")
    with pytest.raises(ClientError, match="Destination bucket must have versioning enabled"):
        s3.put_bucket_replication(**asked)
    s3.put_bucket_versioning(Bucket="copies", VersioningConfiguration=on)
    s3.put_bucket_replication(**asked)
    assert s3.get_bucket_replication(Bucket=NAME)["ReplicationConfiguration"] == configuration
