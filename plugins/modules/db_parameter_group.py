#!/usr/bin/python
# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: db_parameter_group
version_added: 0.1.0
short_description: Manage an Amazon RDS DB parameter group
description:
  - Creates, changes and deletes a DB parameter group of any family, for instances or for clusters. Only the parameters that are
    declared are looked at.
  - A dynamic parameter takes effect at once, a static one when the database is next rebooted, which this module does not do.
  - Follows the Amazon RDS API reference, actions CreateDBParameterGroup, DescribeDBParameters, ModifyDBParameterGroup and
    DeleteDBParameterGroup, and those of a DBClusterParameterGroup.
author:
  - The Groundwork authors (@groundwork)
options:
  name:
    description: Name of the group, in lower case.
    type: str
    required: true
  kind:
    description: Whether it is a group for instances or one for clusters. Each kind has names of its own.
    type: str
    choices: [instance, cluster]
    default: instance
  family:
    description: Engine family, for instance V(postgres16) or V(aurora-postgresql16). It stays for life.
    type: str
  description:
    description: What the group is for. It is written when the group is created and not compared later. Left out, its name.
    type: str
  parameters:
    description: Parameters and their values. A boolean is written as C(1) or C(0).
    type: dict
extends_documentation_fragment:
  - groundwork.cloud.converge
  - groundwork.cloud.tags
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: A database that logs slow queries
  groundwork.cloud.db_parameter_group:
    name: shop-production-postgres-postgres16
    family: postgres16
    parameters:
      log_min_duration_statement: 500
      rds.force_ssl: true

- name: A cluster that takes encrypted connections alone
  groundwork.cloud.db_parameter_group:
    name: shop-production-aurora-aurora-postgresql16
    kind: cluster
    family: aurora-postgresql16
    parameters:
      rds.force_ssl: true

- name: Delete the group of the database
  groundwork.cloud.db_parameter_group:
    name: shop-production-postgres-postgres16
    state: absent
"""

RETURN = r"""
parameter_group:
  description: The group; empty when it is absent.
  returned: always
  type: dict
  contains:
    name:
      description: Its name.
      type: str
      sample: shop-production-postgres-postgres16
    arn:
      description: Its ARN. Known once the group exists.
      type: str
      sample: arn:aws:rds:us-east-1:111122223333:pg:shop-production-postgres-postgres16
    family:
      description: Its family.
      type: str
      sample: postgres16
    description:
      description: What it is for. Known once the group exists.
      type: str
      sample: shop-production-postgres
    parameters:
      description: The declared parameters.
      returned: when parameters are declared
      type: dict
      sample: {"log_min_duration_statement": "500"}
    tags:
      description: The tags.
      returned: when tags are declared
      type: dict
      sample: {"groundwork:stack": "shop"}
"""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ..module_utils.aws import STATE_OPTION, TAG_OPTIONS, Service, converge, tag_dict, tag_list, tags_part
from ..module_utils.plan import Plan, declared
from ..module_utils.rds import TAGGING, DatabaseError

ARGUMENTS: dict[str, Any] = {
    "name": {"type": "str", "required": True},
    "kind": {"type": "str", "choices": ["instance", "cluster"], "default": "instance"},
    "family": {"type": "str"},
    "description": {"type": "str"},
    "parameters": {"type": "dict"},
    **STATE_OPTION,
    **TAG_OPTIONS,
}
BATCH = 20  # as many parameters as ModifyDBParameterGroup takes at once


def wanted(params: Mapping[str, Any], current: Mapping[str, Any]) -> dict[str, Any]:
    """The declared parts: C(parameter_group), C(parameters), C(tags)."""
    if params["state"] == "absent":
        return {"parameter_group": None}
    group = current.get("parameter_group", {})
    if not group and params["family"] is None:
        cure = "a new group needs a family; declare one, such as postgres16"
        raise DatabaseError(f"create parameter group {params['name']}", cure)
    if params["family"] not in (None, group.get("family", params["family"])):
        raise DatabaseError(
            f"change parameter group {params['name']}",
            f"its family is {group['family']} and can't be changed to {params['family']}; take another name",
        )
    wish = declared({"name": params["name"], "family": params["family"]})
    parts: dict[str, Any] = {"parameter_group": wish, **tags_part(params)}
    if params["parameters"]:
        parts["parameters"] = {name: text(value) for name, value in params["parameters"].items()}
    return parts


def described(group: Mapping[str, Any]) -> dict[str, Any]:
    """Amazon RDS's DBParameterGroup, or DBClusterParameterGroup, in the words of this module's options."""
    word = "DBParameterGroup" if "DBParameterGroupName" in group else "DBClusterParameterGroup"
    return {
        "name": group[f"{word}Name"],
        "arn": group[f"{word}Arn"],
        "family": group["DBParameterGroupFamily"],
        "description": group.get("Description", ""),
    }


def text(value: Any) -> str:
    """A parameter's value as Amazon RDS writes it."""
    return str(int(value)) if isinstance(value, bool) else str(value)


