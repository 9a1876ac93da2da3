# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Application Auto Scaling.

Follows the Application Auto Scaling API reference, actions RegisterScalableTarget, DeregisterScalableTarget,
PutScalingPolicy, DescribeScalingPolicies, ListTagsForResource, TagResource and UntagResource.
"""

from __future__ import annotations

import json
from typing import Any

from moto.applicationautoscaling.models import ApplicationAutoscalingBackend, FakeApplicationAutoscalingPolicy
from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse, _build_policy
from moto.core.exceptions import JsonRESTError

SUSPENDABLE = ("DynamicScalingInSuspended", "DynamicScalingOutSuspended", "ScheduledScalingSuspended")
# The role that AWS makes for itself, by service: the user guide, "Service-linked roles for Application Auto Scaling".
LINKED_ROLES = {
    "cassandra": "CassandraTable",
    "dynamodb": "DynamoDBTable",
    "ecs": "ECSService",
    "elasticache": "ElastiCacheRG",
    "lambda": "LambdaConcurrency",
    "rds": "RDSCluster",
}
SCALE_IN_MARGIN = 0.9  # a target tracking policy scales in where the metric is a tenth below its target


class ObjectNotFoundError(JsonRESTError):
    code = 400

    def __init__(self, what: str, namespace: str, resource: str, dimension: str) -> None:
        where = f"service namespace: {namespace}, resource ID: {resource}, scalable dimension: {dimension}"
        super().__init__("ObjectNotFoundException", f"No {what} found for {where}")


class ResourceNotFoundError(JsonRESTError):
    code = 400

    def __init__(self, arn: str) -> None:
        super().__init__("ResourceNotFoundException", f"The resource {arn} does not exist.")


def apply() -> None:
    """Correct moto's Application Auto Scaling."""
    _correct_targets()
    _correct_policies()
    _add_tags()


def _correct_targets() -> None:
    backend, response = ApplicationAutoscalingBackend, ApplicationAutoScalingResponse
    register, deregister, answer = (
        backend.register_scalable_target,
        backend.deregister_scalable_target,
        response.register_scalable_target,
    )

    def register_scalable_target(self: Any, namespace: str, r_id: str, dimension: str, **options: Any) -> Any:
        target = register(self, namespace, r_id, dimension, **options)
        target.suspended_state = {**dict.fromkeys(SUSPENDABLE, False), **(target.suspended_state or {})}
        if not target.role_arn and namespace in LINKED_ROLES:
            role = f"AWSServiceRoleForApplicationAutoScaling_{LINKED_ROLES[namespace]}"
            path = f"aws-service-role/{namespace}.application-autoscaling.amazonaws.com"
            target.role_arn = f"arn:aws:iam::{self.account_id}:role/{path}/{role}"
        return target

    def service_exists(self: Any, r_id: str) -> bool:
        _, cluster, name = r_id.split("/")
        if self.ecs_backend.clusters.get(cluster):
            services, _ = self.ecs_backend.describe_services(cluster, [name])
            if any(service.status == "ACTIVE" for service in services):
                return True
        raise JsonRESTError("ValidationException", f"ECS service doesn't exist: {r_id}")

    def deregister_scalable_target(self: Any, namespace: str, r_id: str, dimension: str) -> None:
        """Policies and scheduled actions go with their target."""
        if not self._scalable_target_exists(r_id, dimension):
            raise ObjectNotFoundError("scalable target", namespace, r_id, dimension)
        deregister(self, namespace, r_id, dimension)
        key = (namespace, r_id, dimension)
        for one in [
            one for one in self.policies.values() if (one.service_namespace, one.resource_id, one.scalable_dimension) == key
        ]:
            self.delete_scaling_policy(one.policy_name, *key)
        self.scheduled_actions = [
            one for one in self.scheduled_actions if (one.service_namespace, one.resource_id, one.scalable_dimension) != key
        ]

    def register_with_tags(self: Any) -> str:
        answered: str = answer(self)
        if tags := self._get_param("Tags"):
            _tagged(self.applicationautoscaling_backend, json.loads(answered)["ScalableTargetARN"]).update(tags)
        return answered

    backend.register_scalable_target, backend.deregister_scalable_target = register_scalable_target, deregister_scalable_target
    backend._ecs_service_exists_for_target = service_exists
    response.register_scalable_target = register_with_tags


