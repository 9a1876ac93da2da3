#!/usr/bin/python
# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: s3_bucket
version_added: 0.1.0
short_description: Manage an Amazon S3 bucket
description:
  - Creates, changes and deletes a general purpose bucket with its versioning, encryption, access, lifecycle, logging, replication
    and tags.
  - Follows the Amazon S3 API reference, actions CreateBucket, PutBucketVersioning, PutBucketReplication and their siblings.
author:
  - The Groundwork authors (@groundwork)
options:
  name:
    description: Name of the bucket, unique in all of AWS.
    type: str
    required: true
  versioning:
    description: Whether earlier versions of objects are kept. Turned off, versions that are there stay.
    type: bool
  encryption:
    description:
      - How new objects are encrypted.
      - An empty mapping stands for keys of Amazon S3's own (AES256), which is also what a new bucket has.
    type: dict
    suboptions:
      kms_key:
        description: Id, ARN or alias of the KMS key.
        type: str
      bucket_key_enabled:
        description: Whether a key of the bucket saves calls to KMS.
        type: bool
  public_access_block:
    description:
      - Whether all public access, by ACL or policy, is blocked.
      - Left out, a new bucket blocks it, and one that is there stays as it is.
    type: bool
  object_ownership:
    description: Who owns uploaded objects; V(BucketOwnerEnforced) disables ACLs, and is what a new bucket has.
    type: str
    choices: [BucketOwnerEnforced, BucketOwnerPreferred, ObjectWriter]
  policy:
    description:
      - Bucket policy, as an IAM policy document. It is compared by meaning, not by order. An empty mapping removes it.
    type: dict
  lifecycle_rules:
    description:
      - Lifecycle rules, in the form of LifecycleRule in the Amazon S3 API reference, each with an C(ID).
      - They replace all that are there, and their order means nothing. An empty list removes them.
    type: list
    elements: dict
  logging:
    description: Where requests are logged. An empty mapping turns logging off.
    type: dict
    suboptions:
      target_bucket:
        description: The bucket that takes the logs; its policy must let C(logging.s3.amazonaws.com) put objects.
        type: str
      target_prefix:
        description: What the names of the log objects begin with.
        type: str
  replication:
    description:
      - Where new objects are copied to, by a single rule in place of all that are there. An empty mapping ends it.
      - Both buckets have to keep versions.
    type: dict
    suboptions:
      role:
        description: ARN of the role that Amazon S3 copies in.
        type: str
      destination:
        description: Name of the bucket that takes the copies.
        type: str
      kms_key:
        description:
          - ARN of the KMS key, in the region of the destination, that encrypts the copies.
          - Objects that a KMS key encrypts are copied only where this is given.
        type: str
      prefix:
        description: What the names of the copied objects begin with. Left out, all are copied.
        type: str
        default: ""
      storage_class:
        description: Storage class of the copies. Left out, that of each object.
        type: str
      delete_markers:
        description: Whether a deletion without a version is copied, too.
        type: bool
        default: false
  force:
    description: Whether a bucket that holds objects is emptied, versions and delete markers included, to be deleted.
    type: bool
    default: false
  wait:
    description: Whether to wait until the bucket shows what was changed, or is gone, which takes some seconds at times.
    type: bool
    default: true
  wait_timeout:
    description: Seconds to wait at most.
    type: int
    default: 120
