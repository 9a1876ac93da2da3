#!/usr/bin/python
# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: autoscaling_group
version_added: 0.1.0
short_description: Manage a scaling group of Amazon EC2
description:
  - Creates, changes and deletes a scaling group with its policies, lifecycle hooks, target groups, metrics and tags.
  - Instances of another version of the launch template are replaced by an instance refresh, which is followed to its end.
  - Follows the Amazon EC2 Auto Scaling API reference, actions CreateAutoScalingGroup, UpdateAutoScalingGroup, PutScalingPolicy,
    StartInstanceRefresh and their siblings.
author:
  - The Groundwork authors (@groundwork)
options:
  name:
    description: Name of the scaling group.
    type: str
    required: true
  launch_template:
    description: What instances are launched from. A new group has to have it.
    type: dict
    suboptions:
      name:
        description: Name of the launch template.
        type: str
        required: true
      version:
        description: Its version as a number. By a number alone it is known which instances are of another version.
        type: str
        required: true
  min_size:
    description: Fewest instances. A new group has to have it.
    type: int
  max_size:
    description: Most instances. A new group has to have it.
    type: int
  initial_capacity:
    description: How many instances a new group begins with. Left out, the fewest. It is not looked at later.
    type: int
  desired_capacity:
    description: How many instances there are. Leave it out where policies say that.
    type: int
  subnets:
    description: IDs of the subnets that instances are launched in. A new group has to have them.
    type: list
    elements: str
  target_groups:
    description: ARNs of the target groups that instances are registered with, all of them.
    type: list
    elements: str
  health_check_type:
    description: Whether an instance that fails the checks of its target groups is replaced as well.
    type: str
    choices: [EC2, ELB]
  health_check_grace_period:
    description: Seconds in which a new instance may fail health checks.
    type: int
  termination_policies:
    description: Which instances go first, in the order in which the policies are asked.
    type: list
    elements: str
  default_instance_warmup:
    description: Seconds until a new instance counts in metrics, and as replaced in a refresh.
    type: int
  max_instance_lifetime:
    description: Seconds after which an instance is replaced, a day or more; V(0) for never.
    type: int
  metrics:
    description: Whether the group's own metrics are collected, all of them.
    type: bool
  policies:
    description: The policies, each of which keeps a metric near its target.
    type: list
    elements: dict
    suboptions:
      name:
        description: Name of the policy.
        type: str
        required: true
      metric:
        description: The metric.
        type: str
        choices: [ASGAverageCPUUtilization, ASGAverageNetworkIn, ASGAverageNetworkOut, ALBRequestCountPerTarget]
        required: true
      resource_label:
        description: >-
          Load balancer and target group of V(ALBRequestCountPerTarget), as in
          V(app/shop/0123456789abcdef/targetgroup/shop-web/0123456789abcdef).
        type: str
      target:
        description: The target.
        type: float
        required: true
      disable_scale_in:
        description: Whether the policy only adds instances.
        type: bool
        default: false
  purge_policies:
    description: Whether policies that O(policies) does not name are deleted.
    type: bool
    default: false
  lifecycle_hooks:
    description: The hooks at which an instance waits before it serves or ends.
    type: list
    elements: dict
    suboptions:
      name:
        description: Name of the hook.
        type: str
        required: true
      transition:
        description: When the instance waits.
        type: str
        choices: [launching, terminating]
        required: true
      heartbeat_timeout:
        description: Seconds that it waits at most.
        type: int
      default_result:
        description: What is done when the time is up.
        type: str
        choices: [CONTINUE, ABANDON]
      notification_target:
        description: ARN of the queue or topic that is told.
        type: str
      role:
        description: ARN of the role in which it is told.
        type: str
      metadata:
        description: What is told besides.
        type: str
  purge_lifecycle_hooks:
    description: Whether hooks that O(lifecycle_hooks) does not name are deleted.
    type: bool
    default: false
  instance_refresh:
    description:
      - How instances of another version of the launch template are replaced. Left out, they stay, and only new ones are of it.
      - One that fails, or is cancelled by somebody, fails the task. The next run begins another.
    type: dict
    suboptions:
      min_healthy_percentage:
        description: Fewest healthy instances meanwhile, in percent of the desired capacity.
        type: int
      max_healthy_percentage:
        description: Most instances meanwhile, in percent of the desired capacity.
        type: int
      instance_warmup:
        description: Seconds until a new instance counts. Left out, O(default_instance_warmup).
        type: int
  force:
    description: Whether a group that has instances is deleted with them.
    type: bool
    default: false
  wait:
    description:
      - Whether to wait until a refresh has ended, and until as many instances as are desired serve, in their target groups, too.
      - A deletion is always waited for.
    type: bool
    default: true
  wait_timeout:
    description: Seconds to wait at most, for each of these.
    type: int
    default: 3600
  propagate_tags:
    description: Whether instances are launched with the tags.
    type: bool
    default: true
