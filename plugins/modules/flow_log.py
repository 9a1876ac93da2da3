#!/usr/bin/python
# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: flow_log
version_added: 0.1.0
short_description: Manage a VPC flow log
description:
  - Creates, replaces and deletes a flow log of a VPC, a subnet or a network interface.
  - Follows the Amazon EC2 API reference, actions CreateFlowLogs, DescribeFlowLogs and DeleteFlowLogs.
notes:
  - Flow logs have no names. The flow log is that of O(resource) and, when O(tags) has a C(Name), the one that carries it.
  - Nothing but the tags of a flow log can change. A changed option deletes it and creates another, which carries on with the
    settings and tags that are not declared; the diff shows what differs. Traffic in between is not logged.
author:
  - The Groundwork authors (@groundwork)
options:
  resource:
    description: Id of the VPC, subnet or network interface whose traffic is logged.
    type: str
    required: true
  traffic_type:
    description: Which traffic is logged; left out, a new flow log has all.
    type: str
    choices: [accept, reject, all]
  log_group:
    description: Name of the CloudWatch Logs group that the log goes to; with O(role_arn).
    type: str
  role_arn:
    description: ARN of the IAM role by which the log is written to O(log_group).
    type: str
  bucket_arn:
    description: ARN of the S3 bucket that the log goes to, with or without a folder in it, C(arn:aws:s3:::logs/flows/).
    type: str
  max_aggregation_interval:
    description: Seconds of traffic in one record at most; left out, a new flow log has 600.
    type: int
    choices: [60, 600]
  log_format:
    description: Fields of a record, C(${srcaddr} ${dstaddr} ${action}); left out, a new flow log has the default ones of AWS.
    type: str
  wait_timeout:
    description: How many seconds a creation waits for a role that was just made to be usable.
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
- name: Log what the VPC refuses
  groundwork.cloud.flow_log:
    resource: vpc-0a1b2c3d4e5f67890
    traffic_type: reject
    log_group: shop-production-flows
    role_arn: arn:aws:iam::111122223333:role/shop-production-flows
    tags: {Name: shop-production-main-flows}

- name: Keep all traffic of a subnet in a bucket
  groundwork.cloud.flow_log:
    resource: subnet-0a1b2c3d4e5f67890
    bucket_arn: arn:aws:s3:::shop-production-logs/flows/

- name: Log no more
  groundwork.cloud.flow_log:
    resource: vpc-0a1b2c3d4e5f67890
    state: absent
"""

RETURN = r"""
flow_log:
  description: The flow log; empty when it is absent.
  returned: always
  type: dict
  contains:
    id:
      description: Its id. Known once the flow log exists.
      type: str
      sample: fl-0a1b2c3d4e5f67890
    resource:
      description: What it logs.
      type: str
      sample: vpc-0a1b2c3d4e5f67890
    traffic_type:
      description: Which traffic it logs.
      type: str
      sample: all
    log_group:
      description: The log group that it goes to.
      returned: when it goes to CloudWatch Logs
      type: str
      sample: shop-production-flows
    role_arn:
      description: The role by which it is written.
      returned: when it goes to CloudWatch Logs
      type: str
      sample: arn:aws:iam::111122223333:role/shop-production-flows
    bucket_arn:
      description: The bucket that it goes to.
      returned: when it goes to S3
      type: str
      sample: arn:aws:s3:::shop-production-logs/flows/
    max_aggregation_interval:
      description: Seconds of traffic in one record at most.
      type: int
      sample: 600
    log_format:
      description: The fields of a record.
      type: str
      sample: ${srcaddr} ${dstaddr} ${action}
    delivery_error:
      description: Why records can't be delivered.
      returned: when they can't
      type: str
      sample: Access error
    tags:
      description: The tags.
      type: dict
      sample: {"Name": "shop-production-main-flows"}
"""

from collections.abc import Mapping
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ..module_utils.aws import (
    STATE_OPTION,
    TAG_OPTIONS,
    AwsError,
    converge,
    raise_unsuccessful,
    tag_dict,
    tag_list,
    tags_part,
    tags_to_remove,
)
from ..module_utils.ec2 import Ec2
from ..module_utils.naming import NAME_TAG
from ..module_utils.plan import Plan, declared

ARGUMENTS: dict[str, Any] = {
    "resource": {"type": "str", "required": True},
    "traffic_type": {"type": "str", "choices": ["accept", "reject", "all"]},
    "log_group": {"type": "str"},
    "role_arn": {"type": "str"},
    "bucket_arn": {"type": "str"},
    "max_aggregation_interval": {"type": "int", "choices": [60, 600]},
    "log_format": {"type": "str"},
    "wait_timeout": {"type": "int", "default": 120},
    **STATE_OPTION,
    **TAG_OPTIONS,
}
SETTINGS = ("resource", "traffic_type", "log_group", "role_arn", "bucket_arn", "max_aggregation_interval", "log_format")
RESOURCE_TYPES = {"vpc": "VPC", "subnet": "Subnet", "eni": "NetworkInterface"}
# A role is known to IAM some seconds before it is known to the other services.
NOT_YET = "Unable to assume given IAM role"


class FlowLogError(AwsError):
    """A failed call to Amazon EC2 on behalf of a flow log."""


def wanted(params: Mapping[str, Any]) -> dict[str, Any]:
    """The declared parts: C(flow_log), C(tags)."""
    if params["state"] == "absent":
        return {"flow_log": None}
    return {"flow_log": declared({option: params[option] for option in SETTINGS}), **tags_part(params)}


def described(flow_log: Mapping[str, Any]) -> dict[str, Any]:
    """Amazon EC2's FlowLog in the words of this module's options."""
    destination = flow_log.get("LogDestination", "")
    bucket = destination if flow_log.get("LogDestinationType") == "s3" else None
    group = None if bucket else flow_log.get("LogGroupName") or destination.split(":log-group:")[-1].removesuffix(":*")
    return declared(
        {
            "id": flow_log["FlowLogId"],
            "resource": flow_log["ResourceId"],
            "traffic_type": flow_log["TrafficType"].lower(),
            "log_group": group,
            "role_arn": None if bucket else flow_log.get("DeliverLogsPermissionArn"),
            "bucket_arn": bucket,
            "max_aggregation_interval": flow_log.get("MaxAggregationInterval"),
            "log_format": flow_log.get("LogFormat"),
            "delivery_error": flow_log.get("DeliverLogsErrorMessage"),
        }
    )


def successor(have: Mapping[str, Any], want: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of a flow log that takes another's place: the declared ones, and the rest as they were."""
    other = ("log_group", "role_arn") if "bucket_arn" in want else ("bucket_arn",) if "log_group" in want else ()
    return {option: value for option, value in {**have, **want}.items() if option in SETTINGS and option not in other}


