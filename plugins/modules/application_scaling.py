#!/usr/bin/python
# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: application_scaling
version_added: 0.1.0
short_description: Manage what Application Auto Scaling scales, and how
description:
  - Registers one scalable target, such as the task count of an Amazon ECS service or the read capacity of a DynamoDB table,
    with its bounds, its scaling policies and its tags.
  - A target tracking policy brings its own alarms. A step scaling policy is triggered by an alarm that has the policy's ARN
    among its actions, see M(groundwork.cloud.cloudwatch_alarms).
  - Follows the Application Auto Scaling API reference, actions RegisterScalableTarget and PutScalingPolicy.
author:
  - The Groundwork authors (@groundwork)
options:
  service_namespace:
    description: The service, for instance V(ecs) or V(dynamodb).
    type: str
    required: true
  resource_id:
    description: What is scaled, for instance C(service/CLUSTER/SERVICE) or C(table/TABLE).
    type: str
    required: true
  scalable_dimension:
    description: Which of its numbers is scaled, for instance V(ecs:service:DesiredCount).
    type: str
    required: true
  min_capacity:
    description: The lowest that it is scaled in to. Required for a new target.
    type: int
  max_capacity:
    description: The highest that it is scaled out to. Required for a new target.
    type: int
  policies:
    description: The scaling policies. Left out, they are not changed.
    type: list
    elements: dict
    suboptions:
      name:
        description: Name of the policy.
        type: str
        required: true
      target_tracking:
        description:
          - Keeps a metric near a target.
          - When a target has several such policies, it scales out as soon as one asks for it, and in only when all that may do.
        type: dict
        suboptions:
          metric:
            description: Predefined metric, for instance V(ECSServiceAverageCPUUtilization).
            type: str
            required: true
          resource_label:
            description: The load balancer and target group of the metric V(ALBRequestCountPerTarget).
            type: str
          target:
            description: Value to keep the metric near.
            type: float
            required: true
          scale_in_cooldown:
            description: Seconds between two steps in.
            type: int
          scale_out_cooldown:
            description: Seconds between two steps out.
            type: int
          disable_scale_in:
            description: Whether the policy only scales out.
            type: bool
            default: false
      step_scaling:
        description: Changes the capacity in steps, by how far a metric is beyond the threshold of the alarm that triggers it.
        type: dict
        suboptions:
          adjustment_type:
            description: What the adjustments are.
            type: str
            choices: [ChangeInCapacity, PercentChangeInCapacity, ExactCapacity]
            required: true
          steps:
            description: The steps.
            type: list
            elements: dict
            required: true
            suboptions:
              lower_bound:
                description: Where the step begins, as a difference from the alarm's threshold. Left out, it has no beginning.
                type: float
              upper_bound:
                description: Where the step ends, as a difference from the alarm's threshold. Left out, it has no end.
                type: float
              adjustment:
                description: By how much to scale, or to what.
                type: int
                required: true
          cooldown:
            description: Seconds in which a step counts as still having its effect.
            type: int
          metric_aggregation:
            description: How the data points of the metric are aggregated.
            type: str
            choices: [Average, Minimum, Maximum]
          min_adjustment_magnitude:
            description: The least change of V(PercentChangeInCapacity).
            type: int
  purge_policies:
    description: Whether policies that O(policies) does not name are deleted.
    type: bool
    default: false
extends_documentation_fragment:
  - groundwork.cloud.converge
  - groundwork.cloud.tags
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
notes:
  - With O(state=absent) the target goes with all its policies and scheduled actions.
"""

EXAMPLES = r"""
- name: Scale out when processor or memory are short, and let one alarm on both scale in
  groundwork.cloud.application_scaling:
    service_namespace: ecs
    resource_id: service/shop-production-web/shop-production-web
    scalable_dimension: ecs:service:DesiredCount
    min_capacity: 2
    max_capacity: 10
    policies:
      - name: cpu
        target_tracking: {metric: ECSServiceAverageCPUUtilization, target: 70, scale_out_cooldown: 60, disable_scale_in: true}
      - name: memory
        target_tracking: {metric: ECSServiceAverageMemoryUtilization, target: 80, scale_out_cooldown: 60, disable_scale_in: true}
      - name: idle
        step_scaling: {adjustment_type: ChangeInCapacity, cooldown: 300, steps: [{lower_bound: 0, adjustment: -1}]}
  register: scaling

