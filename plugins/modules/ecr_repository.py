#!/usr/bin/python
# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: ecr_repository
version_added: 0.1.0
short_description: Manage an Amazon ECR repository
description:
  - Creates, changes and deletes a private container image repository with its scanning, lifecycle policy and tags.
  - Follows the Amazon ECR API reference, actions CreateRepository, PutLifecyclePolicy and their siblings.
author:
  - The Groundwork authors (@groundwork)
options:
  name:
    description: Name of the repository, with slashes for namespaces.
    type: str
    required: true
  scan_on_push:
    description: Whether images are scanned for vulnerabilities when they are pushed.
    type: bool
  immutable_tags:
    description: Whether an image tag, once pushed, can be pushed again.
    type: bool
  kms_key:
    description:
      - ARN of the KMS key that encrypts the images. Left out, Amazon ECR encrypts with its own key.
      - It is chosen when the repository is created and can't be changed later.
    type: str
  lifecycle_policy:
    description:
      - Lifecycle policy, in the form that the Amazon ECR user guide describes.
      - An empty mapping removes the policy.
    type: dict
  force:
    description: Whether a repository that still holds images is deleted.
    type: bool
    default: false
extends_documentation_fragment:
  - groundwork.cloud.converge
  - groundwork.cloud.tags
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Keep the last thirty images of the web service, scanned when pushed
  groundwork.cloud.ecr_repository:
    name: shop/web
    scan_on_push: true
    immutable_tags: true
    lifecycle_policy:
      rules:
        - rulePriority: 1
          selection: {tagStatus: any, countType: imageCountMoreThan, countNumber: 30}
          action: {type: expire}

- name: Remove the repository with its images
  groundwork.cloud.ecr_repository:
    name: shop/web
    state: absent
    force: true
"""

RETURN = r"""
repository:
  description: The repository; empty when it is absent.
  returned: always
  type: dict
  contains:
    name:
      description: Its name.
      type: str
      sample: shop/web
    arn:
      description: Its ARN. Known once the repository exists.
      type: str
      sample: arn:aws:ecr:us-east-1:111122223333:repository/shop/web
    uri:
      description: Where images are pushed and pulled. Known once the repository exists.
      type: str
      sample: 111122223333.dkr.ecr.us-east-1.amazonaws.com/shop/web
    scan_on_push:
      description: Whether images are scanned when pushed.
      type: bool
      sample: true
    immutable_tags:
      description: Whether tags can't be pushed again.
      type: bool
      sample: true
    kms_key:
      description: ARN of the KMS key, empty for Amazon ECR's own.
      type: str
      sample: arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab
    lifecycle_policy:
      description: The lifecycle policy.
      returned: when there is one
      type: dict
      sample: {"rules": []}
    tags:
      description: The tags.
      type: dict
      sample: {"groundwork:stack": "shop"}
