#!/usr/bin/python
# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: cloudwatch_dashboard
version_added: 0.1.0
short_description: Manage an Amazon CloudWatch dashboard
description:
  - Creates, changes and deletes a dashboard with its tags.
  - What CloudWatch finds wrong with a widget is given as warnings.
  - Follows the Amazon CloudWatch API reference, actions PutDashboard, GetDashboard, DeleteDashboards and TagResource.
author:
  - The Groundwork authors (@groundwork)
options:
  name:
    description: Name of the dashboard. Dashboards are global, so it is unique in the account, not in a region.
    type: str
    required: true
  body:
    description:
      - What the dashboard shows, in the form of "Dashboard body structure and syntax" in the Amazon CloudWatch API reference.
      - It is compared by content and replaced as a whole. Required to create a dashboard.
    type: dict
extends_documentation_fragment:
  - groundwork.cloud.converge
  - groundwork.cloud.tags
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Show the load of the web service
  groundwork.cloud.cloudwatch_dashboard:
    name: shop-production-watch
    body:
      widgets:
        - type: metric
          width: 12
          height: 6
          properties:
            title: Processor
            region: us-east-1
            metrics: [[AWS/ECS, CPUUtilization, ClusterName, shop-production, ServiceName, shop-production-web]]

- name: Remove the dashboard
  groundwork.cloud.cloudwatch_dashboard:
    name: shop-production-watch
    state: absent
"""

RETURN = r"""
dashboard:
  description: The dashboard; empty when it is absent.
  returned: always
  type: dict
  contains:
    name:
      description: Its name.
      type: str
      sample: shop-production-watch
    arn:
      description: Its ARN. Known once the dashboard exists.
      type: str
      sample: arn:aws:cloudwatch::111122223333:dashboard/shop-production-watch
    body:
      description: What it shows.
      type: dict
      sample: {"widgets": []}
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
from ..module_utils.plan import Plan, exact

ARGUMENTS: dict[str, Any] = {
    "name": {"type": "str", "required": True},
    "body": {"type": "dict"},
    **STATE_OPTION,
    **TAG_OPTIONS,
}


class DashboardError(AwsError):
    """A failed call to Amazon CloudWatch."""


def wanted(params: Mapping[str, Any], current: Mapping[str, Any]) -> dict[str, Any]:
    """The declared parts: C(dashboard), C(body), C(tags)."""
    if params["state"] == "absent":
        return dict.fromkeys(current)
    if not current and params["body"] is None:
        raise DashboardError(f"create dashboard {params['name']}", "it needs a body; set body to what it shall show")
    parts: dict[str, Any] = {"dashboard": {"name": params["name"]}, **tags_part(params)}
    if params["body"] is not None:
        parts["body"] = exact(params["body"])
    return parts


class Dashboard(Service):
    name = "cloudwatch"
    error = DashboardError

    @property
    def dashboard(self) -> str:
        return str(self.params["name"])

    def read(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        with self.doing(f"read dashboard {self.dashboard}", "ResourceNotFound", "DashboardNotFoundError"):
            found = self.client.get_dashboard(DashboardName=self.dashboard)
        if not found:
            return {}
        with self.doing(f"read the tags of dashboard {self.dashboard}"):
            tags = tag_dict(self.client.list_tags_for_resource(ResourceARN=found["DashboardArn"])["Tags"])
        return {
            "dashboard": {"name": self.dashboard, "arn": found["DashboardArn"]},
            "body": json.loads(found["DashboardBody"]),
            "tags": tags,
        }

    def wanted(self, current: Mapping[str, Any]) -> dict[str, Any]:
        return wanted(self.params, current)

    def apply(self, todo: Plan) -> None:
        if "dashboard" in todo.delete:
            with self.doing(f"delete dashboard {self.dashboard}", "ResourceNotFound", "DashboardNotFoundError"):
                self.client.delete_dashboards(DashboardNames=[self.dashboard])
            return
        if body := todo.after("body"):
            # Tags are taken by a call that creates the dashboard and ignored by one that changes it.
            tags = todo.create.get("tags")
            arguments = {"Tags": tag_list(tags)} if tags else {}
            with self.doing(f"put dashboard {self.dashboard}"):
                said = self.client.put_dashboard(DashboardName=self.dashboard, DashboardBody=json.dumps(body), **arguments)
            for message in said.get("DashboardValidationMessages", []):
                self._module.warn(f"dashboard {self.dashboard}: {message.get('DataPath', '')} {message['Message']}")
        if "tags" in todo.update:
            with self.doing(f"read dashboard {self.dashboard}"):
                arn = self.client.get_dashboard(DashboardName=self.dashboard)["DashboardArn"]
            self.tag(f"dashboard {self.dashboard}", arn, *todo.update["tags"])


def main() -> None:
    module = AnsibleAWSModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    converge(module, Dashboard(module), "dashboard")


if __name__ == "__main__":
    main()