def request(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings as CreateFlowLogs takes them. Raises C(ValueError), with the cure, for settings that make no flow log."""
    kind = RESOURCE_TYPES.get(settings["resource"].split("-")[0])
    if not kind:
        raise ValueError(f"{settings['resource']} is no VPC, subnet or network interface; give the id of one")
    if "bucket_arn" in settings:
        destination = {"LogDestinationType": "s3", "LogDestination": settings["bucket_arn"]}
    elif "log_group" in settings and "role_arn" in settings:
        destination = {
            "LogDestinationType": "cloud-watch-logs",
            "LogGroupName": settings["log_group"],
            "DeliverLogsPermissionArn": settings["role_arn"],
        }
    else:
        raise ValueError("it has nowhere to go; declare log_group and role_arn, or bucket_arn")
    optional = {
        "MaxAggregationInterval": settings.get("max_aggregation_interval"),
        "LogFormat": settings.get("log_format"),
    }
    return {
        "ResourceIds": [settings["resource"]],
        "ResourceType": kind,
        "TrafficType": settings.get("traffic_type", "all").upper(),
        **destination,
        **declared(optional),
    }


class FlowLog(Ec2):
    error = FlowLogError

    @property
    def what(self) -> str:
        return f"the flow log of {self.params['resource']}"

    def read(self) -> dict[str, Any]:
        filters = {"resource-id": self.params["resource"]}
        if name := (self.params["tags"] or {}).get(NAME_TAG):
            filters[f"tag:{NAME_TAG}"] = name
        listed = [{"Name": key, "Values": [value]} for key, value in filters.items()]
        found: list[dict[str, Any]] = []
        with self.doing(f"read {self.what}"):
            found = self.pages("describe_flow_logs", "FlowLogs", Filter=listed)
        if len(found) > 1:
            ids = ", ".join(one["FlowLogId"] for one in found)
            raise FlowLogError(f"read {self.what}", f"there are several, {ids}; say which by a tag Name")
        return {"flow_log": described(found[0]), "tags": tag_dict(found[0].get("Tags"))} if found else {}

    def wanted(self, current: Mapping[str, Any]) -> dict[str, Any]:
        return wanted(self.params)

    def apply(self, todo: Plan) -> None:
        if "flow_log" in todo.delete:
            self._delete(todo.delete["flow_log"]["id"])
        elif "flow_log" in todo.create:
            self._create(todo.create["flow_log"], todo.after("tags") or {})
        elif "flow_log" in todo.update:
            self._replace(todo)
        elif "tags" in todo.update:
            self.tag(self.what, self.read()["flow_log"]["id"], *todo.update["tags"])

    def _replace(self, todo: Plan) -> None:
        old = self.read()
        settings = successor(old["flow_log"], todo.update["flow_log"][1])
        self._request(settings)  # before the old one is gone
        tags = {**old["tags"], **(todo.after("tags") or {})}
        gone = tags_to_remove(todo)
        self._delete(old["flow_log"]["id"])
        self._create(settings, {key: value for key, value in tags.items() if key not in gone})

    def _request(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        try:
            return request(settings)
        except ValueError as error:
            raise FlowLogError(f"create {self.what}", str(error)) from error

    def _create(self, settings: Mapping[str, Any], tags: Mapping[str, str]) -> None:
        asked = self._request(settings)
        if tags:
            asked["TagSpecifications"] = [{"ResourceType": "vpc-flow-log", "Tags": tag_list(tags)}]

        with self.doing(f"create {self.what}"):
            self.persist(
                f"the role of {self.what}",
                lambda: raise_unsuccessful("CreateFlowLogs", self.client.create_flow_logs(**asked)),
                NOT_YET,
            )

    def _delete(self, flow_log: str) -> None:
        with self.doing(f"delete {self.what}", "InvalidFlowLogId.NotFound"):
            raise_unsuccessful("DeleteFlowLogs", self.client.delete_flow_logs(FlowLogIds=[flow_log]))


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec=ARGUMENTS,
        supports_check_mode=True,
        mutually_exclusive=[("log_group", "bucket_arn"), ("role_arn", "bucket_arn")],
    )
    converge(module, FlowLog(module), "flow_log")


if __name__ == "__main__":
    main()
