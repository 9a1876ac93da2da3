#!/usr/bin/python
# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: elasticache_parameter_group
version_added: 0.1.0
short_description: Manage an Amazon ElastiCache parameter group
description:
  - Creates, changes and deletes a cache parameter group of any family. Only the parameters that are declared are looked at.
  - Follows the Amazon ElastiCache API reference, actions CreateCacheParameterGroup, DescribeCacheParameters,
    ModifyCacheParameterGroup and their siblings.
author:
  - The Groundwork authors (@groundwork)
options:
  name:
    description: Name of the group, in lower case.
    type: str
    required: true
  family:
    description: Engine family, for instance V(redis7) or V(valkey8). It stays for life.
    type: str
  description:
    description: What the group is for. It is written when the group is created and not compared later. Left out, its name.
    type: str
  parameters:
    description: Parameters and their values. A boolean is written as C(yes) or C(no).
    type: dict
extends_documentation_fragment:
  - groundwork.cloud.converge
  - groundwork.cloud.tags
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: A cache that forgets what was used least
  groundwork.cloud.elasticache_parameter_group:
    name: shop-production-redis
    family: redis7
    parameters:
      maxmemory-policy: allkeys-lru

- name: Delete it
  groundwork.cloud.elasticache_parameter_group:
    name: shop-production-redis
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
      sample: shop-production-redis
    arn:
      description: Its ARN. Known once the group exists.
      type: str
      sample: arn:aws:elasticache:us-east-1:111122223333:parametergroup:shop-production-redis
    family:
      description: Its family.
      type: str
      sample: redis7
    description:
      description: What it is for. Known once the group exists.
      type: str
      sample: shop-production-redis
    parameters:
      description: The declared parameters.
      returned: when parameters are declared
      type: dict
      sample: {"maxmemory-policy": "allkeys-lru"}
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

from ..module_utils.aws import STATE_OPTION, TAG_OPTIONS, converge, tag_list, tags_part
from ..module_utils.elasticache import CacheError, CacheService
from ..module_utils.plan import Plan, declared

ARGUMENTS: dict[str, Any] = {
    "name": {"type": "str", "required": True},
    "family": {"type": "str"},
    "description": {"type": "str"},
    "parameters": {"type": "dict"},
    **STATE_OPTION,
    **TAG_OPTIONS,
}
BATCH = 20  # as many parameters as ModifyCacheParameterGroup takes at once


def wanted(params: Mapping[str, Any], current: Mapping[str, Any]) -> dict[str, Any]:
    """The declared parts: C(parameter_group), C(parameters), C(tags)."""
    if params["state"] == "absent":
        return {"parameter_group": None}
    group = current.get("parameter_group", {})
    if not group and params["family"] is None:
        raise CacheError(f"create parameter group {params['name']}", "a new group needs a family; declare one, such as redis7")
    if params["family"] not in (None, group.get("family", params["family"])):
        raise CacheError(
            f"change parameter group {params['name']}",
            f"its family is {group['family']} and can't be changed to {params['family']}; take another name",
        )
    wish = declared({"name": params["name"], "family": params["family"]})
    parts: dict[str, Any] = {"parameter_group": wish, **tags_part(params)}
    if params["parameters"]:
        parts["parameters"] = {name: text(value) for name, value in params["parameters"].items()}
    return parts


def described(group: Mapping[str, Any]) -> dict[str, Any]:
    """ElastiCache's CacheParameterGroup in the words of this module's options."""
    return {
        "name": group["CacheParameterGroupName"],
        "arn": group["ARN"],
        "family": group["CacheParameterGroupFamily"],
        "description": group.get("Description", ""),
    }


