# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Bucket policies with conditions, the settings that every new bucket has, and rules of lifecycle and replication kept whole.

Follows the Amazon S3 API reference (CreateBucket, HeadBucket, PutBucketLifecycleConfiguration, PutBucketLogging,
PutBucketReplication), the Amazon S3 user guide ("Default settings for new buckets") and the IAM user guide ("IAM JSON policy
elements: Condition").

The emulator speaks plain HTTP, where AWS would not. Its requests are taken to have arrived by TLS 1.3, so that a policy that
denies all else lets them through as it does on AWS.
"""

from __future__ import annotations

import copy
import fnmatch
import ipaddress
import json
import os
from collections.abc import Callable, Mapping
from typing import Any

from moto.core.responses import TYPE_RESPONSE, ActionResult
from moto.iam.access_control import IAMPolicy
from moto.s3.exceptions import (
    AccessDeniedByLock,
    MissingBucket,
    NoSuchLifecycleConfiguration,
    ReplicationConfigurationNotFoundError,
    S3ClientError,
)
from moto.s3.models import FakeBucket, S3Backend
from moto.s3.responses import S3Response

# What the emulator knows of a request. A condition on any other key sees a request without that key.
CONTEXT = {"aws:securetransport": "true", "s3:tlsversion": "1.3", "aws:sourceip": "127.0.0.1"}
NEW_BUCKET_ENCRYPTION = {"Rule": {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": "false"}}
NEW_BUCKET_BLOCK = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), "true")
NEW_BUCKET_OWNERSHIP = "BucketOwnerEnforced"
LISTS = {"Transition": "Transitions", "NoncurrentVersionTransition": "NoncurrentVersionTransitions"}


def apply() -> None:
    _apply_to_policies()
    _apply_to_new_buckets()
    _apply_to_lifecycle()
    _apply_to_replication()


def _apply_to_policies() -> None:
    def get_permission(self: FakeBucket, action: str, resource: str) -> Any:
        statements = [statement for statement in _statements(self) if _concerns_everybody(statement) and _holds(statement)]
        return IAMPolicy(json.dumps({"Statement": statements})).is_action_permitted(action, resource)

    def log_permissions_enabled_policy(target_bucket: FakeBucket, target_prefix: str | None) -> bool:
        name = f"arn:{target_bucket.partition}:s3:::{target_bucket.name}/{target_prefix or ''}"
        return any(
            statement["Effect"] == "Allow"
            and isinstance(principal := statement.get("Principal"), dict)
            and "logging.s3.amazonaws.com" in _listed(principal.get("Service", []))
            and any(_like("s3:PutObject", action) for action in _listed(statement.get("Action", [])))
            and any(_like(name, resource) for resource in _listed(statement.get("Resource", [])))
            for statement in _statements(target_bucket)
        )

    FakeBucket.get_permission = get_permission
    FakeBucket._log_permissions_enabled_policy = staticmethod(log_permissions_enabled_policy)
    # A bucket of another account is none of the caller's business unless its policy says so.
    os.environ.setdefault("MOTO_S3_ALLOW_CROSSACCOUNT_ACCESS", "false")
    AccessDeniedByLock.code = 403


def _apply_to_new_buckets() -> None:
    create_bucket = S3Backend.create_bucket

    def create_bucket_with_defaults(self: S3Backend, bucket_name: str, *args: Any, **kwargs: Any) -> FakeBucket:
        bucket = create_bucket(self, bucket_name, *args, **kwargs)
        bucket.ownership_rule = NEW_BUCKET_OWNERSHIP
        self.put_bucket_encryption(bucket_name, copy.deepcopy(NEW_BUCKET_ENCRYPTION))
        self.put_public_access_block(bucket_name, dict(NEW_BUCKET_BLOCK))
        return bucket

    def delete_bucket_encryption(self: S3Backend, bucket_name: str) -> None:
        self.put_bucket_encryption(bucket_name, copy.deepcopy(NEW_BUCKET_ENCRYPTION))

    S3Backend.create_bucket = create_bucket_with_defaults
    S3Backend.delete_bucket_encryption = delete_bucket_encryption


def _apply_to_lifecycle() -> None:
    set_lifecycle = FakeBucket.set_lifecycle

    def set_lifecycle_whole(self: FakeBucket, rules: list[dict[str, Any]]) -> None:
        whole = copy.deepcopy(rules)
        set_lifecycle(self, rules)
        self.whole_rules = [_answered(rule) for rule in whole]

    def get_bucket_lifecycle(self: S3Response) -> TYPE_RESPONSE:
        self.data["Action"] = "GetBucketLifecycleConfiguration"
        if not self.backend.get_bucket_lifecycle(self.bucket_name):
            raise NoSuchLifecycleConfiguration(bucket_name=self.bucket_name)
        rules = self.backend.get_bucket(self.bucket_name).whole_rules
        minimum = "all_storage_classes_128K"
        return self.serialized(ActionResult({"Rules": rules, "TransitionDefaultMinimumObjectSize": minimum}))

    FakeBucket.set_lifecycle = set_lifecycle_whole
    S3Response.get_bucket_lifecycle = get_bucket_lifecycle


def _apply_to_replication() -> None:
    """Rules are kept whole, and name a bucket that keeps versions, too."""
    put_replication = S3Backend.put_bucket_replication

    def put_bucket_replication(self: S3Backend, bucket_name: str, replication: dict[str, Any]) -> None:
        for rule in _listed(replication["Rule"]):
            name = rule["Destination"]["Bucket"].rpartition(":")[2]
            try:
                versioned = self.get_bucket(name).is_versioned
            except MissingBucket:
                versioned = False
            if not versioned:
                raise S3ClientError("InvalidRequest", "Destination bucket must have versioning enabled.")
        put_replication(self, bucket_name, replication)

    def get_bucket_replication(self: S3Response) -> TYPE_RESPONSE:
        self.data["Action"] = "GetBucketReplication"
        replication = self.backend.get_bucket_replication(self.bucket_name)
        if not replication:
            raise ReplicationConfigurationNotFoundError(bucket_name=self.bucket_name)
        rules = [_answered({**rule, "Priority": int(rule["Priority"])}) for rule in replication["Rule"]]
        return self.serialized(ActionResult({"ReplicationConfiguration": {"Role": replication["Role"], "Rules": rules}}))

    S3Backend.put_bucket_replication = put_bucket_replication
    S3Response.get_bucket_replication = get_bucket_replication


def _answered(rule: Mapping[str, Any]) -> dict[str, Any]:
    """A rule as it was put, under the names of the answer."""
    answer = {LISTS.get(key, key): _listed(value) if key in LISTS else value for key, value in rule.items()}
    if "Filter" in answer:
        chosen = dict(answer["Filter"] or {})
        if "And" in chosen:
            both = dict(chosen["And"])
            tags = {"Tags": _listed(both.pop("Tag"))} if "Tag" in both else {}
            chosen["And"] = {**both, **tags}
        answer["Filter"] = {key: "" if value is None else value for key, value in chosen.items()}
    return answer


def _statements(bucket: FakeBucket) -> list[dict[str, Any]]:
    return _listed(json.loads(bucket.policy).get("Statement", [])) if bucket.policy else []


def _concerns_everybody(statement: Mapping[str, Any]) -> bool:
    """Callers have no identity here, so statements about one are passed over, as moto documents."""
    principal = statement.get("Principal", "*" if "NotPrincipal" not in statement else "")
    return principal == "*" or (isinstance(principal, dict) and "*" in _listed(principal.get("AWS", [])))


def _holds(statement: Mapping[str, Any]) -> bool:
    """Whether all conditions of a statement are met."""
    conditions = statement.get("Condition", {})
    return all(_met(operator, key, _listed(wanted)) for operator, keys in conditions.items() for key, wanted in keys.items())


def _met(operator: str, key: str, wanted: list[Any]) -> bool:
    values = [str(value).lower() if isinstance(value, bool) else str(value) for value in wanted]
    plain = operator.rpartition(":")[2].removesuffix("IfExists")
    actual = CONTEXT.get(key.lower())
    if plain == "Null":
        return values == ["true" if actual is None else "false"]
    negated = "Not" in plain
    if actual is None:
        return negated or operator.endswith("IfExists") or operator.startswith("ForAllValues:")
    compare = COMPARISONS.get(plain.replace("Not", ""), lambda actual, value: actual == value)
    return any(compare(actual, value) for value in values) is not negated


def _like(actual: str, pattern: str) -> bool:
    return fnmatch.fnmatchcase(actual, pattern.replace("[", "[[]"))


COMPARISONS: dict[str, Callable[[str, str], bool]] = {
    "Bool": lambda actual, value: actual == value.lower(),
    "StringEqualsIgnoreCase": lambda actual, value: actual.lower() == value.lower(),
    "StringLike": _like,
    "ArnLike": _like,
    "ArnEquals": _like,
    "IpAddress": lambda actual, value: ipaddress.ip_address(actual) in ipaddress.ip_network(value, strict=False),
    "NumericEquals": lambda actual, value: float(actual) == float(value),
    "NumericLessThan": lambda actual, value: float(actual) < float(value),
    "NumericLessThanEquals": lambda actual, value: float(actual) <= float(value),
    "NumericGreaterThan": lambda actual, value: float(actual) > float(value),
    "NumericGreaterThanEquals": lambda actual, value: float(actual) >= float(value),
}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
