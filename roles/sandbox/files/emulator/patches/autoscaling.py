# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Amazon EC2 Auto Scaling: instances of the version that the group names, in all its subnets; refreshes; policies by group.

Follows the Amazon EC2 Auto Scaling API reference: CreateAutoScalingGroup, UpdateAutoScalingGroup, DeleteAutoScalingGroup,
StartInstanceRefresh, CancelInstanceRefresh, DescribeInstanceRefreshes, PutScalingPolicy, PutLifecycleHook,
DisableMetricsCollection.
"""

from __future__ import annotations

import itertools
from types import SimpleNamespace
from typing import Any

from moto.autoscaling import models
from moto.autoscaling.exceptions import AutoscalingClientError, ValidationError
from moto.autoscaling.responses import AutoScalingResponse
from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import utcnow
from moto.moto_api._internal import mock_random

from .. import provisioning

# What moto leaves out of a group, by attribute as it is answered.
_SETTINGS = ("DefaultInstanceWarmup", "MaxInstanceLifetime", "InstanceMaintenancePolicy")
_METRICS = (
    "GroupMinSize",
    "GroupMaxSize",
    "GroupDesiredCapacity",
    "GroupInServiceInstances",
    "GroupPendingInstances",
    "GroupStandbyInstances",
    "GroupTerminatingInstances",
    "GroupTotalInstances",
)
_ROOTS = ("/dev/xvda", "/dev/sda1")
_ACTIVE = ("Pending", "InProgress", "Cancelling")


class GroupInUseError(AutoscalingClientError):
    def __init__(self) -> None:
        super().__init__(
            "ResourceInUse", "You cannot delete an AutoScalingGroup while there are instances or pending Spot requests."
        )


class RefreshInProgressError(AutoscalingClientError):
    def __init__(self) -> None:
        super().__init__(
            "InstanceRefreshInProgress", "An Instance Refresh is already in progress and blocks the execution of this one."
        )


class NoActiveRefreshError(AutoscalingClientError):
    def __init__(self) -> None:
        super().__init__("ActiveInstanceRefreshNotFound", "No in progress or pending Instance Refresh found for the group.")


def apply() -> None:
    _groups()
    _instances()
    _policies()
    _hooks()
    _refreshes()


def _groups() -> None:
    response, backend = AutoScalingResponse, models.AutoScalingBackend
    create, update, delete = (
        response.create_auto_scaling_group,
        response.update_auto_scaling_group,
        backend.delete_auto_scaling_group,
    )

    def keep(self: Any) -> None:
        group = self.autoscaling_backend.autoscaling_groups[self._get_param("AutoScalingGroupName")]
        for name in _SETTINGS:
            if (value := self._get_param(name)) is not None:
                setattr(group, _snake(name), value)

    def create_auto_scaling_group(self: Any) -> ActionResult:
        if self._get_param("AutoScalingGroupName") in self.autoscaling_backend.autoscaling_groups:
            raise AutoscalingClientError("AlreadyExists", "AutoScalingGroup by this name already exists")
        answer: ActionResult = create(self)
        keep(self)
        return answer

    def update_auto_scaling_group(self: Any) -> ActionResult:
        group = self.autoscaling_backend.autoscaling_groups.get(self._get_param("AutoScalingGroupName"))
        _refuse_deleting(group)
        answer: ActionResult = update(self)
        for name in ("TerminationPolicies", "DefaultCooldown"):
            if (value := self._get_param(name)) is not None:
                setattr(group, _snake(name), value)
        keep(self)
        return answer

    def delete_auto_scaling_group(self: Any) -> ActionResult:
        name, backend = self._get_param("AutoScalingGroupName"), self.autoscaling_backend
        group = backend.autoscaling_groups.get(name)
        _refuse_deleting(group)
        if group and group.instance_states and not self._get_bool_param("ForceDelete", False):
            raise GroupInUseError
        backend.delete_auto_scaling_group(name)
        return EmptyResult()

    def delete_group(self: Any, group_name: str) -> None:
        """Policies, hooks and refreshes go with their group."""
        group = self.autoscaling_groups.get(group_name)
        delete(self, group_name)

        def finish() -> None:
            if self.autoscaling_groups.get(group_name) is group:
                del self.autoscaling_groups[group_name]

        for place in [place for place, one in self.policies.items() if one.auto_scaling_group_name == group_name]:
            del self.policies[place]
        for place in [place for place, one in self.lifecycle_hooks.items() if one.auto_scaling_group_name == group_name]:
            del self.lifecycle_hooks[place]
        if provisioning.end(group, "scaling_group delete", group_name, "Delete in progress", finish):
            self.autoscaling_groups[group_name] = group

    def enable_metrics_collection(self: Any) -> ActionResult:
        """Without metrics that are named, all are meant."""
        group = self.autoscaling_backend.autoscaling_groups[self._get_param("AutoScalingGroupName")]
        group.metrics = sorted({*group.metrics, *(self._get_param("Metrics", []) or _METRICS)})
        return EmptyResult()

    def disable_metrics_collection(self: Any) -> ActionResult:
        group = self.autoscaling_backend.autoscaling_groups[self._get_param("AutoScalingGroupName")]
        gone = self._get_param("Metrics", []) or group.metrics
        group.metrics = [metric for metric in group.metrics if metric not in gone]
        return EmptyResult()

    def status(self: Any) -> str | None:
        return provisioning.under_way(self) or None

    response.create_auto_scaling_group, response.update_auto_scaling_group = create_auto_scaling_group, update_auto_scaling_group
    response.delete_auto_scaling_group, backend.delete_auto_scaling_group = delete_auto_scaling_group, delete_group
    response.enable_metrics_collection = enable_metrics_collection  # type: ignore[method-assign]
    response.disable_metrics_collection = disable_metrics_collection  # type: ignore[attr-defined]
    models.FakeAutoScalingGroup.status = property(status)  # type: ignore[attr-defined]


def _refuse_deleting(group: Any) -> None:
    if group and provisioning.under_way(group):
        raise AutoscalingClientError("ScalingActivityInProgress", "AutoScalingGroup is being deleted.")


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")


def _instances() -> None:
    """Each instance is of the version that the group named when it was launched, and the subnets take turns."""
    group_type, state = models.FakeAutoScalingGroup, models.InstanceState
    init, register = state.__init__, models.AutoScalingBackend.update_attached_target_groups

    def launched(self: Any, instance: Any, *arguments: Any, **more: Any) -> None:
        init(self, instance, *arguments, **more)
        template = getattr(self.auto_scaling_group, "ec2_launch_template", None)
        if template:
            version = template.get_version(self.auto_scaling_group.launch_template_version)
            self.launched_version = getattr(instance, "launched_version", version.number)

    def launch_template(self: Any) -> dict[str, Any] | None:
        template = getattr(self.auto_scaling_group, "ec2_launch_template", None)
        if template is None:
            return None
        return {"LaunchTemplateId": template.id, "LaunchTemplateName": template.name, "Version": str(self.launched_version)}

    def launch(self: Any, count_needed: int, propagated_tags: dict[str, str]) -> None:
        subnets = (self.vpc_zone_identifier or "").split(",")
        if not self.ec2_launch_template or not subnets[0]:
            plain(self, count_needed, propagated_tags)
            return
        version = self.ec2_launch_template.get_version(self.launch_template_version)
        interfaces = version.data.get("NetworkInterfaces") or [{}]
        groups = version.data.get("SecurityGroupIds") or interfaces[0].get("Groups") or []
        volume_tags = _specified(version, "volume")
        # A mapping of the image's own disk changes that one; moto would add another.
        mapped = version.data.get("BlockDeviceMappings") or []
        disks = {"block_device_mappings": mapped} if any(one["DeviceName"] in _ROOTS for one in mapped) else {}
        tags = {**version.instance_tags, **propagated_tags, models.ASG_NAME_TAG: self.name}
        turn = itertools.cycle(
            sorted(subnets, key=lambda subnet: sum(one.instance.subnet_id == subnet for one in self.instance_states))
        )
        for _ in range(count_needed):
            subnet = next(turn)
            reservation = self.ec2_backend.run_instances(
                version.image_id,
                1,
                version.user_data,
                version.security_groups,
                security_group_ids=list(groups),
                instance_type=version.instance_type,
                tags={"instance": dict(tags), "volume": volume_tags},
                placement=self.ec2_backend.get_subnet(subnet).availability_zone,
                launch_template={"LaunchTemplateId": self.ec2_launch_template.id, "Version": str(version.number)},
                is_instance_type_default=False,
                associate_public_ip=bool(interfaces[0].get("AssociatePublicIpAddress")),
                subnet_id=subnet,
                key_name=version.data.get("KeyName"),
                metadata_options=version.data.get("MetadataOptions"),
                **disks,
            )
            (instance,) = reservation.instances
            for interface in instance.nics.values():
                # The first interface goes with its instance unless it is asked to stay.
                interface.delete_on_termination = interfaces[0].get("DeleteOnTermination", True)
            if profile := version.data.get("IamInstanceProfile"):
                self.ec2_backend.associate_iam_instance_profile(
                    instance.id, iam_instance_profile_name=profile.get("Name"), iam_instance_profile_arn=profile.get("Arn")
                )
            instance.autoscaling_group, instance.launched_version = self, version.number
            self.instance_states.append(state(instance, protected_from_scale_in=self.new_instances_protected_from_scale_in))

    def leave(self: Any, target_group: Any, instances: set[str]) -> None:
        gone = [{"Id": one} for one in sorted(instances) if target_group and one in target_group.targets]
        if gone:
            self.elbv2_backend.deregister_targets(target_group.arn, gone)

    def detach_load_balancer_target_groups(self: Any, group_name: str, target_group_arns: list[str]) -> None:
        group = self.autoscaling_groups[group_name]
        group.target_group_arns = [arn for arn in group.target_group_arns if arn not in target_group_arns]
        for arn in target_group_arns:
            leave(self, self.elbv2_backend.target_groups.get(arn), {one.instance.id for one in group.instance_states})

    def update_attached_target_groups(self: Any, group_name: str) -> None:
        """An instance that leaves the group leaves its target groups."""
        group = self.autoscaling_groups[group_name]
        staying = {one.instance.id for one in group.instance_states}
        for arn in group.target_group_arns:
            target_group = self.elbv2_backend.target_groups.get(arn)
            leave(self, target_group, getattr(group, "had", set()) - staying)
        group.had = getattr(group, "had", set()) | staying
        register(self, group_name)

    plain = group_type.replace_autoscaling_group_instances
    state.__init__ = launched  # type: ignore[method-assign]
    state.launch_template = property(launch_template)  # type: ignore[method-assign,assignment]
    group_type.replace_autoscaling_group_instances = launch  # type: ignore[method-assign]
    models.AutoScalingBackend.detach_load_balancer_target_groups = detach_load_balancer_target_groups  # type: ignore[method-assign]
    models.AutoScalingBackend.update_attached_target_groups = update_attached_target_groups  # type: ignore[method-assign]


def _specified(version: Any, kind: str) -> dict[str, str]:
    specifications = version.data.get("TagSpecifications") or []
    return {tag["Key"]: tag["Value"] for one in specifications if one["ResourceType"] == kind for tag in one["Tags"]}


def _policies() -> None:
    """Two groups may have policies of one name."""
    backend, response = models.AutoScalingBackend, AutoScalingResponse
    put = backend.put_scaling_policy

    def put_scaling_policy(self: Any, name: str, *arguments: Any, **settings: Any) -> Any:
        others = dict(self.policies)
        policy = put(self, name, *arguments, **settings)
        self.policies.clear()
        self.policies.update({place: one for place, one in others.items() if place != name})
        self.policies[f"{policy.auto_scaling_group_name}/{name}"] = policy
        policy.enabled = True
        return policy

    def delete_policy(self: Any) -> ActionResult:
        name, group = self._get_param("PolicyName"), self._get_param("AutoScalingGroupName")
        _policy(self.autoscaling_backend, name, group, remove=True)
        return EmptyResult()

    def execute_policy(self: Any) -> ActionResult:
        _policy(self.autoscaling_backend, self._get_param("PolicyName"), self._get_param("AutoScalingGroupName")).execute()
        return EmptyResult()

    backend.put_scaling_policy = put_scaling_policy  # type: ignore[method-assign]
    response.delete_policy, response.execute_policy = delete_policy, execute_policy  # type: ignore[method-assign]


def _policy(backend: Any, name: str, group: str | None, *, remove: bool = False) -> Any:
    """A policy by its ARN, or by its name and its group."""
    for place, policy in backend.policies.items():
        if name in (policy.arn, policy.name) and group in (None, policy.auto_scaling_group_name):
            return backend.policies.pop(place) if remove else policy
    raise ValidationError("PolicyName or PolicyARN not found")


def _hooks() -> None:
    response = AutoScalingResponse
    put = response.put_lifecycle_hook

    def put_lifecycle_hook(self: Any) -> ActionResult:
        """Where it tells of itself is what was asked for, or nowhere; what is left out of a change stays."""
        group, name = self._get_param("AutoScalingGroupName"), self._get_param("LifecycleHookName")
        standing = self.autoscaling_backend.lifecycle_hooks.get(f"{group}_{name}")
        answer: ActionResult = put(self)
        hook = self.autoscaling_backend.lifecycle_hooks[f"{group}_{name}"]
        hook.lifecycle_hook_name = name
        for attribute, key in (
            ("role_arn", "RoleARN"),
            ("notification_target_arn", "NotificationTargetARN"),
            ("notification_metadata", "NotificationMetadata"),
        ):
            setattr(hook, attribute, self._get_param(key) or getattr(standing, attribute, None))
        hook.global_timeout = min(172800, hook.heartbeat_timeout * 100)
        return answer

    response.put_lifecycle_hook = put_lifecycle_hook  # type: ignore[method-assign]


def _refreshes() -> None:
    response = AutoScalingResponse

    def start_instance_refresh(self: Any) -> ActionResult:
        backend, name = self.autoscaling_backend, self._get_param("AutoScalingGroupName")
        group = backend.autoscaling_groups.get(name)
        if not group:
            raise ValidationError("AutoScalingGroup name not found - null")
        if any(_state_of(one) in _ACTIVE for one in _of(group)):
            raise RefreshInProgressError
        preferences = self._get_param("Preferences", {}) or {}
        refresh = SimpleNamespace(
            id=str(mock_random.uuid4()),
            status="Successful",
            reason="",
            start=utcnow(),
            end=None,
            preferences=preferences,
            replaced=0,
        )
        _of(group).insert(0, refresh)

        def finish() -> None:
            if refresh.status != "Cancelled":
                _replace(backend, group, refresh, skip_matching=preferences.get("SkipMatching", False))
                provisioning.finished(refresh)

        if not provisioning.end(refresh, "instance_refresh", name, "InProgress", finish):
            finish()
        return ActionResult({"InstanceRefreshId": refresh.id})

    def describe_instance_refreshes(self: Any) -> ActionResult:
        group = self.autoscaling_backend.autoscaling_groups.get(self._get_param("AutoScalingGroupName"))
        if not group:
            raise ValidationError("AutoScalingGroup name not found - null")
        ids, most = self._get_param("InstanceRefreshIds", []), self._get_int_param("MaxRecords", 50)
        found = [one for one in _of(group) if not ids or one.id in ids][:most]
        return ActionResult({"InstanceRefreshes": [_answer(group, one) for one in found]})

    def cancel_instance_refresh(self: Any) -> ActionResult:
        """What was replaced by then stays so."""
        group = self.autoscaling_backend.autoscaling_groups.get(self._get_param("AutoScalingGroupName"))
        active = next((one for one in _of(group) if _state_of(one) in _ACTIVE), None)
        if not active:
            raise NoActiveRefreshError
        active.status, active.reason, active.end = "Cancelled", "Cancelled due to user request.", utcnow()
        provisioning.finished(active)
        return ActionResult({"InstanceRefreshId": active.id})

    response.start_instance_refresh = start_instance_refresh  # type: ignore[attr-defined]
    response.describe_instance_refreshes = describe_instance_refreshes  # type: ignore[attr-defined]
    response.cancel_instance_refresh = cancel_instance_refresh  # type: ignore[attr-defined]


def _of(group: Any) -> list[Any]:
    """The refreshes of a group, the newest first."""
    found: list[Any] = vars(group).setdefault("refreshes", [])
    return found


def _state_of(refresh: Any) -> str:
    return provisioning.under_way(refresh) or str(refresh.status)


def _answer(group: Any, refresh: Any) -> dict[str, Any]:
    state = _state_of(refresh)
    answer = {
        "InstanceRefreshId": refresh.id,
        "AutoScalingGroupName": group.name,
        "Status": state,
        "StartTime": refresh.start,
        "PercentageComplete": 100 if state == "Successful" else 0,
        "InstancesToUpdate": 0 if state == "Successful" else len(group.instance_states),
        "Preferences": refresh.preferences,
    }
    more = {"StatusReason": refresh.reason, "EndTime": refresh.end}
    return answer | {key: value for key, value in more.items() if value}


def _replace(backend: Any, group: Any, refresh: Any, *, skip_matching: bool) -> None:
    """New instances for those of another version, or for all."""
    template = group.ec2_launch_template
    version = template.get_version(group.launch_template_version).number if template else 0
    leaving = [one for one in group.instance_states if not skip_matching or getattr(one, "launched_version", 0) != version]
    if leaving:
        backend.ec2_backend.terminate_instances([one.instance.id for one in leaving])
        group.instance_states = [one for one in group.instance_states if one not in leaving]
        group.set_desired_capacity(group.desired_capacity)
    refresh.replaced, refresh.end = len(leaving), utcnow()