extends_documentation_fragment:
  - groundwork.cloud.converge
  - groundwork.cloud.tags
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Keep two to six machines behind the load balancer
  groundwork.cloud.autoscaling_group:
    name: shop-production-web
    launch_template: {name: shop-production-web, version: "3"}
    min_size: 2
    max_size: 6
    subnets: [subnet-0123456789abcdef0, subnet-0fedcba9876543210]
    target_groups: [arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/shop-production-web/0123456789abcdef]
    health_check_type: ELB
    health_check_grace_period: 120
    policies:
      - {name: cpu, metric: ASGAverageCPUUtilization, target: 60}
    instance_refresh: {min_healthy_percentage: 100, max_healthy_percentage: 150}
    tags: {team: shop}

- name: Remove the group with its machines
  groundwork.cloud.autoscaling_group:
    name: shop-production-web
    force: true
    state: absent
"""

RETURN = r"""
group:
  description:
    - The group, empty when it is absent. It has its settings under the names of the options, its C(policies), C(lifecycle_hooks),
      C(target_groups), C(metrics) and C(tags), each as far as it is declared, and what follows.
  returned: always
  type: dict
  contains:
    name:
      description: Its name.
      type: str
      sample: shop-production-web
    arn:
      description: Its ARN. Known once the group exists.
      type: str
      sample: arn:aws:autoscaling:us-east-1:111122223333:autoScalingGroup:1:autoScalingGroupName/shop-production-web
    status:
      description: V(Delete in progress), or empty.
      type: str
      sample: ""
    version:
      description: The version of the launch template.
      type: str
      sample: "3"
    instances:
      description: How many instances run, and the IDs of those that are of another version.
      type: dict
      sample: {"running": 2, "outdated": [], "version": "3"}
