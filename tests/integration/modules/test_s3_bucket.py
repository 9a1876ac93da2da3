# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

NAME = "shop-production-uploads"
LOGS = "shop-production-logs"
ARN = f"arn:aws:s3:::{NAME}"
ONLY_TLS = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "OnlyTls",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [ARN, f"{ARN}/*"],
            "Condition": {"Bool": {"aws:SecureTransport": False}},
        }
    ],
}
TAKES_LOGS = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": f"arn:aws:s3:::{LOGS}/*",
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        },
        {
            "Effect": "Allow",
            "Principal": {"Service": "logging.s3.amazonaws.com"},
            "Action": "s3:PutObject",
            "Resource": f"arn:aws:s3:::{LOGS}/*",
        },
    ],
}
ARCHIVE = {
    "ID": "archive",
    "Status": "Enabled",
    "Filter": {"And": {"Prefix": "reports/", "Tags": [{"Key": "keep", "Value": "long"}], "ObjectSizeGreaterThan": 131072}},
    "Transitions": [{"Days": 90, "StorageClass": "GLACIER"}, {"Days": 30, "StorageClass": "STANDARD_IA"}],
    "Expiration": {"Days": 365},
}
OLD_VERSIONS = {
    "ID": "old-versions",
    "Status": "Enabled",
    "Filter": {"Prefix": ""},
    "NoncurrentVersionTransitions": [{"NoncurrentDays": 30, "StorageClass": "STANDARD_IA", "NewerNoncurrentVersions": 2}],
    "NoncurrentVersionExpiration": {"NoncurrentDays": 60, "NewerNoncurrentVersions": 3},
    "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
}
EVERYTHING = {
    "name": NAME,
    "versioning": True,
    "encryption": {"kms_key": "alias/shop", "bucket_key_enabled": True},
    "public_access_block": True,
    "object_ownership": "BucketOwnerEnforced",
    "policy": ONLY_TLS,
    "lifecycle_rules": [ARCHIVE, OLD_VERSIONS],
    "logging": {"target_bucket": LOGS, "target_prefix": "uploads/"},
    "tags": {"team": "shop"},
}


def exists(aws: Any) -> bool:
    return NAME in [bucket["Name"] for bucket in aws("s3").list_buckets()["Buckets"]]


def tags(aws: Any) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in aws("s3").get_bucket_tagging(Bucket=NAME)["TagSet"]}


@pytest.fixture
def logs(aws: Any) -> None:
    aws("s3").create_bucket(Bucket=LOGS)
    aws("s3").put_bucket_policy(Bucket=LOGS, Policy=json.dumps(TAKES_LOGS))


@pytest.mark.usefixtures("logs")
def test_lifecycle(aws, lifecycle):
    lifecycle(
        "s3_bucket",
        present=EVERYTHING,
        change={"versioning": False},
        exists=lambda: exists(aws),
        changed=lambda: aws("s3").get_bucket_versioning(Bucket=NAME)["Status"] == "Suspended",
        absent={"name": NAME},
    )


@pytest.mark.usefixtures("logs")
def test_everything_declared_stands_and_is_taken_away_again(aws, run_module):
    made = run_module("s3_bucket", **EVERYTHING)["bucket"]
    assert made["arn"] == ARN
    assert made["region"] == "us-east-1"
    assert made["regional_domain_name"] == f"{NAME}.s3.us-east-1.amazonaws.com"
    s3 = aws("s3")
    rule = s3.get_bucket_encryption(Bucket=NAME)["ServerSideEncryptionConfiguration"]["Rules"][0]
    assert rule["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "alias/shop"}
    assert rule["BucketKeyEnabled"] is True
    assert set(s3.get_public_access_block(Bucket=NAME)["PublicAccessBlockConfiguration"].values()) == {True}
    assert json.loads(s3.get_bucket_policy(Bucket=NAME)["Policy"]) == ONLY_TLS
    assert len(s3.get_bucket_lifecycle_configuration(Bucket=NAME)["Rules"]) == 2
    assert s3.get_bucket_logging(Bucket=NAME)["LoggingEnabled"]["TargetPrefix"] == "uploads/"
    assert tags(aws) == {"team": "shop"}

    bare = {
        "name": NAME,
        "encryption": {},
        "policy": {},
        "lifecycle_rules": [],
        "logging": {},
        "public_access_block": False,
        "tags": {},
        "purge_tags": True,
    }
    assert run_module("s3_bucket", **bare)["changed"] is True
    assert run_module("s3_bucket", **bare)["changed"] is False
    rule = s3.get_bucket_encryption(Bucket=NAME)["ServerSideEncryptionConfiguration"]["Rules"][0]
    assert rule["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    assert set(s3.get_public_access_block(Bucket=NAME)["PublicAccessBlockConfiguration"].values()) == {False}
    assert "LoggingEnabled" not in s3.get_bucket_logging(Bucket=NAME)
    for call in (s3.get_bucket_policy, s3.get_bucket_lifecycle_configuration, s3.get_bucket_tagging):
        with pytest.raises(ClientError, match="NoSuch"):
            call(Bucket=NAME)


def test_what_is_not_declared_stays(aws, run_module):
    s3 = aws("s3")
    run_module("s3_bucket", name=NAME, versioning=True, policy=ONLY_TLS, tags={"a": "1", "b": "2"})
    s3.put_public_access_block(Bucket=NAME, PublicAccessBlockConfiguration={"BlockPublicAcls": True})
    assert run_module("s3_bucket", name=NAME)["changed"] is False
    assert run_module("s3_bucket", name=NAME, tags={"a": "3"})["changed"] is True
    assert tags(aws) == {"a": "3", "b": "2"}
    assert run_module("s3_bucket", name=NAME, public_access_block=True)["changed"] is True
    assert set(s3.get_public_access_block(Bucket=NAME)["PublicAccessBlockConfiguration"].values()) == {True}


def test_policy_and_rules_are_compared_by_meaning(aws, run_module):
    run_module("s3_bucket", name=NAME, policy=ONLY_TLS, lifecycle_rules=[ARCHIVE, OLD_VERSIONS])
    statement = ONLY_TLS["Statement"][0]
    reworded = {
        **statement,
        "Principal": {"AWS": ["*"]},
        "Action": ["s3:*"],
        "Resource": statement["Resource"][::-1],
        "Condition": {"Bool": {"aws:SecureTransport": ["false"]}},
    }
    same = {"name": NAME, "policy": {**ONLY_TLS, "Statement": reworded}, "lifecycle_rules": [OLD_VERSIONS, ARCHIVE]}
    assert run_module("s3_bucket", **same)["changed"] is False
    fewer = {**ARCHIVE, "Filter": {"Prefix": "reports/"}}
    assert run_module("s3_bucket", name=NAME, lifecycle_rules=[fewer, OLD_VERSIONS])["changed"] is True
    assert run_module("s3_bucket", name=NAME, lifecycle_rules=[OLD_VERSIONS])["changed"] is True
    assert len(aws("s3").get_bucket_lifecycle_configuration(Bucket=NAME)["Rules"]) == 1


def test_a_bucket_with_objects_is_deleted_by_force_only(aws, run_module):
    s3 = aws("s3")
    run_module("s3_bucket", name=NAME, versioning=True)
    for number in range(3):
        s3.put_object(Bucket=NAME, Key="a b+ü.txt", Body=str(number).encode())
    s3.delete_object(Bucket=NAME, Key="a b+ü.txt")
    for check in (True, False):
        refused = run_module("s3_bucket", check=check, name=NAME, state="absent")
        assert refused["msg"] == f"delete bucket {NAME}: it is not empty; set force to delete it with all its objects"
    assert run_module("s3_bucket", check=True, name=NAME, state="absent", force=True)["changed"] is True
    assert exists(aws)
    assert run_module("s3_bucket", name=NAME, state="absent", force=True)["bucket"] == {}
    assert not exists(aws)


def test_more_versions_than_one_batch_takes(aws, run_module):
    s3 = aws("s3")
    run_module("s3_bucket", name=NAME, versioning=True)
    # Deleting what is not there leaves a delete marker, and takes a call for a thousand of them.
    for first, last in ((0, 1000), (1000, 1005)):
        s3.delete_objects(Bucket=NAME, Delete={"Objects": [{"Key": str(number)} for number in range(first, last)]})
    assert run_module("s3_bucket", name=NAME, state="absent", force=True)["changed"] is True
    assert not exists(aws)


def test_a_bucket_whose_versioning_was_turned_off_is_emptied_too(aws, run_module):
    s3 = aws("s3")
    run_module("s3_bucket", name=NAME, versioning=True)
    for number in range(3):
        s3.put_object(Bucket=NAME, Key="a", Body=str(number).encode())
    run_module("s3_bucket", name=NAME, versioning=False)
    s3.put_object(Bucket=NAME, Key="b", Body=b"")
    assert run_module("s3_bucket", name=NAME, state="absent", force=True)["changed"] is True
    assert not exists(aws)


def test_a_bucket_of_another_region(aws, run_module):
    made = run_module("s3_bucket", name=NAME, region="sa-east-1")["bucket"]
    assert made["regional_domain_name"] == f"{NAME}.s3.sa-east-1.amazonaws.com"
    assert aws("s3").get_bucket_location(Bucket=NAME)["LocationConstraint"] == "sa-east-1"
    refused = run_module("s3_bucket", name=NAME)
    assert refused["msg"] == f"change bucket {NAME}: it stands in sa-east-1, not in us-east-1; set region, or use another name"


def test_a_bucket_of_another_account(aws, run_module):
    role = aws("sts").assume_role(RoleArn="arn:aws:iam::999988887777:role/other", RoleSessionName="other")["Credentials"]
    other = boto3.client(
        "s3",
        region_name="us-east-1",
        aws_access_key_id=role["AccessKeyId"],
        aws_secret_access_key=role["SecretAccessKey"],
        aws_session_token=role["SessionToken"],
    )
    other.create_bucket(Bucket=NAME)
    refused = run_module("s3_bucket", check=True, name=NAME)
    assert refused["msg"].startswith(f"read bucket {NAME}: another account has it")


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ([ARCHIVE, ARCHIVE], "give each its own"),
        ([{"Status": "Enabled", "Expiration": {"Days": 1}}], "give each its own"),
        ([{**ARCHIVE, "Expiry": {"Days": 1}}], 'Unknown parameter in LifecycleConfiguration.Rules[0]: "Expiry"'),
    ],
)
def test_rules_that_amazon_s3_would_not_take_are_refused_before_anything_is_made(aws, run_module, rules, said):
    refused = run_module("s3_bucket", name=NAME, lifecycle_rules=rules)
    assert refused["msg"].startswith(f"change bucket {NAME}: ")
    assert said in refused["msg"]
    assert not exists(aws)


def test_numbers_made_strings_by_a_template_are_numbers(run_module):
    run_module("s3_bucket", name=NAME, lifecycle_rules=[ARCHIVE])
    same = {**ARCHIVE, "Expiration": {"Days": "365"}}
    assert run_module("s3_bucket", name=NAME, lifecycle_rules=[same])["changed"] is False


def test_objects_are_copied_by_a_rule_that_changes_and_goes(aws, run_module, converges):
    s3, copies = aws("s3"), f"{NAME}-copies"
    run_module("s3_bucket", name=copies, versioning=True)
    key = aws("kms").create_key()["KeyMetadata"]["Arn"]
    target = {"role": "arn:aws:iam::123456789012:role/copies", "destination": copies}
    options = {"name": NAME, "versioning": True}
    converges("s3_bucket", **options, replication=target)
    configuration = s3.get_bucket_replication(Bucket=NAME)["ReplicationConfiguration"]
    assert configuration == {
        "Role": target["role"],
        "Rules": [
            {
                "ID": "replication",
                "Priority": 1,
                "Status": "Enabled",
                "Filter": {"Prefix": ""},
                "DeleteMarkerReplication": {"Status": "Disabled"},
                "Destination": {"Bucket": f"arn:aws:s3:::{copies}"},
            }
        ],
    }
    more = {"kms_key": key, "storage_class": "STANDARD_IA", "prefix": "kept/", "delete_markers": True}
    converges("s3_bucket", **options, replication={**target, **more})
    (rule,) = s3.get_bucket_replication(Bucket=NAME)["ReplicationConfiguration"]["Rules"]
    assert rule["SourceSelectionCriteria"] == {"SseKmsEncryptedObjects": {"Status": "Enabled"}}
    assert rule["Destination"]["EncryptionConfiguration"] == {"ReplicaKmsKeyID": key}
    assert (rule["Filter"], rule["DeleteMarkerReplication"]) == ({"Prefix": "kept/"}, {"Status": "Enabled"})
    assert run_module("s3_bucket", **options)["changed"] is False
    converges("s3_bucket", **options, replication={})
    with pytest.raises(ClientError, match="ReplicationConfigurationNotFoundError"):
        s3.get_bucket_replication(Bucket=NAME)


def test_copies_need_a_bucket_that_takes_them(run_module):
    target = {"role": "arn:aws:iam::123456789012:role/copies", "destination": f"{NAME}-copies"}
    refused = run_module("s3_bucket", name=NAME, versioning=True, replication=target)
    assert "Destination bucket must have versioning enabled" in refused["msg"]
