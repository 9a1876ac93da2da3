# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Elastic Load Balancing: attributes that are always there, deletion protection, both forms of a rule's condition.

Follows the Elastic Load Balancing API reference: LoadBalancerAttribute and TargetGroupAttribute (names and defaults),
TargetGroup (LoadBalancerArns), RuleCondition, DeleteLoadBalancer (OperationNotPermitted), LoadBalancerState (provisioning),
CreateListener, ModifyListener and AddListenerCertificates (UnsupportedCertificate: one that is not issued is refused),
TargetHealth (states and reasons, where the load balancers are run).
"""

from __future__ import annotations

import functools
import inspect
from typing import Any

from moto.acm.models import acm_backends
from moto.elbv2 import models
from moto.elbv2.exceptions import ELBClientError

from .. import machines, provisioning

LOGS = {"access_logs.s3.enabled": "false", "access_logs.s3.bucket": "", "access_logs.s3.prefix": ""}
APPLICATION_LOGS = {
    f"{kind}.s3.{key}": value
    for kind in ("connection_logs", "health_check_logs")
    for key, value in (("enabled", "false"), ("bucket", ""), ("prefix", ""))
}
LOAD_BALANCER = {"deletion_protection.enabled": "false", **LOGS, "zonal_shift.config.enabled": "false"}
APPLICATION = {
    **LOAD_BALANCER,
    **APPLICATION_LOGS,
    "client_keep_alive.seconds": "3600",
    "idle_timeout.timeout_seconds": "60",
    "load_balancing.cross_zone.enabled": "true",
    "routing.http.desync_mitigation_mode": "defensive",
    "routing.http.drop_invalid_header_fields.enabled": "false",
    "routing.http.preserve_host_header.enabled": "false",
    "routing.http.x_amzn_tls_version_and_cipher_suite.enabled": "false",
    "routing.http.xff_client_port.enabled": "false",
    "routing.http.xff_header_processing.mode": "append",
    "routing.http2.enabled": "true",
    "waf.fail_open.enabled": "false",
}
NETWORK = {
    **LOAD_BALANCER,
    "dns_record.client_routing_policy": "any_availability_zone",
    "load_balancing.cross_zone.enabled": "false",
}
GROUP_HEALTH = {
    f"target_group_health.{what}.minimum_healthy_targets.{unit}": value
    for what in ("dns_failover", "unhealthy_state_routing")
    for unit, value in (("count", "1"), ("percentage", "off"))
}
HTTP_GROUP = {
    "load_balancing.algorithm.anomaly_mitigation": "off",
    "stickiness.app_cookie.cookie_name": "",
    "stickiness.app_cookie.duration_seconds": "86400",
    "stickiness.lb_cookie.duration_seconds": "86400",
    **GROUP_HEALTH,
}
NETWORK_GROUP = {
    "deregistration_delay.connection_termination.enabled": "false",
    "proxy_protocol_v2.enabled": "false",
    "target_health_state.unhealthy.connection_termination.enabled": "true",
    **GROUP_HEALTH,
}
HTTP_ONLY = ("load_balancing.algorithm.type", "slow_start.duration_seconds", "waf.fail_open.enabled")
CONFIGS = {"host-header": "HostHeaderConfig", "path-pattern": "PathPatternConfig"}

DRAINING = ("draining", "Target.DeregistrationInProgress", "Target deregistration is in progress")
REGISTERING = ("initial", "Elb.RegistrationInProgress", "Target registration is in progress")
UNUSED = ("unused", "Target.NotInUse", "Target group is not configured to receive traffic from the load balancer")


def apply() -> None:
    models.FakeLoadBalancer.VALID_ATTRS |= set(APPLICATION_LOGS)
    after_init(models.FakeLoadBalancer, load_balancer_attributes)
    after_init(models.FakeTargetGroup, target_group_attributes)
    after_init(models.FakeLoadBalancer, provisioned)
    models.FakeLoadBalancer.activate = once_provisioned(models.FakeLoadBalancer.activate)
    backend = models.ELBv2Backend
    for operation in ("create_listener", "modify_listener", "add_listener_certificates"):
        setattr(backend, operation, with_issued_certificates(getattr(backend, operation)))
    backend.delete_load_balancer = protected(backend.delete_load_balancer)
    backend.describe_target_groups = with_users(backend.describe_target_groups)
    backend.describe_target_health = as_checked(backend.describe_target_health)
    backend.create_rule = with_both_forms(backend.create_rule)
    backend.modify_rule = with_both_forms(backend.modify_rule)


def after_init(kind: type, change: Any) -> None:
    plain = kind.__init__

    @functools.wraps(plain)
    def init(self: Any, *arguments: Any, **named: Any) -> None:
        plain(self, *arguments, **named)
        change(self)

    kind.__init__ = init  # type: ignore[misc]


def provisioned(balancer: Any) -> None:
    provisioning.begin(balancer, "load_balancer create", balancer.arn, "provisioning")


def once_provisioned(activate: Any) -> Any:
    @functools.wraps(activate)
    def activate_in_time(self: Any) -> None:
        if not provisioning.under_way(self):
            activate(self)

    return activate_in_time


def with_issued_certificates(change: Any) -> Any:
    signature = inspect.signature(change)

    @functools.wraps(change)
    def change_listener(self: Any, *arguments: Any, **named: Any) -> Any:
        given = signature.bind(self, *arguments, **named).arguments
        several = [one["CertificateArn"] for one in given.get("certificates") or []]
        for arn in filter(None, [given.get("certificate"), *several]):
            refuse_unissued(arn)
        return change(self, *arguments, **named)

    return change_listener


def refuse_unissued(arn: str) -> None:
    service, region, account = arn.split(":")[2:5]
    standing = acm_backends[account][region]._certificates.get(arn) if service == "acm" else None
    if standing:
        standing.check()  # moto issues a certificate when it is looked at
        if standing.status != "ISSUED":
            needs = "must have a fully-qualified domain name, a supported signature, and a supported key size."
            raise ELBClientError("UnsupportedCertificate", f"The certificate '{arn}' {needs}")


def load_balancer_attributes(balancer: Any) -> None:
    balancer.attrs = {"application": APPLICATION, "network": NETWORK}.get(balancer.type, balancer.attrs).copy()
    if balancer.type in ("application", "network"):
        balancer.attrs["ipv6.deny_all_igw_traffic"] = "true" if balancer.scheme == "internal" else "false"


def target_group_attributes(group: Any) -> None:
    if group.protocol in ("HTTP", "HTTPS"):
        group.attributes = {**HTTP_GROUP, **group.attributes}
    elif group.protocol in ("TCP", "TLS", "UDP", "TCP_UDP"):
        client_ip = not (group.target_type == "ip" and group.protocol in ("TCP", "TLS"))
        kept = {key: value for key, value in group.attributes.items() if key not in HTTP_ONLY}
        group.attributes = {**NETWORK_GROUP, "preserve_client_ip.enabled": str(client_ip).lower(), **kept}


def protected(delete: Any) -> Any:
    @functools.wraps(delete)
    def delete_load_balancer(self: Any, arn: str) -> None:
        balancer = self.load_balancers.get(arn)
        if balancer and balancer.attrs.get("deletion_protection.enabled") == "true":
            message = f"Load balancer '{arn}' cannot be deleted because deletion protection is enabled"
            raise ELBClientError("OperationNotPermitted", message)
        delete(self, arn)

    return delete_load_balancer


def with_users(describe: Any) -> Any:
    """A target group names the load balancers whose listeners forward to it now, not all that ever did."""

    @functools.wraps(describe)
    def describe_target_groups(self: Any, *arguments: Any, **named: Any) -> Any:
        for group in self.target_groups.values():
            group.load_balancer_arns = [arn for arn, one in self.load_balancers.items() if forwards(self, one, group.arn)]
        return describe(self, *arguments, **named)

    return describe_target_groups


def forwards(backend: Any, balancer: Any, group: str) -> bool:
    rules = [rule for listener in balancer.listeners.values() for rule in listener.rules.values()]
    return any(group in backend._get_target_group_arns_from(action_data=action.data) for rule in rules for action in rule.actions)


def as_checked(describe: Any) -> Any:
    """While load balancers are run, the health of what runs behind them is what their checks say."""

    @functools.wraps(describe)
    def describe_target_health(self: Any, target_group_arn: str, targets: list[dict[str, Any]]) -> Any:
        found = describe(self, target_group_arn, targets)
        if not machines.alive():
            return found
        group, checked = self.target_groups[target_group_arn], machines.health(target_group_arn) or {}
        if not targets:
            leaving = [{"Id": name, "Port": group.port} for name in checked if name not in group.targets]
            found += [group.health_for(group.deregistered_targets.get(one["Id"], one), self.ec2_backend) for one in leaving]
        for one in found:
            if one.instance_id not in group.targets and one.instance_id in checked:
                one.status, one.reason, one.description = DRAINING
            elif one.status == "healthy" and runs(self, one.instance_id):
                one.status, one.reason, one.description = checked.get(one.instance_id) or unchecked(self, group)
        return found

    return describe_target_health


def runs(backend: Any, target: str) -> bool:
    """Whether a target is an instance, or the address of one; what is behind other addresses is not run here."""
    instances = [one for reservation in backend.ec2_backend.reservations.values() for one in reservation.instances]
    return any(target in (one.id, one.private_ip) for one in instances)


def unchecked(backend: Any, group: Any) -> tuple[str, str | None, str | None]:
    """How a target is that no load balancer has looked at."""
    users = [one for one in backend.load_balancers.values() if forwards(backend, one, group.arn)]
    if not users:
        return UNUSED
    return REGISTERING if any(one.type == "application" for one in users) else ("healthy", None, None)


def with_both_forms(change: Any) -> Any:
    """A condition on hosts or paths is answered with C(Values) and with its C(...Config), whichever was sent."""

    @functools.wraps(change)
    def rule(self: Any, *arguments: Any, **named: Any) -> Any:
        made = change(self, *arguments, **named)
        for condition in made.conditions:
            if config := CONFIGS.get(condition.get("Field", "")):
                values = condition.get(config, {}).get("Values") or condition.get("Values") or []
                condition[config] = {**condition.get(config, {}), "Values": values}
                condition["Values"] = values
        return made

    return rule
