# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import json

import boto3

BUCKET = "molecule-storage-default-uploads-123456789012"


def test_bucket_is_private():
    s3 = boto3.client("s3")
    assert set(s3.get_public_access_block(Bucket=BUCKET)["PublicAccessBlockConfiguration"].values()) == {True}
    ownership = s3.get_bucket_ownership_controls(Bucket=BUCKET)["OwnershipControls"]["Rules"]
    assert ownership == [{"ObjectOwnership": "BucketOwnerEnforced"}]


def test_bucket_is_encrypted_by_the_key_of_the_stack():
    key = boto3.client("kms").describe_key(KeyId="alias/molecule-storage-default-encryption")["KeyMetadata"]["Arn"]
    rules = boto3.client("s3").get_bucket_encryption(Bucket=BUCKET)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rules[0]["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    assert rules[0]["BucketKeyEnabled"] is True


def test_bucket_keeps_versions_and_takes_tls_alone():
    s3 = boto3.client("s3")
    assert s3.get_bucket_versioning(Bucket=BUCKET)["Status"] == "Enabled"
    statements = json.loads(s3.get_bucket_policy(Bucket=BUCKET)["Policy"])["Statement"]
    assert [(one["Effect"], one["Condition"]) for one in statements] == [("Deny", {"Bool": {"aws:SecureTransport": "false"}})]
    assert statements[0]["Resource"] == [f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"]
    rules = s3.get_bucket_lifecycle_configuration(Bucket=BUCKET)["Rules"]
    assert [rule["AbortIncompleteMultipartUpload"] for rule in rules] == [{"DaysAfterInitiation": 7}]


def test_bucket_is_found_by_its_tags():
    tags = {tag["Key"]: tag["Value"] for tag in boto3.client("s3").get_bucket_tagging(Bucket=BUCKET)["TagSet"]}
    assert tags == {
        "groundwork:stack": "molecule",
        "groundwork:environment": "storage-default",
        "groundwork:component": "uploads",
        "Name": "molecule-storage-default-uploads",
    }