- name: Scale in while both have been low for a quarter of an hour
  groundwork.cloud.cloudwatch_alarms:
    alarms:
      - name: shop-production-web-idle
        metrics:
          - Id: idle
            Expression: IF(cpu < 50 AND memory < 60, 1, 0)
          - Id: cpu
            ReturnData: false
            MetricStat:
              Metric:
                Namespace: AWS/ECS
                MetricName: CPUUtilization
                Dimensions: [{Name: ClusterName, Value: shop-production-web}, {Name: ServiceName, Value: shop-production-web}]
              Period: 60
              Stat: Average
          - Id: memory
            ReturnData: false
            MetricStat:
              Metric:
                Namespace: AWS/ECS
                MetricName: MemoryUtilization
                Dimensions: [{Name: ClusterName, Value: shop-production-web}, {Name: ServiceName, Value: shop-production-web}]
              Period: 60
              Stat: Average
        comparison: GreaterThanOrEqualToThreshold
        threshold: 1
        evaluation_periods: 15
        treat_missing_data: notBreaching
        alarm_actions: ["{{ scaling.scalable_target.policies.idle.arn }}"]

- name: Leave the service alone again
  groundwork.cloud.application_scaling:
    service_namespace: ecs
    resource_id: service/shop-production-web/shop-production-web
    scalable_dimension: ecs:service:DesiredCount
    state: absent
"""

RETURN = r"""
scalable_target:
  description: The scalable target; empty when it is absent.
  returned: always
  type: dict
  contains:
    service_namespace:
      description: The service.
      type: str
      sample: ecs
    resource_id:
      description: What is scaled.
      type: str
      sample: service/shop-production-web/shop-production-web
    scalable_dimension:
      description: Which of its numbers is scaled.
      type: str
      sample: ecs:service:DesiredCount
    arn:
      description: Its ARN. Known once the target exists.
      type: str
      sample: arn:aws:application-autoscaling:us-east-1:111122223333:scalable-target/1234abcd56ab78cd901ef1234567890ab123
    min_capacity:
      description: The lowest that it is scaled in to.
      type: int
      sample: 2
    max_capacity:
      description: The highest that it is scaled out to.
      type: int
      sample: 10
    policies:
      description: Its policies by name, each with its C(arn), once it exists, and its settings.
      type: dict
      sample: {"cpu": {"arn": "arn:aws:autoscaling:us-east-1:111122223333:scalingPolicy:1", "target_tracking": {"target": 70.0}}}
    tags:
      description: The tags.
      type: dict
      sample: {"groundwork:stack": "shop"}
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ..module_utils.aws import STATE_OPTION, TAG_OPTIONS, AwsError, Service, converge, own_tags, tags_part
from ..module_utils.plan import Exact, Plan, declared, matches
from ..module_utils.scaling_policies import KINDS, POLICIES, described_policy, request, wanted_policy

ARGUMENTS: dict[str, Any] = {
    "service_namespace": {"type": "str", "required": True},
    "resource_id": {"type": "str", "required": True},
    "scalable_dimension": {"type": "str", "required": True},
    "min_capacity": {"type": "int"},
    "max_capacity": {"type": "int"},
    "policies": POLICIES,
    "purge_policies": {"type": "bool", "default": False},
    **STATE_OPTION,
    **TAG_OPTIONS,
}


class ScalingError(AwsError):
    """A failed call to Application Auto Scaling."""


def wanted(params: Mapping[str, Any], current: Mapping[str, Any]) -> dict[str, Any]:
    """The declared parts: C(scalable_target), C(policies), C(tags)."""
    if params["state"] == "absent":
        return {"scalable_target": None}
    keys = ("service_namespace", "resource_id", "scalable_dimension", "min_capacity", "max_capacity")
    target = declared({key: params[key] for key in keys})
    doing, bounds = f"scale {params['resource_id']}", {**current.get("scalable_target", {}), **target}
    if "min_capacity" not in bounds or "max_capacity" not in bounds:
        raise ScalingError(doing, "it is a new target, and has no bounds; declare min_capacity and max_capacity")
    if bounds["min_capacity"] > bounds["max_capacity"]:
        said = (
            f"its min_capacity {bounds['min_capacity']} is above its max_capacity {bounds['max_capacity']}; declare them in order"
        )
        raise ScalingError(doing, said)
    parts: dict[str, Any] = {"scalable_target": target, **tags_part(params)}
    if params["policies"] is not None:
        standing = current.get("policies", {})
        policies = {policy["name"]: wanted_policy(policy, standing.get(policy["name"], {})) for policy in params["policies"]}
        if policies or (standing and params["purge_policies"]):
            parts["policies"] = Exact(policies) if params["purge_policies"] else policies
    return parts


