# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Amazon EventBridge Scheduler: a schedule needs its group and a role that lets the service in; what is not there is an error.

API reference: CreateSchedule, UpdateSchedule, CreateScheduleGroup, DeleteScheduleGroup, and "Errors" of each; user guide,
"Setting up": the execution role. The Tagging API lists groups. Schedules invoke nothing here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.core.resource_tagging import TaggableResourcesMixin, TaggedResource
from moto.iam.models import iam_backends
from moto.scheduler.exceptions import ValidationException
from moto.scheduler.models import EventBridgeSchedulerBackend as Backend
from moto.scheduler.models import Schedule, ScheduleGroup
from moto.scheduler.responses import EventBridgeSchedulerResponse as Response
from moto.utilities.utils import get_partition

SERVICE = "scheduler.amazonaws.com"


def apply() -> None:
    create, update, answer_update = Backend.create_schedule, Backend.update_schedule, Response.update_schedule
    create_group, delete_group = Backend.create_schedule_group, Backend.delete_schedule_group

    def create_schedule(self: Backend, *, group_name: str, target: dict[str, Any], **arguments: Any) -> Schedule:
        self.get_schedule_group(group_name)
        _check_role(self, target)
        arguments["action_after_completion"] = arguments.get("action_after_completion") or "NONE"
        return create(self, group_name=group_name, target=target, **arguments)

    def update_schedule(self: Backend, *, target: dict[str, Any], **arguments: Any) -> Schedule:
        _check_role(self, target)
        return update(self, target=target, **{**arguments, "state": arguments.get("state") or "ENABLED"})

    def answer_update_whole(self: Response) -> str:
        """An update replaces what happens after the last invocation, too."""
        answer = answer_update(self)
        name = self.uri.split("?")[0].split("/")[-1]
        schedule = self.scheduler_backend.get_schedule(self._get_param("GroupName"), name)
        schedule.action_after_completion = self._get_param("ActionAfterCompletion") or "NONE"
        return answer

    def create_schedule_group(self: Backend, name: str, tags: list[dict[str, str]] | None) -> ScheduleGroup:
        if name in self.schedule_groups:
            raise JsonRESTError("ConflictException", f"Schedule group {name} already exists.")
        return create_group(self, name, tags or [])

    def delete_schedule_group(self: Backend, name: str | None) -> None:
        arn = self.get_schedule_group(name).arn
        delete_group(self, name)
        self.tagger.delete_all_tags_for_resource(arn)

    Backend.create_schedule = create_schedule
    Backend.update_schedule = update_schedule
    Backend.create_schedule_group = create_schedule_group
    Backend.delete_schedule_group = delete_schedule_group
    Response.update_schedule = answer_update_whole
    Backend.__bases__ = (*Backend.__bases__, TaggableResourcesMixin)
    Backend.SERVICE_NAMESPACE = "scheduler"
    Backend.iter_tagged_resources = iter_tagged_resources


def iter_tagged_resources(self: Backend) -> Iterator[TaggedResource]:
    for group in self.schedule_groups.values():
        tags = self.tagger.get_tag_dict_for_resource(group.arn)
        yield TaggedResource(arn=group.arn, tags=tags, resource_type="scheduler:schedule-group")


def _check_role(backend: Backend, target: dict[str, Any]) -> None:
    roles = iam_backends[backend.account_id][get_partition(backend.region_name)].roles.values()
    document = next((role.assume_role_policy_document for role in roles if role.arn == target["RoleArn"]), "{}")
    statements = json.loads(document).get("Statement", [])
    services = [statement.get("Principal", {}).get("Service", []) for statement in statements]
    if SERVICE not in [name for one in services for name in ([one] if isinstance(one, str) else one)]:
        raise ValidationException("The execution role you provide must allow AWS EventBridge Scheduler to assume the role.")
