# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Tags of dashboards, and tags that live and die with their alarm or dashboard.

Follows the Amazon CloudWatch API reference: PutDashboard, PutMetricAlarm, DeleteDashboards, DeleteAlarms, TagResource.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from moto.cloudwatch.models import CloudWatchBackend
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.resource_tagging import TaggedResource
from moto.core.responses import ActionResult


def apply() -> None:
    put_dashboard = CloudWatchResponse.put_dashboard
    put_metric_alarm = CloudWatchBackend.put_metric_alarm
    delete_alarms = CloudWatchBackend.delete_alarms
    delete_dashboards = CloudWatchBackend.delete_dashboards
    tag_resource = CloudWatchBackend.tag_resource
    iter_tagged_resources = CloudWatchBackend.iter_tagged_resources

    def put_dashboard_with_tags(self: CloudWatchResponse) -> ActionResult:
        backend, name = self.cloudwatch_backend, self._get_param("DashboardName")
        new = backend.get_dashboard(name) is None
        result = put_dashboard(self)
        if new and (tags := self._get_param("Tags", [])):
            backend.tagger.tag_resource(backend.get_dashboard(name).arn, tags)
        return result

    def put_metric_alarm_with_tags(self: CloudWatchBackend, name: str, *args: Any, **kwargs: Any) -> Any:
        if name in self.alarms:
            kwargs["tags"] = []
        return put_metric_alarm(self, name, *args, **kwargs)

    def delete_alarms_with_tags(self: CloudWatchBackend, alarm_names: list[str]) -> None:
        for alarm in [self.alarms[name] for name in alarm_names if name in self.alarms]:
            self.tagger.delete_all_tags_for_resource(alarm.alarm_arn)
        delete_alarms(self, alarm_names)

    def delete_dashboards_with_tags(self: CloudWatchBackend, dashboards: list[str]) -> str | None:
        arns = [self.dashboards[name].arn for name in dashboards if name in self.dashboards]
        error = delete_dashboards(self, dashboards)
        if error is None:
            for arn in arns:
                self.tagger.delete_all_tags_for_resource(arn)
        return error

    def tag_any_resource(self: CloudWatchBackend, arn: str, tags: dict[str, str]) -> None:
        if arn in [dashboard.arn for dashboard in self.dashboards.values()]:
            self.tagger.tag_resource(arn, self.tagger.convert_dict_to_tags_input(tags))
        else:
            tag_resource(self, arn, tags)

    def iter_all_tagged_resources(self: CloudWatchBackend) -> Iterator[TaggedResource]:
        yield from iter_tagged_resources(self)
        for dashboard in self.dashboards.values():
            tags = self.tagger.get_tag_dict_for_resource(dashboard.arn)
            yield TaggedResource(arn=dashboard.arn, tags=tags, resource_type="cloudwatch:dashboard")

    CloudWatchResponse.put_dashboard = put_dashboard_with_tags
    CloudWatchBackend.put_metric_alarm = put_metric_alarm_with_tags
    CloudWatchBackend.delete_alarms = delete_alarms_with_tags
    CloudWatchBackend.delete_dashboards = delete_dashboards_with_tags
    CloudWatchBackend.tag_resource = tag_any_resource
    CloudWatchBackend.iter_tagged_resources = iter_all_tagged_resources