extends_documentation_fragment:
  - groundwork.cloud.converge
  - groundwork.cloud.tags
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Keep the uploads, encrypted and versioned, over TLS only
  groundwork.cloud.s3_bucket:
    name: shop-production-uploads
    versioning: true
    encryption: {}
    policy:
      Version: "2012-10-17"
      Statement:
        - Sid: OnlyTls
          Effect: Deny
          Principal: "*"
          Action: s3:*
          Resource: [arn:aws:s3:::shop-production-uploads, arn:aws:s3:::shop-production-uploads/*]
          Condition: {Bool: {"aws:SecureTransport": false}}
    lifecycle_rules:
      - ID: old-versions
        Status: Enabled
        Filter: {Prefix: ""}
        NoncurrentVersionExpiration: {NoncurrentDays: 30}
        AbortIncompleteMultipartUpload: {DaysAfterInitiation: 7}

- name: Copy them to another region
  groundwork.cloud.s3_bucket:
    name: shop-production-uploads
    versioning: true
    replication:
      role: arn:aws:iam::111122223333:role/replication
      destination: shop-production-uploads-copies
      storage_class: STANDARD_IA

- name: Remove the bucket with all that is in it
  groundwork.cloud.s3_bucket:
    name: shop-production-uploads
    state: absent
    force: true
"""

RETURN = r"""
bucket:
  description: The bucket; empty when it is absent. Only settings that are declared are read and returned.
  returned: always
  type: dict
  contains:
    name:
      description: Its name.
      type: str
      sample: shop-production-uploads
    arn:
      description: Its ARN.
      type: str
      sample: arn:aws:s3:::shop-production-uploads
    region:
      description: The region where it stands.
      type: str
      sample: us-east-1
    regional_domain_name:
      description: The host name under which its region serves it, as a CloudFront origin takes it.
      type: str
      sample: shop-production-uploads.s3.us-east-1.amazonaws.com
    versioning:
      description: Whether versions are kept.
      type: bool
      sample: true
    object_ownership:
      description: Who owns uploaded objects.
      type: str
      sample: BucketOwnerEnforced
    encryption:
      description: The algorithm, the KMS key (empty for a key of Amazon S3's own), and whether a bucket key is used.
      type: dict
      sample: {"algorithm": "AES256", "kms_key": "", "bucket_key_enabled": false}
    public_access_block:
      description: What of public access is blocked.
      type: dict
      sample: {"BlockPublicAcls": true, "IgnorePublicAcls": true, "BlockPublicPolicy": true, "RestrictPublicBuckets": true}
    policy:
      description: The bucket policy.
      returned: when there is one
      type: dict
      sample: {"Version": "2012-10-17", "Statement": []}
    lifecycle_rules:
      description: The lifecycle rules by their C(ID).
      returned: when there are any
      type: dict
      sample: {"old-versions": {"ID": "old-versions", "Status": "Enabled", "Expiration": {"Days": 30}, "Filter": {}}}
    logging:
      description: Where requests are logged.
      returned: when they are
      type: dict
      sample: {"target_bucket": "shop-production-logs", "target_prefix": "uploads/"}
    replication:
      description: Where new objects are copied to, and the number of rules that say so.
      returned: when they are
      type: dict
      sample: {"destination": "shop-production-uploads-copies", "role": "arn:aws:iam::111122223333:role/replication", "rules": 1}
    tags:
      description: The tags.
      type: dict
      sample: {"groundwork:stack": "shop"}
"""

import json
from collections.abc import Mapping
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ..module_utils.aws import STATE_OPTION, TAG_OPTIONS, converge, own_tags, tags_part
from ..module_utils.plan import Plan, declared, exact
from ..module_utils.policy import policy_part
from ..module_utils.s3 import BucketApi, BucketError, described_encryption
from ..module_utils.s3_lifecycle import canonical_rule
from ..module_utils.s3_replication import described_replication, replication_request, wanted_replication

ARGUMENTS: dict[str, Any] = {
    "name": {"type": "str", "required": True},
    "versioning": {"type": "bool"},
    "encryption": {
        "type": "dict",
        "options": {"kms_key": {"type": "str", "no_log": False}, "bucket_key_enabled": {"type": "bool"}},
    },
    "public_access_block": {"type": "bool"},
    "object_ownership": {"type": "str", "choices": ["BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"]},
    "policy": {"type": "dict"},
    "lifecycle_rules": {"type": "list", "elements": "dict"},
    "logging": {
        "type": "dict",
        "options": {"target_bucket": {"type": "str"}, "target_prefix": {"type": "str"}},
        "required_by": {"target_prefix": ["target_bucket"]},
    },
    "replication": {
        "type": "dict",
        "options": {
            **{option: {"type": "str"} for option in ("role", "destination", "storage_class")},
            "kms_key": {"type": "str", "no_log": False},
            "prefix": {"type": "str", "default": ""},
            "delete_markers": {"type": "bool", "default": False},
        },
        "required_together": [("role", "destination")],
        "required_by": {"kms_key": ["destination"], "storage_class": ["destination"]},
    },
    "force": {"type": "bool", "default": False},
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 120},
    **STATE_OPTION,
    **TAG_OPTIONS,
}
BLOCKS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")


def wanted(params: Mapping[str, Any], current: Mapping[str, Any]) -> dict[str, Any]:
    """The declared parts: C(bucket), and one for each of its configurations."""
    if params["state"] == "absent":
        return dict.fromkeys(current)
    settings = {key: params[key] for key in ("name", "versioning", "object_ownership")}
    parts: dict[str, Any] = {"bucket": declared(settings), **tags_part(params)}
    blocked = True if params["public_access_block"] is None and not current else params["public_access_block"]
    if blocked is not None:
        parts["public_access_block"] = dict.fromkeys(BLOCKS, blocked)
    if params["encryption"] is not None:
        parts["encryption"] = declared_encryption(params["encryption"])
    if params["policy"] is not None:
        parts["policy"] = policy_part(params["policy"], current.get("policy"))
    if params["lifecycle_rules"] is not None:
        rules = {rule.get("ID"): canonical_rule(rule) for rule in params["lifecycle_rules"]}
        if None in rules or len(rules) < len(params["lifecycle_rules"]):
            raise BucketError(
                f"change bucket {params['name']}", "a lifecycle rule has no ID, or that of another; give each its own"
            )
        parts["lifecycle_rules"] = exact(rules) or None
    if params["logging"] is not None:
        target, prefix = params["logging"]["target_bucket"], params["logging"]["target_prefix"] or ""
        parts["logging"] = {"target_bucket": target, "target_prefix": prefix} if target else None
    if params["replication"] is not None:
        parts["replication"] = wanted_replication(params["replication"])
    return parts


def declared_encryption(option: Mapping[str, Any]) -> dict[str, Any]:
    """The encryption that O(encryption) stands for."""
    algorithm, key = ("aws:kms", option["kms_key"]) if option["kms_key"] else ("AES256", "")
    return declared({"algorithm": algorithm, "kms_key": key, "bucket_key_enabled": option["bucket_key_enabled"]})


class Bucket(BucketApi):
    def read(self) -> dict[str, Any]:
        """What stands of what is declared: each configuration costs a call and a permission."""
        bucket = self.head()
        if not bucket or self.params["state"] == "absent":
            return {"bucket": bucket} if bucket else {}
        asked = {option for option in ARGUMENTS if self.params[option] is not None}
        parts: dict[str, Any] = {"bucket": bucket}
        if "versioning" in asked:
            bucket["versioning"] = self.ask("versioning").get("Status") == "Enabled"
        if "object_ownership" in asked:
            controls = self.ask("ownership_controls", "OwnershipControlsNotFoundError")
            bucket["object_ownership"] = (
                controls["OwnershipControls"]["Rules"][0]["ObjectOwnership"] if controls else "ObjectWriter"
            )
        if "encryption" in asked:
            parts["encryption"] = described_encryption(self.encryption_rule())
        if "public_access_block" in asked:
            parts["public_access_block"] = dict.fromkeys(BLOCKS, False) | self.public_access_block()
        if "policy" in asked and (policy := self.ask("policy", "NoSuchBucketPolicy")):
            parts["policy"] = json.loads(policy["Policy"])
        if "lifecycle_rules" in asked:
            answer = self.ask("lifecycle_configuration", "NoSuchLifecycleConfiguration")
            if rules := [canonical_rule(rule) for rule in answer.get("Rules", [])]:
                parts["lifecycle_rules"] = {rule["ID"]: rule for rule in rules}
        if "logging" in asked and (logging := self.ask("logging").get("LoggingEnabled")):
            parts["logging"] = {"target_bucket": logging["TargetBucket"], "target_prefix": logging.get("TargetPrefix", "")}
        if "replication" in asked:
            answer = self.ask("replication", "ReplicationConfigurationNotFoundError")
            if replication := described_replication(answer.get("ReplicationConfiguration", {})):
                parts["replication"] = replication
        if "tags" in asked:
            parts["tags"] = own_tags(self.tags())
        return parts

    def wanted(self, current: Mapping[str, Any]) -> dict[str, Any]:
        here = self.client.meta.region_name
        there = current["bucket"]["region"] if current else here
        if there != here:
            raise self.error(
                f"change bucket {self.bucket}", f"it stands in {there}, not in {here}; set region, or use another name"
            )
        if self.params["state"] == "absent" and current and not self.params["force"] and self.holds_objects():
            raise self.error(f"delete bucket {self.bucket}", "it is not empty; set force to delete it with all its objects")
        if self.params["lifecycle_rules"] is not None:
            request = {"Bucket": self.bucket, "LifecycleConfiguration": {"Rules": self.params["lifecycle_rules"]}}
            typed = self.checked(f"change bucket {self.bucket}", "PutBucketLifecycleConfiguration", **request)
            self.params["lifecycle_rules"] = typed["LifecycleConfiguration"]["Rules"]
        return wanted(self.params, current)

    def apply(self, todo: Plan) -> None:
        if "bucket" in todo.delete:
            self.wait(f"bucket {self.bucket} to be deleted", lambda: self.delete(empty_first=self.params["force"]), bool)
            if self.params["wait"]:
                self.wait(f"bucket {self.bucket} to be gone", self.head, lambda bucket: not bucket)
            return
        bucket = todo.after("bucket") or {}
        if "bucket" in todo.create:
            self.create({"ObjectOwnership": bucket["object_ownership"]} if "object_ownership" in bucket else {})
        elif "object_ownership" in bucket:
            self.put("bucket_ownership_controls", OwnershipControls={"Rules": [{"ObjectOwnership": bucket["object_ownership"]}]})
        if bucket.get("versioning") or ("versioning" in bucket and "bucket" in todo.update):
            self.put("bucket_versioning", VersioningConfiguration={"Status": "Enabled" if bucket["versioning"] else "Suspended"})
        # A public policy is refused while the block stands, so the block goes first.
        if block := todo.after("public_access_block"):
            self.put("public_access_block", PublicAccessBlockConfiguration=dict(block))
        if encryption := todo.after("encryption"):
            self.put_encryption(encryption)
        if policy := todo.after("policy"):
            self.put("bucket_policy", Policy=json.dumps(policy))
        if "lifecycle_rules" in todo.create or "lifecycle_rules" in todo.update:
            self.put_rules(self.params["lifecycle_rules"])
        if (logging := todo.after("logging")) or "logging" in todo.delete:
            self.put_logging(logging)
        if replication := todo.after("replication"):
            request = replication_request(replication, self.client.meta.partition)
            self.put("bucket_replication", ReplicationConfiguration=request)
        for part, configuration in (
            ("policy", "policy"),
            ("lifecycle_rules", "lifecycle"),
            ("replication", "replication"),
        ):
            if part in todo.delete:
                self.remove(configuration)
        if "tags" in todo.create or "tags" in todo.update:
            self.put_tags(todo.after("tags") or {}, purge=self.params["purge_tags"])
        if self.params["wait"]:
            self.settle(f"bucket {self.bucket}", "policy")


def main() -> None:
    module = AnsibleAWSModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    converge(module, Bucket(module), "bucket")


if __name__ == "__main__":
    main()
