# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Amazon EC2: launch templates whose own tags stay out of their data, and versions that are read alike and can be deleted.

Follows the Amazon EC2 API reference: CreateLaunchTemplate ("TagSpecification: the tags to apply to the launch template on
creation"), CreateLaunchTemplateVersion (user data in base64) and DeleteLaunchTemplateVersions.
"""

from __future__ import annotations

import functools
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.exceptions import InvalidLaunchTemplateVersionNotFound
from moto.ec2.models.launch_templates import LaunchTemplate, LaunchTemplateBackend, LaunchTemplateVersion
from moto.ec2.responses.launch_templates import LaunchTemplates
from moto.ec2.utils import parse_user_data


def apply() -> None:
    LaunchTemplateBackend.create_launch_template = without_own_tags(LaunchTemplateBackend.create_launch_template)
    LaunchTemplateVersion.__init__ = with_user_data(LaunchTemplateVersion.__init__)  # type: ignore[method-assign]
    LaunchTemplate.create_version = create_version  # type: ignore[method-assign]
    LaunchTemplate.get_version = get_version  # type: ignore[method-assign]
    LaunchTemplate.default_version = default_version  # type: ignore[method-assign]
    # Those of now, not those that the template was made with.
    LaunchTemplate.tags = property(lambda self: self.get_tags(), lambda self, tags: None)  # type: ignore[assignment]
    LaunchTemplates.delete_launch_template_versions = delete_launch_template_versions


def without_own_tags(create: Any) -> Any:
    @functools.wraps(create)
    def create_launch_template(self: Any, name: str, description: str, template_data: dict[str, Any], tag_spec: Any) -> Any:
        specifications = template_data.pop("TagSpecifications", [])
        if kept := [one for one in specifications if one["ResourceType"] != "launch-template"]:
            template_data["TagSpecifications"] = kept
        return create(self, name, description, template_data, tag_spec)

    return create_launch_template


def with_user_data(plain: Any) -> Any:
    @functools.wraps(plain)
    def init(self: Any, template: Any, number: int, data: dict[str, Any], description: str) -> None:
        if isinstance(data.get("UserData"), str | bytes):
            data["UserData"] = parse_user_data(data["UserData"])
        plain(self, template, number, data, description)

    return init


def create_version(self: Any, data: dict[str, Any], description: str) -> LaunchTemplateVersion:
    """Numbers are not used again when a version is deleted."""
    self.last_number = getattr(self, "last_number", 0) + 1
    version = LaunchTemplateVersion(self, self.last_number, data, description)
    self.versions.append(version)
    return version


def get_version(self: Any, num: Any) -> LaunchTemplateVersion:
    named = {"$latest": self.versions[-1].number, "$default": self.default_version_number}
    number = named.get(str(num).lower(), num)
    for version in self.versions:
        if str(version.number) == str(number):
            return version
    raise InvalidLaunchTemplateVersionNotFound(template_id=self.id, version=num)


def default_version(self: Any) -> LaunchTemplateVersion:
    return get_version(self, "$default")


def delete_launch_template_versions(self: Any) -> ActionResult:
    template_id, name = self._get_param("LaunchTemplateId"), self._get_param("LaunchTemplateName")
    backend = self.ec2_backend
    template = backend.get_launch_template(template_id) if template_id else backend.get_launch_template_by_name(name)
    deleted, kept = [], []
    for number in self._get_param("Versions", []):
        version = get_version(template, number)
        item = {"LaunchTemplateId": template.id, "LaunchTemplateName": template.name, "VersionNumber": version.number}
        if template.is_default(version):
            error = {"Code": "unexpectedError", "Message": "You cannot delete the default version of a launch template."}
            kept.append({**item, "ResponseError": error})
        else:
            template.versions.remove(version)
            deleted.append(item)
    return ActionResult(
        {"SuccessfullyDeletedLaunchTemplateVersions": deleted, "UnsuccessfullyDeletedLaunchTemplateVersions": kept}
    )