"""

import json
from collections.abc import Mapping
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ..module_utils.aws import STATE_OPTION, TAG_OPTIONS, AwsError, Service, converge, tag_dict, tag_list, tags_part
from ..module_utils.plan import Plan, declared, exact

ARGUMENTS: dict[str, Any] = {
    "name": {"type": "str", "required": True},
    "scan_on_push": {"type": "bool"},
    "immutable_tags": {"type": "bool"},
    "kms_key": {"type": "str", "no_log": False},
    "lifecycle_policy": {"type": "dict"},
    "force": {"type": "bool", "default": False},
    **STATE_OPTION,
    **TAG_OPTIONS,
}
MUTABILITY = {True: "IMMUTABLE", False: "MUTABLE"}


class RegistryError(AwsError):
    """A failed call to Amazon ECR."""


def wanted(params: Mapping[str, Any], current: Mapping[str, Any]) -> dict[str, Any]:
    """The declared parts: C(repository), C(lifecycle_policy), C(tags)."""
    if params["state"] == "absent":
        return {"repository": None}
    settings = {key: params[key] for key in ("name", "scan_on_push", "immutable_tags", "kms_key")}
    parts: dict[str, Any] = {"repository": declared(settings), **tags_part(params)}
    if params["lifecycle_policy"] is not None:
        parts["lifecycle_policy"] = exact(params["lifecycle_policy"]) if params["lifecycle_policy"] else None
    kms_key = current.get("repository", {}).get("kms_key", params["kms_key"])
    if params["kms_key"] not in (None, kms_key):
        raise RegistryError(
            f"change repository {params['name']}",
            f"its key is {kms_key or 'that of Amazon ECR'} and can't be changed; keep it, or use another name",
        )
    return parts


def described(repository: Mapping[str, Any]) -> dict[str, Any]:
    """Amazon ECR's Repository in the words of this module's options."""
    return {
        "name": repository["repositoryName"],
        "arn": repository["repositoryArn"],
        "uri": repository["repositoryUri"],
        "scan_on_push": repository.get("imageScanningConfiguration", {}).get("scanOnPush", False),
        "immutable_tags": repository.get("imageTagMutability") == MUTABILITY[True],
        "kms_key": repository.get("encryptionConfiguration", {}).get("kmsKey", ""),
    }


class Repository(Service):
    name = "ecr"
    error = RegistryError

    @property
    def key(self) -> dict[str, str]:
        return {"repositoryName": self.params["name"]}

    def read(self) -> dict[str, Any]:
        name = self.params["name"]
        found: list[dict[str, Any]] = []
        with self.doing(f"read repository {name}", "RepositoryNotFoundException"):
            found = self.client.describe_repositories(repositoryNames=[name])["repositories"]
        if not found:
            return {}
        parts: dict[str, Any] = {"repository": described(found[0])}
        with self.doing(f"read the tags of repository {name}"):
            arn = parts["repository"]["arn"]
            parts["tags"] = tag_dict(self.client.list_tags_for_resource(resourceArn=arn)["tags"])
        with self.doing(f"read the lifecycle policy of repository {name}", "LifecyclePolicyNotFoundException"):
            parts["lifecycle_policy"] = json.loads(self.client.get_lifecycle_policy(**self.key)["lifecyclePolicyText"])
        return parts

    def wanted(self, current: Mapping[str, Any]) -> dict[str, Any]:
        return wanted(self.params, current)

    def apply(self, todo: Plan) -> None:
        name = self.params["name"]
        if "repository" in todo.delete:
            with self.doing(f"delete repository {name}"):
                self.client.delete_repository(**self.key, force=self.params["force"])
            return
        if "repository" in todo.create:
            self._create(todo.create["repository"], todo.after("tags") or {})
        elif "repository" in todo.update:
            self._update(todo.update["repository"][1])
        if "tags" in todo.update:
            self.tag(f"repository {self.params['name']}", self._arn(), *todo.update["tags"])
        if policy := todo.after("lifecycle_policy"):
            with self.doing(f"put the lifecycle policy of repository {name}"):
                self.client.put_lifecycle_policy(**self.key, lifecyclePolicyText=json.dumps(policy))
        if "lifecycle_policy" in todo.delete:
            with self.doing(f"delete the lifecycle policy of repository {name}"):
                self.client.delete_lifecycle_policy(**self.key)

    def _create(self, repository: Mapping[str, Any], tags: Mapping[str, str]) -> None:
        request: dict[str, Any] = {
            "imageScanningConfiguration": {"scanOnPush": repository.get("scan_on_push", False)},
            "imageTagMutability": MUTABILITY[repository.get("immutable_tags", False)],
            "tags": tag_list(tags),
        }
        if repository.get("kms_key"):
            request["encryptionConfiguration"] = {"encryptionType": "KMS", "kmsKey": repository["kms_key"]}
        with self.doing(f"create repository {self.params['name']}"):
            self.client.create_repository(**self.key, **request)

    def _update(self, repository: Mapping[str, Any]) -> None:
        with self.doing(f"change repository {self.params['name']}"):
            if "scan_on_push" in repository:
                scanning = {"scanOnPush": repository["scan_on_push"]}
                self.client.put_image_scanning_configuration(**self.key, imageScanningConfiguration=scanning)
            if "immutable_tags" in repository:
                self.client.put_image_tag_mutability(**self.key, imageTagMutability=MUTABILITY[repository["immutable_tags"]])

    def _arn(self) -> str:
        with self.doing(f"read repository {self.params['name']}"):
            found = self.client.describe_repositories(repositoryNames=[self.params["name"]])["repositories"]
        return str(found[0]["repositoryArn"])


def main() -> None:
    module = AnsibleAWSModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    converge(module, Repository(module), "repository")


if __name__ == "__main__":
    main()
