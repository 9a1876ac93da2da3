#!/usr/bin/python
# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: s3_artifact
version_added: 0.1.0
short_description: Publish a file to Amazon S3, once
description:
  - Puts a file under a key at which there is nothing yet, and refuses another content where there is something.
  - Contents are compared by SHA-256, which Amazon S3 keeps of what this module puts. What something else put is read for that.
  - Follows the Amazon S3 API reference, actions PutObject, with a condition, and HeadObject.
author:
  - The Groundwork authors (@groundwork)
options:
  bucket:
    description: The bucket.
    type: str
    required: true
  key:
    description: The key of the object.
    type: str
    required: true
  src:
    description: The file, of at most 5 GiB. Without it nothing is published, and that nothing was published before is an error.
    type: path
extends_documentation_fragment:
  - groundwork.cloud.converge.stateless
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Publish a release of the web service
  groundwork.cloud.s3_artifact:
    bucket: shop-artifacts
    key: web/1.0.0.tar.gz
    src: web-1.0.0.tar.gz

- name: The release that machines are about to be given is published
  groundwork.cloud.s3_artifact:
    bucket: shop-artifacts
    key: web/1.0.0.tar.gz
"""

RETURN = r"""
artifact:
  description: What is published.
  returned: always
  type: dict
  contains:
    bucket:
      description: The bucket.
      type: str
      sample: shop-artifacts
    key:
      description: The key.
      type: str
      sample: web/1.0.0.tar.gz
    sha256:
      description: The SHA-256 of the content.
      type: str
      sample: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
    size:
      description: The bytes of the content.
      type: int
      sample: 4
"""

import base64
import hashlib
import os
from collections.abc import Mapping
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ..module_utils.aws import AwsError, Service, converge
from ..module_utils.plan import Plan

ARGUMENTS: dict[str, Any] = {
    "bucket": {"type": "str", "required": True},
    "key": {"type": "str", "required": True, "no_log": False},
    "src": {"type": "path"},
}
LARGEST = 5 * 1024**3  # of one PutObject: user guide, Uploading objects
NOT_FOUND = ("404", "NoSuchKey")
TAKEN = ("PreconditionFailed", "ConditionalRequestConflict")


class ArtifactError(AwsError):
    """A file that can't be published."""


def wanted(file: Mapping[str, Any], current: Mapping[str, Any], doing: str) -> dict[str, Any]:
    """The declared part: C(artifact)."""
    if not 0 < file["size"] <= LARGEST:
        raise ArtifactError(doing, f"the file has {file['size']} bytes; an artifact has 1 to {LARGEST}")
    published = current.get("artifact", file)
    if published["sha256"] != file["sha256"]:
        raise ArtifactError(
            doing,
            f"another content was published there, SHA-256 {published['sha256'][:12]}, and this file has {file['sha256'][:12]}; "
            "what is published stays as it is: publish this under a new version",
        )
    return {"artifact": file}


def kept_sha256(head: Mapping[str, Any]) -> str:
    """The SHA-256 of the whole content in hexadecimal, from HeadObject; empty if Amazon S3 keeps none, or that of parts."""
    kept = head.get("ChecksumSHA256", "")
    return "" if "-" in kept else base64.b64decode(kept).hex()


class Artifact(Service):
    name = "s3"
    error = ArtifactError

    @property
    def where(self) -> dict[str, str]:
        return {"Bucket": self.params["bucket"], "Key": self.params["key"]}

    @property
    def doing_it(self) -> str:
        return f"publish {self.params['src']} as s3://{self.params['bucket']}/{self.params['key']}"

    def read(self) -> dict[str, Any]:
        head: dict[str, Any] = {}
        with self.doing(f"read s3://{self.params['bucket']}/{self.params['key']}", *NOT_FOUND):
            head = self.client.head_object(**self.where, ChecksumMode="ENABLED")
        if not head:
            return {}
        return {"artifact": self._described(kept_sha256(head) or self._worked_out(), head["ContentLength"])}

    def wanted(self, current: Mapping[str, Any]) -> dict[str, Any]:
        if not self.params["src"]:
            if not current:
                place = f"find s3://{self.params['bucket']}/{self.params['key']}"
                raise self.error(place, "nothing is published there; publish it with src")
            return dict(current)
        try:
            with open(self.params["src"], "rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
                size = os.fstat(file.fileno()).st_size
        except OSError as error:
            raise self.error(self.doing_it, f"the file can't be read: {error.strerror}; build it first") from error
        return wanted(self._described(sha256, size), current, self.doing_it)

    def apply(self, todo: Plan) -> None:
        sha256 = base64.b64encode(bytes.fromhex(todo.create["artifact"]["sha256"])).decode()
        try:
            with open(self.params["src"], "rb") as file, self.doing(self.doing_it):
                self.client.put_object(
                    **self.where, Body=file, ChecksumAlgorithm="SHA256", ChecksumSHA256=sha256, IfNoneMatch="*"
                )
        except ArtifactError as error:
            if error.code not in TAKEN:
                raise
            raise self.error(self.doing_it, "something was published there meanwhile; run again to compare") from error

    def _described(self, sha256: str, size: int) -> dict[str, Any]:
        return {"bucket": self.params["bucket"], "key": self.params["key"], "sha256": sha256, "size": size}

    def _worked_out(self) -> str:
        digest = hashlib.sha256()
        with self.doing(f"read s3://{self.params['bucket']}/{self.params['key']}"):
            for chunk in self.client.get_object(**self.where)["Body"].iter_chunks(1024**2):
                digest.update(chunk)
        return digest.hexdigest()


def main() -> None:
    module = AnsibleAWSModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    converge(module, Artifact(module), "artifact")


if __name__ == "__main__":
    main()