def refuse(name: str, parameters: Iterable[str], known: Mapping[str, Mapping[str, Any]]) -> None:
    """Raise for a parameter that the family does not have, with the nearest that it has, or that nobody can change."""
    for parameter in parameters:
        doing = f"set {parameter} in parameter group {name}"
        if parameter not in known:
            near = difflib.get_close_matches(parameter, known, 1)
            cure = f"did you mean {near[0]}?" if near else "leave it out"
            raise DatabaseError(doing, f"its family has no such parameter; {cure}")
        if not known[parameter].get("IsModifiable", True):
            raise DatabaseError(doing, "Amazon RDS does not let it be changed; leave it out")


def batches(parameters: Mapping[str, str], known: Mapping[str, Mapping[str, Any]]) -> Iterator[list[dict[str, str]]]:
    """Parameters in the numbers that a call takes; AWS refuses a static one that is to take effect at once."""
    listed = [
        {
            "ParameterName": name,
            "ParameterValue": value,
            "ApplyMethod": "immediate" if known[name].get("ApplyType") == "dynamic" else "pending-reboot",
        }
        for name, value in parameters.items()
    ]
    for start in range(0, len(listed), BATCH):
        yield listed[start : start + BATCH]


class ParameterGroup(Service):
    name = "rds"
    tagging = TAGGING
    error = DatabaseError

    @property
    def is_of_clusters(self) -> bool:
        return bool(self.params["kind"] == "cluster")

    @property
    def key(self) -> dict[str, str]:
        return {"DBClusterParameterGroupName" if self.is_of_clusters else "DBParameterGroupName": self.params["name"]}

    def call(self, operation: str, **request: Any) -> dict[str, Any]:
        """An operation by its name for instances: C(create_db_parameter_group) is C(create_db_cluster_parameter_group)."""
        name = operation.replace("_db_", "_db_cluster_") if self.is_of_clusters else operation
        answer: dict[str, Any] = getattr(self.client, name)(**self.key, **request)
        return answer

    def group(self) -> dict[str, Any]:
        word = "DBClusterParameterGroups" if self.is_of_clusters else "DBParameterGroups"
        with self.doing(f"read parameter group {self.params['name']}", "DBParameterGroupNotFound"):
            return next(iter(self.call("describe_db_parameter_groups")[word]), {})
        return {}

    def read(self) -> dict[str, Any]:
        name, found = self.params["name"], self.group()
        parameters = {key: text(value) for key, value in (self.params["parameters"] or {}).items()}
        if not found:
            if parameters and self.params["family"] and self.params["state"] == "present":
                refuse(name, parameters, self._defaults(self.params["family"]))
            return {}
        parts: dict[str, Any] = {"parameter_group": described(found)}
        if self.params["state"] == "absent":
            return parts
        if parameters:
            known = self._known()
            refuse(name, [key for key in parameters if parameters[key] != known.get(key, {}).get("ParameterValue")], known)
            parts["parameters"] = {key: known[key].get("ParameterValue", "") for key in parameters}
        if self.params["tags"] is not None:
            with self.doing(f"read the tags of parameter group {name}"):
                arn = parts["parameter_group"]["arn"]
                parts["tags"] = tag_dict(self.client.list_tags_for_resource(ResourceName=arn)["TagList"])
        return parts

    def _known(self) -> dict[str, dict[str, Any]]:
        with self.doing(f"read the parameters of parameter group {self.params['name']}"):
            operation = "describe_db_cluster_parameters" if self.is_of_clusters else "describe_db_parameters"
            return {parameter["ParameterName"]: parameter for parameter in self.pages(operation, "Parameters", **self.key)}
        return {}

    def _defaults(self, family: str) -> dict[str, dict[str, Any]]:
        with self.doing(f"read the parameters of family {family}"):
            operation = f"describe_engine_default_{'cluster_' * self.is_of_clusters}parameters"
            pages = self.client.get_paginator(operation).paginate(DBParameterGroupFamily=family)
            return {item["ParameterName"]: item for page in pages for item in page["EngineDefaults"].get("Parameters", [])}
        return {}

    def wanted(self, current: Mapping[str, Any]) -> dict[str, Any]:
        return wanted(self.params, current)

    def apply(self, todo: Plan) -> None:
        name = self.params["name"]
        if "parameter_group" in todo.delete:
            with self.doing(f"delete parameter group {name}", "DBParameterGroupNotFound"):
                self.call("delete_db_parameter_group")
            return
        if "parameter_group" in todo.create:
            request = {"DBParameterGroupFamily": self.params["family"], "Description": self.params["description"] or name}
            with self.doing(f"create parameter group {name}"):
                self.call("create_db_parameter_group", **request, Tags=tag_list(todo.after("tags") or {}))
        before, after = todo.before("parameters"), todo.after("parameters") or {}
        if differ := {key: value for key, value in after.items() if before.get(key) != value}:
            known = self._known()
            with self.doing(f"set the parameters of parameter group {name}"):
                for batch in batches(differ, known):
                    self.call("modify_db_parameter_group", Parameters=batch)
        if "tags" in todo.update:
            self.tag(f"parameter group {name}", described(self.group())["arn"], *todo.update["tags"])


def main() -> None:
    module = AnsibleAWSModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    converge(module, ParameterGroup(module), "parameter_group")


if __name__ == "__main__":
    main()