"""

from collections.abc import Mapping
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ..module_utils.autoscaling import (
    ACTIVE_REFRESH,
    GOING,
    HOOK,
    REFRESH,
    TRACKING,
    GroupError,
    described,
    described_hooks,
    described_instances,
    described_policies,
    hook_request,
    not_ready,
    policy_request,
    refresh_request,
    request,
    wanted,
)
from ..module_utils.aws import STATE_OPTION, TAG_OPTIONS, Service, converge, tag_dict, tags_part, tags_to_remove
from ..module_utils.plan import Plan, declared, matches

TEMPLATE: dict[str, Any] = {"name": {"type": "str", "required": True}, "version": {"type": "str", "required": True}}
ARGUMENTS: dict[str, Any] = {
    "name": {"type": "str", "required": True},
    "launch_template": {"type": "dict", "options": TEMPLATE},
    **{option: {"type": "int"} for option in ("min_size", "max_size", "initial_capacity", "desired_capacity")},
    **{option: {"type": "list", "elements": "str"} for option in ("subnets", "target_groups", "termination_policies")},
    "health_check_type": {"type": "str", "choices": ["EC2", "ELB"]},
    **{option: {"type": "int"} for option in ("health_check_grace_period", "default_instance_warmup", "max_instance_lifetime")},
    "metrics": {"type": "bool"},
    "policies": {"type": "list", "elements": "dict", "options": TRACKING},
    "lifecycle_hooks": {"type": "list", "elements": "dict", "options": HOOK},
    "instance_refresh": {"type": "dict", "options": REFRESH},
    **{option: {"type": "bool", "default": False} for option in ("purge_policies", "purge_lifecycle_hooks", "force")},
    **{option: {"type": "bool", "default": True} for option in ("wait", "propagate_tags")},
    "wait_timeout": {"type": "int", "default": 3600},
    **STATE_OPTION,
    **TAG_OPTIONS,
}


class Group(Service):
    name = "autoscaling"
    error = GroupError

    @property
    def key(self) -> dict[str, str]:
        return {"AutoScalingGroupName": self.params["name"]}

    def describe(self) -> dict[str, Any]:
        with self.doing(f"read scaling group {self.params['name']}"):
            found = self.client.describe_auto_scaling_groups(AutoScalingGroupNames=[self.params["name"]])["AutoScalingGroups"]
            return dict(found[0]) if found else {}
        return {}

    def read(self) -> dict[str, Any]:
        """What stands of what is declared: policies and hooks cost a call each."""
        answer = self.describe()
        if not answer or answer.get("Status") == GOING:
            return {}
        group = described(answer)
        parts: dict[str, Any] = {"group": group, "instances": described_instances(answer, group["version"])}
        if self.params["state"] == "absent":
            return parts
        with self.doing(f"read scaling group {self.params['name']}"):
            if self.params["policies"] is not None:
                parts["policies"] = described_policies(self.pages("describe_policies", "ScalingPolicies", **self.key))
            if self.params["lifecycle_hooks"] is not None:
                parts["lifecycle_hooks"] = described_hooks(self.client.describe_lifecycle_hooks(**self.key)["LifecycleHooks"])
        if self.params["target_groups"] is not None:
            parts["target_groups"] = dict.fromkeys(sorted(answer.get("TargetGroupARNs", [])), True)
        if self.params["metrics"] is not None:
            parts["metrics"] = {"collected": bool(answer.get("EnabledMetrics"))}
        if self.params["instance_refresh"] is not None and self._refresh().get("Status") in ACTIVE_REFRESH:
            parts["instances"]["outdated"] = []  # they are being replaced
        if self.params["tags"] is not None:
            mine = [tag for tag in answer.get("Tags", []) if tag["PropagateAtLaunch"] is self.params["propagate_tags"]]
            parts["tags"] = tag_dict(mine)
        return parts

    def wanted(self, current: Mapping[str, Any]) -> dict[str, Any]:
        if self.params["state"] == "absent":
            if current and current["instances"]["running"] and not self.params["force"]:
                cause = f"it has {current['instances']['running']} instances; set force to end them, too"
                raise GroupError(f"delete scaling group {self.params['name']}", cause)
            return wanted(self.params, current)
        return {**wanted(self.params, current), **tags_part(self.params)}

    def awaited(self, current: dict[str, Any]) -> dict[str, Any]:
        if self.params["state"] == "absent":
            self._await_gone()
        elif self.params["wait"]:
            self._await_refresh()
            self._await_ready()
            return self.read()
        return current

    def apply(self, todo: Plan) -> None:
        name = self.params["name"]
        if "group" in todo.delete:
            with self.doing(f"delete scaling group {name}"):
                self.client.delete_auto_scaling_group(**self.key, ForceDelete=self.params["force"])
            self._await_gone()
            return
        if "group" in todo.create:
            self._create(todo)
        else:
            if settings := todo.after("group"):
                with self.doing(f"change scaling group {name}"):
                    self.client.update_auto_scaling_group(**self.key, **request(settings))
            if "target_groups" in todo.update:
                self._attach(*todo.update["target_groups"])
            self._tag(todo)
        self._put(todo, "lifecycle_hooks")
        self._put(todo, "policies")
        if metrics := todo.after("metrics"):
            with self.doing(f"change the metrics of scaling group {name}"):
                if metrics["collected"]:
                    self.client.enable_metrics_collection(**self.key, Granularity="1Minute")
                else:
                    self.client.disable_metrics_collection(**self.key)
        if "instances" in todo.update:
            self._replace()
        if self.params["wait"]:
            self._await_refresh()
            self._await_ready()

    def _create(self, todo: Plan) -> None:
        group, tags = todo.create["group"], todo.after("tags") or {}
        hooks = [
            {"LifecycleHookName": name, **hook_request(hook)} for name, hook in (todo.after("lifecycle_hooks") or {}).items()
        ]
        more = {
            "TargetGroupARNs": list(todo.after("target_groups") or {}) or None,
            # An instance that is launched before its hook is put would not wait at it.
            "LifecycleHookSpecificationList": hooks or None,
            "Tags": [self._tag_entry(key, value) for key, value in tags.items()] or None,
        }
        capacity = {} if "desired_capacity" in group else {"DesiredCapacity": self.params["initial_capacity"]}
        self._await_gone()
        with self.doing(f"create scaling group {self.params['name']}"):
            # An instance profile that was just made is not known everywhere at once.
            self.persist(
                f"scaling group {self.params['name']} to be created",
                lambda: self.client.create_auto_scaling_group(**self.key, **request(group), **declared({**more, **capacity})),
                "Invalid IamInstanceProfile",
                "Invalid IAM Instance Profile",
                timeout=120,
            )

    def _attach(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        with self.doing(f"change the target groups of scaling group {self.params['name']}"):
            if new := sorted(set(after) - set(before)):
                self.client.attach_load_balancer_target_groups(**self.key, TargetGroupARNs=new)
            if gone := sorted(set(before) - set(after)):
                self.client.detach_load_balancer_target_groups(**self.key, TargetGroupARNs=gone)

    def _put(self, todo: Plan, part: str) -> None:
        """Put the policies or hooks that are not as declared, and delete those that are purged."""
        after, before = todo.after(part), todo.before(part)
        if after is None:
            return
        call, identity, words = {
            "policies": ("policy", "PolicyName", policy_request),
            "lifecycle_hooks": ("lifecycle_hook", "LifecycleHookName", hook_request),
        }[part]
        put = self.client.put_scaling_policy if part == "policies" else self.client.put_lifecycle_hook
        for name, item in after.items():
            if not matches(before.get(name), item):
                with self.doing(f"put {call} {name} of scaling group {self.params['name']}"):
                    put(**self.key, **{identity: name}, **words(item))
        for name in sorted(set(before) - set(after)) if self.params[f"purge_{part}"] else []:
            with self.doing(f"delete {call} {name} of scaling group {self.params['name']}"):
                getattr(self.client, f"delete_{call}")(**self.key, **{identity: name})

    def _tag_entry(self, key: str, value: str) -> dict[str, Any]:
        entry = {"ResourceId": self.params["name"], "ResourceType": "auto-scaling-group", "Key": key}
        return {**entry, "Value": value, "PropagateAtLaunch": self.params["propagate_tags"]}

    def _tag(self, todo: Plan) -> None:
        with self.doing(f"tag scaling group {self.params['name']}"):
            if tags := todo.after("tags"):
                self.client.create_or_update_tags(Tags=[self._tag_entry(key, value) for key, value in tags.items()])
            if gone := tags_to_remove(todo):
                entry = {"ResourceId": self.params["name"], "ResourceType": "auto-scaling-group"}
                self.client.delete_tags(Tags=[{**entry, "Key": key} for key in gone])

    # Refreshes.

    def _refresh(self) -> dict[str, Any]:
        """The newest refresh; empty when there was none."""
        with self.doing(f"read the instance refreshes of scaling group {self.params['name']}"):
            found = self.client.describe_instance_refreshes(**self.key, MaxRecords=1)["InstanceRefreshes"]
            return dict(found[0]) if found else {}
        return {}

    def _replace(self) -> None:
        """Begin a refresh, after one that is under way: that one may have begun with the version before."""
        name = self.params["name"]
        self.wait(f"the instance refresh of scaling group {name}", self._refresh, _has_ended, state=_progress)
        with self.doing(f"begin an instance refresh of scaling group {name}"):
            self.client.start_instance_refresh(**self.key, **refresh_request(self.params["instance_refresh"]))

    def _await_refresh(self) -> None:
        """Follow the refresh that is under way; one that did not succeed fails as long as instances are left that it was for."""
        name = self.params["name"]
        refresh = self.wait(f"the instance refresh of scaling group {name}", self._refresh, _has_ended, state=_progress)
        if refresh.get("Status", "Successful") == "Successful":
            return
        answer = self.describe()
        if outdated := described_instances(answer, described(answer)["version"])["outdated"]:
            cause = (
                f"it ended as {_progress(refresh)}, and {', '.join(outdated)} are of the version before; mend it and run again"
            )
            raise GroupError(f"refresh scaling group {name}", cause)

    def _await_ready(self) -> None:
        def lack() -> str:
            answer = self.describe()
            return not_ready(answer, self._unhealthy(answer.get("TargetGroupARNs", [])))

        self.wait(f"scaling group {self.params['name']}", lack, lambda said: not said)

    def _unhealthy(self, target_groups: list[str]) -> list[str]:
        """The instances that a target group knows and does not find healthy."""
        unhealthy = []
        with self.doing(f"ask how the targets of scaling group {self.params['name']} are"):
            for arn in target_groups:
                for target in self.other("elbv2").describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]:
                    # A target group without a listener asks nobody.
                    if target["TargetHealth"]["State"] in ("initial", "unhealthy", "unavailable"):
                        unhealthy.append(target["Target"]["Id"])
        return unhealthy

    def _await_gone(self) -> None:
        self.wait(
            f"the end of scaling group {self.params['name']}",
            self.describe,
            lambda group: not group,
            state=lambda group: group.get("Status") or "there",
        )


def _has_ended(refresh: Mapping[str, Any]) -> bool:
    return refresh.get("Status") not in ACTIVE_REFRESH


def _progress(refresh: Mapping[str, Any]) -> str:
    reason = f": {refresh['StatusReason']}" if refresh.get("StatusReason") else ""
    return f"{refresh.get('Status')} at {refresh.get('PercentageComplete', 0)} %{reason}"


def main() -> None:
    module = AnsibleAWSModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    converge(module, Group(module), "group")


if __name__ == "__main__":
    main()
