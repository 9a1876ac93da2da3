#!/usr/bin/python
# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: launch_template
version_added: 0.1.0
short_description: Manage an Amazon EC2 launch template
description:
  - Creates and deletes a launch template, and adds a version of it whenever the declared data is another.
  - The newest version is the default one.
  - In check mode, too, the version that an apply would make is returned.
  - Follows the Amazon EC2 API reference, actions CreateLaunchTemplate, CreateLaunchTemplateVersion, ModifyLaunchTemplate and
    DeleteLaunchTemplate.
author:
  - The Groundwork authors (@groundwork)
options:
  name:
    description: Name of the launch template.
    type: str
    required: true
  data:
    description:
      - What instances are launched with, in the form of RequestLaunchTemplateData in the Amazon EC2 API reference.
      - C(UserData) has an option of its own.
      - It is compared whole, but for what Amazon EC2 adds inside of its members. A new template has to have it.
    type: dict
  user_data:
    description: What an instance runs when it first starts, as plain text. Every program on it can read it, secrets included.
    type: str
    default: ""
extends_documentation_fragment:
  - groundwork.cloud.converge
  - groundwork.cloud.tags
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Launch the machines of the shop with encrypted disks, and metadata for who has a token
  groundwork.cloud.launch_template:
    name: shop-production-web
    data:
      ImageId: resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64
      InstanceType: t4g.small
      MetadataOptions: {HttpTokens: required, HttpPutResponseHopLimit: 1}
      BlockDeviceMappings:
        - {DeviceName: /dev/xvda, Ebs: {VolumeType: gp3, VolumeSize: 20, Encrypted: true, DeleteOnTermination: true}}
    tags: {team: shop}

- name: Remove the template with all its versions
  groundwork.cloud.launch_template:
    name: shop-production-web
    state: absent
"""

RETURN = r"""
launch_template:
  description: The launch template; empty when it is absent.
  returned: always
  type: dict
  contains:
    name:
      description: Its name.
      type: str
      sample: shop-production-web
    id:
      description: Its id. Known once the template exists.
      type: str
      sample: lt-0123456789abcdef0
    version:
      description: Its newest version, which is the default one.
      type: int
      sample: 3
    default_version:
      description: The version that is taken where none is named.
      type: int
      sample: 3
    data:
      description: What instances are launched with.
      type: dict
      sample: {"ImageId": "ami-0123456789abcdef0", "InstanceType": "t4g.small"}
    user_data:
      description: What an instance runs when it first starts.
      type: dict
      sample: {"text": "#!/bin/sh"}
    tags:
      description: The tags.
      type: dict
      sample: {"groundwork:stack": "shop"}
"""

import base64
from collections.abc import Mapping
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ..module_utils.aws import STATE_OPTION, TAG_OPTIONS, AwsError, converge, tag_dict, tag_list, tags_part
from ..module_utils.ec2 import Ec2
from ..module_utils.plan import Exact, Plan, matches

ARGUMENTS: dict[str, Any] = {
    "name": {"type": "str", "required": True},
    "data": {"type": "dict"},
    "user_data": {"type": "str", "default": ""},
    **STATE_OPTION,
    **TAG_OPTIONS,
}


class TemplateError(AwsError):
    """A failed call to Amazon EC2 about a launch template."""


def wanted(params: Mapping[str, Any], current: Mapping[str, Any]) -> dict[str, Any]:
    """The declared parts: C(launch_template), C(data), C(user_data), C(tags)."""
    if params["state"] == "absent":
        return {"launch_template": None} if current else {}
    if params["data"] is None:
        if not current:
            raise TemplateError(f"create launch template {params['name']}", "it has no data; declare it")
        return {"launch_template": {"name": params["name"]}, **tags_part(params)}
    if "UserData" in params["data"]:
        cause = "its data holds UserData; declare it as user_data, in plain text"
        raise TemplateError(f"change launch template {params['name']}", cause)
    parts = {"data": Exact(params["data"]), "user_data": {"text": params["user_data"]}}
    standing = current.get("launch_template", {})
    same = all(matches(current.get(part, {}), want) for part, want in parts.items())
    version = standing.get("version", 0) + (0 if same else 1)
    template = {"name": params["name"], "version": version, "default_version": version}
    return {"launch_template": template, **parts, **tags_part(params)}


def described(template: Mapping[str, Any], data: Mapping[str, Any]) -> dict[str, Any]:
    """Amazon EC2's LaunchTemplate and the data of its newest version, as parts."""
    text = base64.b64decode(data.get("UserData") or "").decode(errors="replace")
    return {
        "launch_template": {
            "name": template["LaunchTemplateName"],
            "id": template["LaunchTemplateId"],
            "version": template["LatestVersionNumber"],
            "default_version": template["DefaultVersionNumber"],
        },
        "data": {key: value for key, value in data.items() if key != "UserData"},
        "user_data": {"text": text},
        "tags": tag_dict(template.get("Tags")),
    }