def text(value: Any) -> str:
    """A parameter's value as ElastiCache writes it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def refuse_unknown(name: str, parameters: Iterable[str], known: Mapping[str, Mapping[str, Any]]) -> None:
    """Raise for a parameter that the family does not have, with the nearest that it has, or that nobody can change."""
    for parameter in parameters:
        doing = f"set {parameter} in parameter group {name}"
        if parameter not in known:
            near = difflib.get_close_matches(parameter, known, 1)
            cure = f"did you mean {near[0]}?" if near else "leave it out"
            raise CacheError(doing, f"its family has no such parameter; {cure}")
        if not known[parameter].get("IsModifiable", True):
            raise CacheError(doing, "ElastiCache does not let it be changed; leave it out")


def batches(parameters: Mapping[str, str]) -> Iterator[list[dict[str, str]]]:
    """ParameterNameValues in the numbers that a call takes."""
    pairs = [{"ParameterName": name, "ParameterValue": value} for name, value in parameters.items()]
    for start in range(0, len(pairs), BATCH):
        yield pairs[start : start + BATCH]


class ParameterGroup(CacheService):
    @property
    def key(self) -> dict[str, str]:
        return {"CacheParameterGroupName": self.params["name"]}

    def read(self) -> dict[str, Any]:
        name, found = self.params["name"], []
        parameters = {key: text(value) for key, value in (self.params["parameters"] or {}).items()}
        with self.doing(f"read parameter group {name}", "CacheParameterGroupNotFound"):
            found = self.client.describe_cache_parameter_groups(**self.key)["CacheParameterGroups"]
        if not found:
            if parameters and self.params["family"] and self.params["state"] == "present":
                refuse_unknown(name, parameters, self._defaults(self.params["family"]))
            return {}
        parts: dict[str, Any] = {"parameter_group": described(found[0])}
        if self.params["state"] == "absent":
            return parts
        if parameters:
            with self.doing(f"read the parameters of parameter group {name}"):
                listed = self.pages("describe_cache_parameters", "Parameters", **self.key)
            known = {parameter["ParameterName"]: parameter for parameter in listed}
            differ = [key for key in parameters if parameters[key] != known.get(key, {}).get("ParameterValue")]
            refuse_unknown(name, differ, known)
            parts["parameters"] = {key: known[key].get("ParameterValue", "") for key in parameters}
        if self.params["tags"] is not None:
            parts["tags"] = self.tags_of(found[0]["ARN"])
        return parts

    def _defaults(self, family: str) -> dict[str, dict[str, Any]]:
        with self.doing(f"read the parameters of family {family}"):
            pages = self.client.get_paginator("describe_engine_default_parameters").paginate(CacheParameterGroupFamily=family)
            return {item["ParameterName"]: item for page in pages for item in page["EngineDefaults"]["Parameters"]}
        return {}

    def wanted(self, current: Mapping[str, Any]) -> dict[str, Any]:
        return wanted(self.params, current)

    def apply(self, todo: Plan) -> None:
        name = self.params["name"]
        if "parameter_group" in todo.delete:
            with self.doing(f"delete parameter group {name}", "CacheParameterGroupNotFound"):
                self.client.delete_cache_parameter_group(**self.key)
            return
        if "parameter_group" in todo.create:
            request = {"CacheParameterGroupFamily": self.params["family"], "Description": self.params["description"] or name}
            with self.doing(f"create parameter group {name}"):
                self.client.create_cache_parameter_group(**self.key, **request, Tags=tag_list(todo.after("tags") or {}))
        before, after = todo.before("parameters"), todo.after("parameters") or {}
        with self.doing(f"set the parameters of parameter group {name}"):
            for batch in batches({key: value for key, value in after.items() if before.get(key) != value}):
                self.client.modify_cache_parameter_group(**self.key, ParameterNameValues=batch)
        if "tags" in todo.update:
            with self.doing(f"read parameter group {name}"):
                arn = self.client.describe_cache_parameter_groups(**self.key)["CacheParameterGroups"][0]["ARN"]
            self.tag(name, arn, *todo.update["tags"])


def main() -> None:
    module = AnsibleAWSModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    converge(module, ParameterGroup(module), "parameter_group")


if __name__ == "__main__":
    main()