def described(target: Mapping[str, Any]) -> dict[str, Any]:
    """Application Auto Scaling's ScalableTarget in the words of this module's options."""
    return {
        "service_namespace": target["ServiceNamespace"],
        "resource_id": target["ResourceId"],
        "scalable_dimension": target["ScalableDimension"],
        "min_capacity": target["MinCapacity"],
        "max_capacity": target["MaxCapacity"],
        "arn": target.get("ScalableTargetARN", ""),
    }


class ScalableTarget(Service):
    name = "application-autoscaling"
    error = ScalingError

    @property
    def key(self) -> dict[str, str]:
        return {
            "ServiceNamespace": self.params["service_namespace"],
            "ResourceId": self.params["resource_id"],
            "ScalableDimension": self.params["scalable_dimension"],
        }

    def read(self) -> dict[str, Any]:
        namespace, resource, dimension = self.key.values()
        with self.doing(f"read how {resource} is scaled"):
            found = self.client.describe_scalable_targets(
                ServiceNamespace=namespace, ResourceIds=[resource], ScalableDimension=dimension
            )["ScalableTargets"]
            if not found:
                return {}
            target = described(found[0])
            policies = self.pages("describe_scaling_policies", "ScalingPolicies", **self.key)
            tags = self.client.list_tags_for_resource(ResourceARN=target["arn"])["Tags"] if target["arn"] else {}
        by_name = {policy["PolicyName"]: described_policy(policy) for policy in policies}
        return {"scalable_target": target, "policies": by_name, "tags": own_tags(tags)}

    def wanted(self, current: Mapping[str, Any]) -> dict[str, Any]:
        return wanted(self.params, current)

    def apply(self, todo: Plan) -> None:
        resource = self.params["resource_id"]
        if "scalable_target" in todo.delete:
            with self.doing(f"stop to scale {resource}", "ObjectNotFoundException"):
                self.client.deregister_scalable_target(**self.key)
            return
        if target := todo.after("scalable_target"):
            bounds = {"MinCapacity": target.get("min_capacity"), "MaxCapacity": target.get("max_capacity")}
            tags = todo.after("tags") if "scalable_target" in todo.create else None
            with self.doing(f"scale {resource}"):
                self.client.register_scalable_target(**self.key, **declared({**bounds, "Tags": tags or None}))
        if (policies := todo.after("policies")) is not None:
            self._apply_policies(policies)
        if "tags" in todo.update:
            target = self.read()["scalable_target"]["arn"]
            self.tag(f"the scalable target {self.params['resource_id']}", target, *todo.update["tags"])

    def _apply_policies(self, policies: Mapping[str, Any]) -> None:
        standing = self.read()["policies"]
        for name, policy in policies.items():
            have = standing.get(name, {})
            if matches(have, policy):
                continue
            if have and not set(KINDS) & set(have) & set(policy):
                self._delete_policy(name)  # a policy can't become one of another kind
                have = {}
            with self.doing(f"put scaling policy {name}"):
                members = request(policy, have)
                # Each put makes or changes alarms, and the next is refused until that is done.
                self.persist(
                    f"scaling policy {name} to be put",
                    partial(self.client.put_scaling_policy, **self.key, PolicyName=name, **members),
                    "ConcurrentUpdateException",
                    timeout=60,
                )
        if isinstance(policies, Exact):
            for name in sorted(set(standing) - set(policies)):
                self._delete_policy(name)

    def _delete_policy(self, name: str) -> None:
        with self.doing(f"delete scaling policy {name}", "ObjectNotFoundException"):
            self.client.delete_scaling_policy(**self.key, PolicyName=name)


def main() -> None:
    module = AnsibleAWSModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    converge(module, ScalableTarget(module), "scalable_target")


if __name__ == "__main__":
    main()