class LaunchTemplate(Ec2):
    error = TemplateError

    @property
    def key(self) -> dict[str, str]:
        return {"LaunchTemplateName": self.params["name"]}

    def read(self) -> dict[str, Any]:
        found: list[dict[str, Any]] = []
        with self.doing(f"read launch template {self.params['name']}", "InvalidLaunchTemplateName.NotFoundException"):
            found = self.client.describe_launch_templates(LaunchTemplateNames=[self.params["name"]])["LaunchTemplates"]
        if not found:
            return {}
        with self.doing(f"read the newest version of launch template {self.params['name']}"):
            versions = self.client.describe_launch_template_versions(**self.key, Versions=["$Latest"])["LaunchTemplateVersions"]
        return described(found[0], versions[0]["LaunchTemplateData"])

    def wanted(self, current: Mapping[str, Any]) -> dict[str, Any]:
        if self.params["data"] is not None:
            request = {**self.key, "LaunchTemplateData": self.params["data"]}
            typed = self.checked(f"change launch template {self.params['name']}", "CreateLaunchTemplate", **request)
            self.params["data"] = typed["LaunchTemplateData"]
        return wanted(self.params, current)

    def apply(self, todo: Plan) -> None:
        name = self.params["name"]
        if "launch_template" in todo.delete:
            with self.doing(f"delete launch template {name}", "InvalidLaunchTemplateName.NotFoundException"):
                self.client.delete_launch_template(**self.key)
            return
        if "launch_template" in todo.create:
            tags = [{"ResourceType": "launch-template", "Tags": tag_list(tags)}] if (tags := todo.after("tags")) else []
            with self.doing(f"create launch template {name}"):
                self.client.create_launch_template(**self.key, LaunchTemplateData=self._data(), TagSpecifications=tags)
            return
        if "launch_template" in todo.update:
            self._add_version(todo)
        if "tags" in todo.update:
            template = self.read()["launch_template"]["id"]
            self.tag(f"launch template {self.params['name']}", template, *todo.update["tags"])

    def _data(self) -> dict[str, Any]:
        text = self.params["user_data"]
        user_data = {"UserData": base64.b64encode(text.encode()).decode()} if text else {}
        return {**self.params["data"], **user_data}

    def _add_version(self, todo: Plan) -> None:
        with self.doing(f"change launch template {self.params['name']}"):
            version = todo.before("launch_template")["version"]
            if todo.after("data") is not None or todo.after("user_data") is not None:
                made = self.client.create_launch_template_version(**self.key, LaunchTemplateData=self._data())
                version = made["LaunchTemplateVersion"]["VersionNumber"]
            self.client.modify_launch_template(**self.key, DefaultVersion=str(version))


def main() -> None:
    module = AnsibleAWSModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    converge(module, LaunchTemplate(module), "launch_template")


if __name__ == "__main__":
    main()
