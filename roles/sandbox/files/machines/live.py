# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The load balancers of a region as they stand now: read by boto3, each with an address in one of its subnets."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .configuration import Balancer, Group, Listener, Target

Certificate = Callable[[tuple[str, ...]], str]


@dataclass
class Live:
    """Of all regions together."""

    balancers: list[Balancer] = field(default_factory=list)
    groups: dict[str, Group] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)  # address, by DNS name
    networks: dict[tuple[str, str], set[str]] = field(default_factory=dict)  # addresses, by region and VPC


@dataclass(frozen=True)
class Region:
    """Reads one region into what stands."""

    name: str
    client: Callable[[str], Any]
    instances: Sequence[Mapping[str, Any]]
    certificate: Certificate  # the file of one for these names

    def read(self, live: Live, addresses: dict[str, str]) -> None:
        """C(addresses) are those of balancers by ARN: what has one keeps it."""
        found = [one for one in self.list("elbv2", "describe_load_balancers", "LoadBalancers") if serves(one)]
        if not found:
            return
        groups = {one["TargetGroupArn"]: one for one in self.list("elbv2", "describe_target_groups", "TargetGroups")}
        subnets = {one["SubnetId"]: one["CidrBlock"] for one in self.list("ec2", "describe_subnets", "Subnets")}
        sources = self._sources()
        for balancer in found:
            arn, vpc = balancer["LoadBalancerArn"], balancer["VpcId"]
            subnet = subnets[balancer["AvailabilityZones"][0]["SubnetId"]]
            taken = {*addresses.values(), *(one.get("PrivateIpAddress", "") for one in self.instances)}
            address = addresses.get(arn) or free(subnet, taken)
            addresses[arn] = address
            listeners = []
            for listener in self.list("elbv2", "describe_listeners", "Listeners", LoadBalancerArn=arn):
                rules = self.list("elbv2", "describe_rules", "Rules", ListenerArn=listener["ListenerArn"])
                port = int(listener["Port"])
                let_in = sources.let_in(balancer.get("SecurityGroups", []), port)
                listeners.append(Listener(port, rules, let_in, tuple(self._certificates(listener))))
                for group in forwarded_to(rules) - set(live.groups):
                    live.groups[group] = Group(groups[group], tuple(self._targets(groups[group])))
            name = f"{balancer['LoadBalancerName']}-{arn.rpartition('/')[2]}"
            live.balancers.append(Balancer(arn, name, address, tuple(listeners)))
            live.names[balancer["DNSName"].lower()] = address
            live.networks.setdefault((self.name, vpc), set()).add(address)

    def list(self, service: str, operation: str, of: str, **options: Any) -> list[dict[str, Any]]:
        pages = self.client(service).get_paginator(operation).paginate(**options)
        return [one for page in pages for one in page[of]]

    def _sources(self) -> Sources:
        lists = {
            one["PrefixListId"]: [
                entry["Cidr"]
                for entry in self.list("ec2", "get_managed_prefix_list_entries", "Entries", PrefixListId=one["PrefixListId"])
            ]
            for one in self.list("ec2", "describe_managed_prefix_lists", "PrefixLists")
            if one["AddressFamily"] == "IPv4"
        }
        carried: dict[str, list[str]] = {}
        for instance in self.instances:
            for group in instance.get("SecurityGroups", []) if instance.get("PrivateIpAddress") else []:
                carried.setdefault(group["GroupId"], []).append(instance["PrivateIpAddress"])
        rules = {one["GroupId"]: one["IpPermissions"] for one in self.list("ec2", "describe_security_groups", "SecurityGroups")}
        return Sources(rules, lists, carried)

    def _certificates(self, listener: Mapping[str, Any]) -> Iterable[str]:
        if listener["Protocol"] != "HTTPS":
            return
        others = self.list("elbv2", "describe_listener_certificates", "Certificates", ListenerArn=listener["ListenerArn"])
        arns = dict.fromkeys(one["CertificateArn"] for one in [*listener.get("Certificates", []), *others])
        for arn in arns:  # the first is the one without a name that fits
            told = self.client("acm").describe_certificate(CertificateArn=arn)["Certificate"]
            yield self.certificate(tuple(dict.fromkeys([told["DomainName"], *told.get("SubjectAlternativeNames", [])])))

    def _targets(self, group: Mapping[str, Any]) -> Iterable[Target]:
        places = {one["InstanceId"]: one.get("PrivateIpAddress") for one in self.instances}
        if group.get("TargetType") == "ip":
            places = {place: place for place in places.values()}
        elif group.get("TargetType") != "instance":
            return
        health = self.client("elbv2").describe_target_health(TargetGroupArn=group["TargetGroupArn"])["TargetHealthDescriptions"]
        for one in health:
            target, state = one["Target"], one["TargetHealth"]["State"]
            address = places.get(target["Id"])
            if address and state not in ("draining", "unused"):
                yield Target(target["Id"], address, int(target["Port"]))


@dataclass(frozen=True)
class Sources:
    """What security groups let in: their rules, the entries of prefix lists, and the addresses that carry a group."""

    rules: Mapping[str, Sequence[Mapping[str, Any]]]
    lists: Mapping[str, Sequence[str]]
    carried: Mapping[str, Sequence[str]]

    def let_in(self, groups: Iterable[str], port: int) -> tuple[str, ...]:
        """From where these groups let TCP in on a port, as blocks of IPv4."""
        found: set[str] = set()
        for rule in (rule for group in groups for rule in self.rules.get(group, [])):
            if rule["IpProtocol"] == "-1" or (rule["IpProtocol"] == "tcp" and rule["FromPort"] <= port <= rule["ToPort"]):
                found.update(one["CidrIp"] for one in rule.get("IpRanges", []))
                found.update(entry for one in rule.get("PrefixListIds", []) for entry in self.lists.get(one["PrefixListId"], []))
                found.update(one for pair in rule.get("UserIdGroupPairs", []) for one in self.carried.get(pair["GroupId"], []))
        return tuple(sorted(found))


def serves(balancer: Mapping[str, Any]) -> bool:
    return bool(balancer["Type"] == "application" and balancer["State"]["Code"] == "active")


def forwarded_to(rules: Iterable[Mapping[str, Any]]) -> set[str]:
    """The target groups that rules forward to."""
    actions = [action for rule in rules for action in rule["Actions"] if action["Type"] == "forward"]
    several = {one["TargetGroupArn"] for action in actions for one in action.get("ForwardConfig", {}).get("TargetGroups", [])}
    return several | {action["TargetGroupArn"] for action in actions if action.get("TargetGroupArn")}


def free(subnet: str, taken: Collection[str]) -> str:
    """The last address of a subnet that nothing has; instances are given the first ones. AWS keeps the very last."""
    block = ipaddress.IPv4Network(subnet)
    for number in range(block.num_addresses - 2, 3, -1):
        if (address := str(block[number])) not in taken:
            return address
    raise ValueError(f"{subnet} has no address left for a load balancer")
