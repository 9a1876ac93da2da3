# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The API edge of one Amazon S3 bucket: its calls, with what passes by itself waited out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .aws import AwsError, Service, tag_dict, tag_list

# The region whose name CreateBucket refuses as a LocationConstraint: API reference, CreateBucket.
FIRST_REGION = "us-east-1"
# Errors of a bucket that was just made or that another call is changing, and of a policy with a role that was just made.
UNSETTLED = ("NoSuchBucket", "OperationAborted", "Invalid principal")


class BucketError(AwsError):
    """A failed call to Amazon S3."""


def described_encryption(rule: Mapping[str, Any]) -> dict[str, Any]:
    """Amazon S3's ServerSideEncryptionRule in the words of this module's options."""
    default = rule.get("ApplyServerSideEncryptionByDefault", {})
    return {
        "algorithm": default.get("SSEAlgorithm", "AES256"),
        "kms_key": default.get("KMSMasterKeyID", ""),
        "bucket_key_enabled": rule.get("BucketKeyEnabled", False),
    }


class BucketApi(Service):
    name = "s3"
    error = BucketError

    @property
    def bucket(self) -> str:
        return str(self.params["name"])

    def head(self) -> dict[str, Any]:
        """The bucket itself, or nothing when there is none."""
        try:
            with self.doing(f"read bucket {self.bucket}"):
                region = self.client.head_bucket(Bucket=self.bucket).get("BucketRegion") or FIRST_REGION
        except BucketError as error:
            if error.code in ("404", "NoSuchBucket"):
                return {}
            if error.code in ("403", "AccessDenied"):
                cause = "another account has it, or these credentials may not see it; use another name, or allow s3:ListBucket"
                raise self.error(f"read bucket {self.bucket}", cause) from error
            raise
        partition = self.client.meta.partition
        domain = "amazonaws.com.cn" if partition == "aws-cn" else "amazonaws.com"
        return {
            "name": self.bucket,
            "arn": f"arn:{partition}:s3:::{self.bucket}",
            "region": region,
            "regional_domain_name": f"{self.bucket}.s3.{region}.{domain}",
        }

    def ask(self, configuration: str, *absent: str) -> dict[str, Any]:
        """One configuration, for instance C(policy); empty when the API answers with one of the error codes C(absent)."""
        answer: dict[str, Any] = {}
        with self.doing(f"read the {configuration} of bucket {self.bucket}", *absent):
            answer = getattr(self.client, f"get_bucket_{configuration}")(Bucket=self.bucket)
        return {key: value for key, value in answer.items() if key != "ResponseMetadata"}

    def public_access_block(self) -> dict[str, bool]:
        answer: dict[str, Any] = {}
        with self.doing(f"read the public access block of bucket {self.bucket}", "NoSuchPublicAccessBlockConfiguration"):
            answer = self.client.get_public_access_block(Bucket=self.bucket)
        return dict(answer.get("PublicAccessBlockConfiguration", {}))

    def encryption_rule(self) -> dict[str, Any]:
        answer = self.ask("encryption", "ServerSideEncryptionConfigurationNotFoundError")
        rules = answer.get("ServerSideEncryptionConfiguration", {}).get("Rules", [])
        return dict(rules[0]) if rules else {}

    def tags(self) -> dict[str, str]:
        return tag_dict(self.ask("tagging", "NoSuchTagSet").get("TagSet"))

    def create(self, settings: Mapping[str, str]) -> None:
        region = self.client.meta.region_name
        place = {} if region == FIRST_REGION else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        try:
            with self.doing(f"create bucket {self.bucket}", "BucketAlreadyOwnedByYou"):
                self.client.create_bucket(Bucket=self.bucket, **place, **settings)
        except BucketError as error:
            if error.code != "BucketAlreadyExists":
                raise
            raise self.error(f"create bucket {self.bucket}", "another account has this name; use another one") from error
        self.wait(f"bucket {self.bucket} to exist", self.head, bool)

    def put(self, configuration: str, **arguments: Any) -> None:
        """Put one configuration, for instance C(bucket_policy), as soon as the bucket takes it."""
        call = getattr(self.client, f"put_{configuration}")
        with self.doing(f"put the {configuration} of bucket {self.bucket}"):
            self.persist(
                f"bucket {self.bucket} to take its {configuration}", lambda: call(Bucket=self.bucket, **arguments), *UNSETTLED
            )

    def put_encryption(self, encryption: Mapping[str, Any]) -> None:
        rule = self.encryption_rule()
        key = {"KMSMasterKeyID": encryption["kms_key"]} if encryption["kms_key"] else {}
        rule["ApplyServerSideEncryptionByDefault"] = {"SSEAlgorithm": encryption["algorithm"], **key}
        rule["BucketKeyEnabled"] = encryption.get("bucket_key_enabled", rule.get("BucketKeyEnabled", False))
        self.put("bucket_encryption", ServerSideEncryptionConfiguration={"Rules": [rule]})

    def put_logging(self, target: Mapping[str, str] | None) -> None:
        status: dict[str, Any] = {}
        if target:
            # What else is configured, for instance the format of the names, stays.
            standing = self.ask("logging").get("LoggingEnabled", {})
            status = {
                "LoggingEnabled": {**standing, "TargetBucket": target["target_bucket"], "TargetPrefix": target["target_prefix"]}
            }
        self.put("bucket_logging", BucketLoggingStatus=status)

    def put_rules(self, rules: list[dict[str, Any]]) -> None:
        standing = self.ask("lifecycle_configuration", "NoSuchLifecycleConfiguration")
        kept = {key: value for key, value in standing.items() if key == "TransitionDefaultMinimumObjectSize"}
        self.put("bucket_lifecycle_configuration", LifecycleConfiguration={"Rules": rules}, **kept)

    def put_tags(self, tags: Mapping[str, str], purge: bool) -> None:
        """Put tags; the API replaces all of them, and refuses to lose those that AWS itself has put."""
        kept = {key: value for key, value in self.tags().items() if not purge or key.startswith("aws:")}
        if together := {**kept, **tags}:
            self.put("bucket_tagging", Tagging={"TagSet": tag_list(together)})
        else:
            self.remove("tagging")

    def remove(self, configuration: str) -> None:
        with self.doing(f"delete the {configuration} of bucket {self.bucket}"):
            getattr(self.client, f"delete_bucket_{configuration}")(Bucket=self.bucket)

    def holds_objects(self) -> bool:
        """Whether there are objects, versions of them or delete markers."""
        with self.doing(f"list the objects of bucket {self.bucket}"):
            held = self.client.list_object_versions(Bucket=self.bucket, MaxKeys=1)
        return bool(held.get("Versions") or held.get("DeleteMarkers"))

    def delete(self, *, empty_first: bool) -> bool:
        """Delete the bucket; false when it was emptied and something came in meanwhile, so that it is worth another try."""
        if empty_first:
            self._empty()
        try:
            with self.doing(f"delete bucket {self.bucket}", "NoSuchBucket"):
                self.client.delete_bucket(Bucket=self.bucket)
        except BucketError as error:
            if error.code == "OperationAborted" or (error.code == "BucketNotEmpty" and empty_first):
                return False
            raise
        return True

    def _empty(self) -> None:
        """Delete all versions and delete markers, in the thousands that both calls take."""
        with self.doing(f"empty bucket {self.bucket}", "NoSuchBucket"):
            for page in self.client.get_paginator("list_object_versions").paginate(Bucket=self.bucket):
                found = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
                objects = [{"Key": one["Key"], "VersionId": one["VersionId"]} for one in found]
                if objects and (errors := self._delete_objects(objects)):
                    first = errors[0]
                    raise self.error(
                        f"empty bucket {self.bucket}", f"{first.get('Key')}: {first.get('Message')} ({first['Code']})"
                    )

    def _delete_objects(self, objects: list[dict[str, str]]) -> list[dict[str, str]]:
        answer = self.client.delete_objects(Bucket=self.bucket, Delete={"Objects": objects, "Quiet": True})
        return list(answer.get("Errors", []))