def _correct_policies() -> None:
    backend, response = ApplicationAutoscalingBackend, ApplicationAutoScalingResponse
    put, delete, create_alarms = (
        backend.put_scaling_policy,
        backend.delete_scaling_policy,
        FakeApplicationAutoscalingPolicy.create_alarms,
    )

    def key(name: str, namespace: str, resource: str, dimension: str) -> str:
        return str(FakeApplicationAutoscalingPolicy.formulate_key(namespace, resource, dimension, name))

    def put_scaling_policy(self: Any, **policy: Any) -> Any:
        """A policy that is put again stays the same one, with alarms of its new settings."""
        where = (policy["service_namespace"], policy["resource_id"], policy["scalable_dimension"])
        if not self._scalable_target_exists(*where[1:]):
            raise ObjectNotFoundError("scalable target registered", *where)
        standing = self.policies.get(key(policy["policy_name"], *where))
        if standing:
            standing.delete_alarms(self.account_id, self.region_name)
        made = put(self, **policy)
        if standing:
            made.policy_arn, made.creation_time = standing.policy_arn, standing.creation_time
        return made

    def delete_scaling_policy(
        self: Any, policy_name: str, service_namespace: str, resource_id: str, scalable_dimension: str
    ) -> None:
        where = (service_namespace, resource_id, scalable_dimension)
        if key(policy_name, *where) not in self.policies:
            raise ObjectNotFoundError("scaling policy", *where)
        delete(self, policy_name, *where)

    def describe_scaling_policies(self: Any) -> str:
        """PolicyNames chooses among the policies before they are divided into pages."""
        names = self._get_param("PolicyNames")
        if not names:
            return str(describe(self))
        asked = {name: self._get_param(name) for name in ("ServiceNamespace", "ResourceId", "ScalableDimension")}
        _, policies = self.applicationautoscaling_backend.describe_scaling_policies(*asked.values(), None, "")
        return json.dumps({"ScalingPolicies": [_build_policy(one) for one in policies if one.policy_name in names]})

    def create_alarms_of_policy(self: Any) -> None:
        create_alarms(self)
        tracking = self.target_tracking_scaling_policy_configuration
        if self.service_namespace != "ecs" or not tracking:
            return
        for alarm in self.alarms:
            alarm.threshold = tracking["TargetValue"] * (SCALE_IN_MARGIN if "AlarmLow" in alarm.name else 1)
        if tracking.get("DisableScaleIn"):
            low = [alarm for alarm in self.alarms if "AlarmLow" in alarm.name]
            self.alarms, kept = low, [alarm for alarm in self.alarms if alarm not in low]
            self.delete_alarms(self.account_id, self.region_name)
            self.alarms = kept

    describe = response.describe_scaling_policies
    backend.put_scaling_policy, backend.delete_scaling_policy = put_scaling_policy, delete_scaling_policy
    response.describe_scaling_policies = describe_scaling_policies
    FakeApplicationAutoscalingPolicy.create_alarms = create_alarms_of_policy


def _add_tags() -> None:
    response = ApplicationAutoScalingResponse

    def list_tags_for_resource(self: Any) -> str:
        return json.dumps({"Tags": _tagged(self.applicationautoscaling_backend, self._get_param("ResourceARN"))})

    def tag_resource(self: Any) -> str:
        _tagged(self.applicationautoscaling_backend, self._get_param("ResourceARN")).update(self._get_param("Tags"))
        return "{}"

    def untag_resource(self: Any) -> str:
        tags = _tagged(self.applicationautoscaling_backend, self._get_param("ResourceARN"))
        for name in self._get_param("TagKeys"):
            tags.pop(name, None)
        return "{}"

    response.list_tags_for_resource = list_tags_for_resource
    response.tag_resource, response.untag_resource = tag_resource, untag_resource


def _tagged(backend: Any, arn: str) -> dict[str, str]:
    """The tags of a scalable target, to read or to change."""
    for targets in backend.targets.values():
        for target in targets.values():
            if target.arn == arn:
                if not hasattr(target, "tags"):
                    target.tags = {}
                tags: dict[str, str] = target.tags
                return tags
    raise ResourceNotFoundError(arn)
