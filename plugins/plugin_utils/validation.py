# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What has to hold of the settings of a stack. Every check is pure and returns its problems, none when all is well."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from itertools import combinations
from typing import Any
from zoneinfo import available_timezones

from ..module_utils.fargate import check_size
from ..module_utils.naming import domain_name, full_name
from ..module_utils.schedules import check_expression
from .problems import STACK, Path, Problem, did_you_mean, listed
from .specification import Unknown

# Ends of a flow that are no components.
PLACES = ("internet", "vpc", "cloudflare")
# The tiers that have network interfaces, so that a security group can open and close them.
GUARDED_TIERS = frozenset({"alb", "asg", "cache", "database", "ecs", "function", "pipeline", "schedule"})

# Settings that name a component, and the tiers that it may be in; a star is every element of a list or value of a mapping.
# An argument spec says the same in its description: "The alb component that ...", or "The component that ...".
REFERENCES: Mapping[str, tuple[str, ...]] = {
    "alb_access_logs": ("storage",),
    "alb_certificate": ("certificate",),
    "alb_origin_lock": ("secrets",),
    "alb_targets.*.name": ("asg", "ecs", "function"),
    "asg_data_key": ("kms",),
    "asg_load_balancer": ("alb",),
    "asg_log_key": ("kms",),
    "certificate_zone": ("cloudflare", "dns"),
    "cloudflare_origin_lock": ("secrets",),
    "cloudflare_records.*.alias": ("alb",),
    "dns_records.*.alias": ("alb",),
    "ecs_cluster": ("ecs",),
    "ecs_load_balancer": ("alb",),
    "ecs_registry": ("registry",),
    "ecs_secrets.*.component": ("cache", "database", "secrets"),
    "schedule_cluster": ("ecs",),
    "schedule_registry": ("registry",),
    "schedule_secrets.*.component": ("cache", "database", "secrets"),
    "stack_artifacts": ("storage",),
    "stack_zone": ("dns",),
    "storage_replica.component": ("storage",),
}
# The same of the settings that every tier may have: C(database_key), C(cache_key), C(stack_key) and so on.
COMMON_REFERENCES: Mapping[str, tuple[str, ...]] = {"key": ("kms",), "network": ("network",)}
# A reference that only the default of another setting reads: it does not matter where that one is given whole.
READ_BY: Mapping[str, str] = {"ecs_registry": "ecs_image", "schedule_registry": "schedule_image"}
# Those that may not be empty: a role does nothing without what they name.
NEEDED = frozenset(
    {
        "alb_network",
        "asg_network",
        "cache_key",
        "cache_network",
        "database_key",
        "database_network",
        "ecs_cluster",
        "ecs_network",
        "ecs_registry",
        "ecs_secrets.*.component",
        "schedule_cluster",
        "schedule_network",
        "schedule_registry",
        "schedule_secrets.*.component",
    }
)

# Settings that name an element of another setting of the same component.
ELEMENTS: Mapping[str, str] = {"alb_default": "alb_targets.*.name", "alb_rules.*.target": "alb_targets.*.name"}

# Settings of which the first may not be greater than the second.
ORDERED = (
    ("asg_min_size", "asg_max_size"),
    ("database_min_capacity", "database_max_capacity"),
    ("database_storage", "database_max_storage"),
    ("dynamodb_min_read_capacity", "dynamodb_max_read_capacity"),
    ("dynamodb_min_write_capacity", "dynamodb_max_write_capacity"),
    ("ecs_min_tasks", "ecs_max_tasks"),
)

# Settings that AWS takes within bounds: RetryPolicy and FlexibleTimeWindow of the Amazon EventBridge Scheduler API reference.
BOUNDS: Mapping[str, tuple[int, int]] = {
    "schedule_flexible_window_minutes": (0, 1440),
    "schedule_max_age_seconds": (60, 86400),
    "schedule_max_attempts": (0, 185),
}

# What a stack is; all else of it is made from these.
IDENTITY = ("stack_name", "stack_environment", "stack_profile", "stack_profiles", "stack_account", "stack_region")
# Everything is named, tagged and found by these, so they are the same on all components.
SHARED = ("stack_name", "stack_environment", "stack_account")

# What of a database is of an instance or of a cluster alone: what it has to have, and what is restored to a point in time.
_AURORA = "aurora-postgresql"
_OF_INSTANCE, _OF_CLUSTER = ("database_instance_class",), ("database_min_capacity", "database_max_capacity")
# From these minor versions on a member of a cluster can be paused: Amazon Aurora User Guide, "Aurora Serverless v2 capacity".
_PAUSING = {"13": 15, "14": 12, "15": 7, "16": 3}
# The last minor versions that AWS makes no new clusters of, "Release calendars for Aurora PostgreSQL", but for long-term support.
_WITHDRAWN, _LONG_TERM = {"13": 13, "14": 10, "15": 7, "16": 3}, ("13.9", "14.6")
_LEAST_GREATEST_CAPACITY, _GREATEST_CAPACITY, _MOST_READERS = 1, 256, 15

_LABEL = re.compile(r"[a-z]([a-z0-9]|-(?=[a-z0-9]))*")
_COMPONENT = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
_DOMAIN = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*")
_LONGEST_LABEL = 32
_LONGEST_COMPONENT = 63
_CONDITION_VALUES, _LAST_PRIORITY = 5, 50000


@dataclass(frozen=True)
class Component:
    """A component of the stack with its tiers and its checked settings, the stack's among them."""

    name: str
    tiers: tuple[str, ...]
    settings: Mapping[str, Any] = field(default_factory=dict)

    def known(self, *names: str) -> bool:
        """Whether all of these are declared, right so far, and known before the stack is run."""
        return all(self.settings.get(name) is not None and not isinstance(self.settings[name], Unknown) for name in names)


Members = Mapping[str, Sequence[str]]
Say = Callable[[Path, str], None]


def check_component(component: Component, members: Members) -> list[Problem]:
    """Everything that can be said of one component. C(members) are the components of the whole stack by tier."""
    own_flows = component.settings.get("network_flows") != component.settings.get("stack_flows")
    return [
        *check_flows(component, "stack_flows", members),
        *(check_flows(component, "network_flows", members) if own_flows else []),
        *check_network(component),
        *check_task_size(component),
        *check_schedule(component),
        *check_log_bucket(component),
        *check_database(component),
        *check_records(component),
        *check_rules(component),
        *check_order(component),
        *check_bounds(component),
        *check_references(component, members),
        *check_needed(component, members),
        *check_elements(component),
    ]


def check_names(names: Collection[str]) -> list[Problem]:
    """Component names become parts of resource names, where capital letters, underscores and dots are not at home."""
    problems = []
    for name in names:
        if not _COMPONENT.fullmatch(name):
            cure = f"use lower-case letters, digits, hyphens and dots: {full_name([name]) or 'web'}"
            problems.append(Problem(name, (), f"the component can't be named so; {cure}"))
        elif len(name) > _LONGEST_COMPONENT:
            problems.append(
                Problem(name, (), f"the component's name has {len(name)} characters; use {_LONGEST_COMPONENT} at most")
            )
        elif name in PLACES:
            problems.append(
                Problem(name, (), f"the component can't be named so, because flows call {name} something else; rename it")
            )
    alike: dict[str, list[str]] = {}
    for name in names:
        alike.setdefault(full_name([name]), []).append(name)
    problems += [
        Problem(same[1], (), f"what it makes would be named as that of {same[0]} is; rename one of them")
        for same in alike.values()
        if len(same) > 1
    ]
    return problems


def check_tiers(component: Component, groups: Collection[str], tiers: Collection[str]) -> list[Problem]:
    """A component in no tier would silently be left out. C(groups) are all groups that it is in."""
    if component.tiers:
        return []
    for group in groups:
        cure = did_you_mean(group, tiers)
        if cure:
            return [Problem(component.name, (), f"{group} is not a tier{cure}")]
    return [Problem(component.name, (), f"the component is in no tier; put it in one of the groups {listed(tiers, 'or')}")]


def check_identity(component: Component, regions: Mapping[str, str]) -> list[Problem]:
    """The stack's name, environment, profile, account and region. C(regions) are the known ones with their partitions."""
    settings = component.settings
    problems: list[Problem] = []
    say = _speaker(component, problems)
    for name in ("stack_name", "stack_environment"):
        if component.known(name) and (not _LABEL.fullmatch(settings[name]) or len(settings[name]) > _LONGEST_LABEL):
            rule = f"lower-case letters, digits and single hyphens, a letter first, {_LONGEST_LABEL} characters at most"
            say((name,), f"can't be {settings[name]}; use {rule}")
    if component.known("stack_account") and not re.fullmatch(r"[0-9]{12}", settings["stack_account"]):
        say(("stack_account",), f"can't be {settings['stack_account']}; write the 12 digits of an AWS account, in quotes")
    if component.known("stack_region") and regions and (region := settings["stack_region"]) not in regions:
        cure = did_you_mean(region, regions, "name a region of AWS that the installed botocore knows")
        say(("stack_region",), f"is {region}, which is no region{cure}")
    if (
        component.known("stack_profile", "stack_profiles")
        and (profile := settings["stack_profile"]) not in settings["stack_profiles"]
    ):
        profiles = settings["stack_profiles"]
        say(
            ("stack_profile",),
            f"is {profile}, which is no profile{did_you_mean(profile, profiles, f'use {listed(profiles, "or")}')}",
        )
    return problems


def check_agreement(components: Sequence[Component]) -> list[Problem]:
    """All components must be of one stack."""
    problems = []
    for name in SHARED:
        stated = [component for component in components if component.known(name)]
        for component in stated[1:]:
            if component.settings[name] != stated[0].settings[name]:
                other = f"{stated[0].settings[name]!r} on {stated[0].name}"
                message = f"is {component.settings[name]!r} here and {other}; set it once, in group_vars/stack.yml"
                problems.append(Problem(component.name, (name,), message))
    return problems


def check_account(components: Sequence[Component], caller: Mapping[str, Any], regions: Mapping[str, str]) -> list[Problem]:
    """Whether the credentials are of the stack's account. C(caller) is what amazon.aws.aws_caller_info returned."""
    if "account" not in caller:
        said = str(caller.get("msg", "no answer")).strip().rstrip(".")
        without = "see that AWS can be reached, with credentials of that account"
        cure = "set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY" if "credentials" in said else without
        return [Problem(STACK, ("stack_account",), f"can't be compared with that of the credentials: {said}; {cure}")]
    problems = []
    partition = str(caller.get("arn", "")).split(":")[1:2]
    for component in components:
        account, region = (str(component.settings.get(name, "")) for name in ("stack_account", "stack_region"))
        if component.known("stack_account") and account != caller["account"]:
            message = f"is {account}, and the credentials are of {caller['account']} ({caller.get('arn', 'no ARN')})"
            cure = f"use credentials of {account}, or correct the setting"
            problems.append(Problem(component.name, ("stack_account",), f"{message}; {cure}"))
        if region in regions and partition and partition != [regions[region]]:
            message = f"is {region}, of the partition {regions[region]}, and the credentials are of {partition[0]}"
            problems.append(Problem(component.name, ("stack_region",), f"{message}; use credentials or a region of the other"))
    return problems


def check_flows(component: Component, setting: str, members: Members) -> list[Problem]:
    """Whether flows lead from and to what exists, over ports that exist, each once."""
    if not component.known(setting):
        return []
    problems: list[Problem] = []
    say = _speaker(component, problems)
    tiers = _tiers(members)
    seen: dict[tuple[object, ...], int] = {}
    for number, flow in enumerate(component.settings[setting]):
        if not isinstance(flow, Mapping):
            continue
        path: Path = (setting, number)
        ends = {end: flow[end] for end in ("from", "to") if isinstance(flow.get(end), str) and not isinstance(flow[end], Unknown)}
        wrong = {end: message for end, name in ends.items() if (message := _end_of_flow(name, tiers))}
        if ends.get("to") == "cloudflare":
            wrong["to"] = "names cloudflare, which connects and is not connected to; name internet"
        for end, message in wrong.items():
            say((*path, end), message)
        if len(ends) == 2 and not wrong and not any(name in tiers for name in ends.values()):
            say(path, f"goes from {ends['from']} to {ends['to']}; one end has to be a component of the stack")
        for place, span, message in _ports(flow):
            first = seen.setdefault((flow.get("from"), flow.get("to"), flow.get("protocol", "tcp"), span), number)
            if message:
                say((*path, *place), message)
            elif first != number:
                say((*path, *place), f"opens what {setting}[{first}] already opens; remove one of the two")
    return problems


def _tiers(members: Members) -> dict[str, list[str]]:
    """The tiers by component, out of the components by tier."""
    tiers: dict[str, list[str]] = {}
    for tier, names in members.items():
        for name in names:
            tiers.setdefault(name, []).append(tier)
    return tiers


def _end_of_flow(name: str, tiers: Mapping[str, Sequence[str]]) -> str:
    """What is wrong with an end of a flow; empty when nothing is."""
    if name in PLACES or (name in tiers and GUARDED_TIERS.intersection(tiers[name])):
        return ""
    if name in tiers:
        can = listed(sorted(GUARDED_TIERS), "or")
        return f"names {name}, which is {listed(tiers[name])} and has no security group; name a component of {can}"
    if "/" in name:
        return "" if _network(name) else f"names {name}, {_bad_network(name)}"
    cure = did_you_mean(name, [*tiers, *PLACES], f"name a component, {', '.join(PLACES)} or an address range")
    return f"names {name}, which is no component{cure}"


def _ports(flow: Mapping[str, Any]) -> Iterator[tuple[Path, tuple[int, int], str]]:
    """Each entry of the ports with its place, its first and last port, and what is wrong with it."""
    every = (0, 65535)
    ports = flow.get("ports")
    if flow.get("protocol", "tcp") == "all":
        yield ("ports",) if ports else (), every, "can't be chosen where the protocol is all; leave them out" if ports else ""
        return
    if not ports:
        yield (), every, "opens no port; list its ports"
        return
    for number, port in enumerate(ports if isinstance(ports, list) else []):
        if isinstance(port, Unknown):
            continue
        match = re.fullmatch(r"(\d+)(?:-(\d+))?", str(port))
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
        good = 1 <= first <= last <= 65535
        cure = "use a number from 1 to 65535, or two of them, as in 8000-8010"
        yield ("ports", number), (first, last), "" if good else f"is {port!r}; {cure}"


def check_network(component: Component) -> list[Problem]:
    """Whether subnets lie in the network, side by side, one for each zone, and its domain is one."""
    problems: list[Problem] = []
    settings, say = component.settings, _speaker(component, problems)
    whole = _checked_range(settings.get("network_cidr"), ("network_cidr",), say)
    placed: list[tuple[Path, IPv4Network]] = []
    subnets = settings["network_subnets"] if component.known("network_subnets") else {}
    zones = settings["network_zones"] if component.known("network_zones") else None
    for tier, cidrs in subnets.items():
        if not isinstance(cidrs, list):
            continue
        if isinstance(zones, list) and cidrs and len(cidrs) != len(zones):
            count = f"has {len(cidrs)} address ranges for {len(zones)} zones ({listed(zones)})"
            say(("network_subnets", tier), f"{count}; give each zone one, or none at all")
        for number, cidr in enumerate(cidrs):
            path: Path = ("network_subnets", tier, number)
            network = _checked_range(cidr, path, say)
            if network and whole and not network.subnet_of(whole):
                say(path, f"is {cidr}, outside network_cidr, which is {whole}; choose a range in it")
            if network:
                placed.append((path, network))
    for (one_path, one), (other_path, other) in combinations(placed, 2):
        if one.overlaps(other):
            say(other_path, f"is {other}, which overlaps {one} of {one_path[1]}; choose a free range")
    region = settings.get("stack_region")
    for number, zone in enumerate(zones if isinstance(zones, list) and component.known("stack_region") else []):
        if not isinstance(zone, Unknown) and not str(zone).startswith(str(region)):
            say(("network_zones", number), f"is {zone}, which is not in stack_region, {region}; name zones such as {region}a")
    gateways = settings.get("network_nat_gateways", "none")
    if gateways != "none" and subnets.get("private") and not subnets.get("public"):
        say(("network_nat_gateways",), f"is {gateways}, and there are no public subnets for NAT gateways; list some, or say none")
    domain = settings["network_private_domain"] if component.known("network_private_domain") else ""
    if domain and not _DOMAIN.fullmatch(domain):
        say(("network_private_domain",), f"is {domain}; use a domain in lower case without a final dot, as in shop.internal")
    return problems


def check_networks(components: Sequence[Component]) -> list[Problem]:
    """Whether the networks of the stack are apart from each other, so that they can be connected one day."""
    ranges = [
        (component.name, network)
        for component in components
        if component.known("network_cidr") and (network := _network(component.settings["network_cidr"]))
    ]
    return [
        Problem(name, ("network_cidr",), f"is {network}, which overlaps {other} of {first}; choose a free range")
        for (first, other), (name, network) in combinations(ranges, 2)
        if network.overlaps(other)
    ]


def check_task_size(component: Component) -> list[Problem]:
    """Whether Fargate has tasks of this size."""
    problems = []
    for tier in ("ecs", "schedule"):
        cpu, memory = f"{tier}_cpu", f"{tier}_memory"
        if component.known(cpu, memory) and (message := check_size(component.settings[cpu], component.settings[memory])):
            problems.append(Problem(component.name, (cpu,), f"and {memory} do not go together: {message}"))
    return problems


def check_schedule(component: Component) -> list[Problem]:
    """Whether a schedule says when, in a way that Amazon EventBridge Scheduler takes, and is not a service as well."""
    problems = []
    if component.known("schedule_expression") and (message := check_expression(component.settings["schedule_expression"])):
        problems.append(Problem(component.name, ("schedule_expression",), message))
    if component.known("schedule_timezone") and not _is_time_zone(zone := component.settings["schedule_timezone"]):
        problems.append(
            Problem(component.name, ("schedule_timezone",), f"is {zone}, which is no time zone; write UTC or Europe/Rome")
        )
    if {"ecs", "schedule"} <= set(component.tiers):
        message = "the component is in ecs and in schedule, which would share one task definition; make two components of it"
        problems.append(Problem(component.name, (), message))
    return problems


@cache
def time_zones() -> set[str]:
    """Those of the IANA database; reading it opens each of its files."""
    return available_timezones()


def _is_time_zone(name: str) -> bool:
    """Whether the IANA database has it; where there is no database, everything passes."""
    zones = time_zones()
    return not zones or name in zones


def check_log_bucket(component: Component) -> list[Problem]:
    """Load balancers deliver to no bucket with a key of one's own: Elastic Load Balancing user guide, "Enable access logs"."""
    if not component.known("storage_load_balancer_logs", "storage_key"):
        return []
    key = component.settings["storage_key"]
    if not component.settings["storage_load_balancer_logs"] or not key:
        return []
    message = f"is {key}, and load balancers deliver their logs to buckets with Amazon S3's own key alone; leave it empty"
    return [Problem(component.name, ("storage_key",), message)]


def check_database(component: Component) -> list[Problem]:
    """Whether a database has the settings of an instance, or those of a cluster of Amazon Aurora Serverless v2."""
    if not component.known("database_engine"):
        return []
    problems: list[Problem] = []
    settings, say = component.settings, _speaker(component, problems)
    engine = settings["database_engine"]
    is_cluster = engine == _AURORA
    for name in _OF_CLUSTER if is_cluster else _OF_INSTANCE:
        if settings.get(name) is None:
            say((name,), f"is required where database_engine is {engine}; set it in group_vars/database.yml")
    for name in _OF_INSTANCE if is_cluster else _OF_CLUSTER:
        if settings.get(name) is not None:
            say((name,), f"is not for database_engine {engine}; leave it out, or choose the other engine")
    if component.known("database_read_replicas") and not 0 <= settings["database_read_replicas"] <= _MOST_READERS:
        say(("database_read_replicas",), f"is {settings['database_read_replicas']}; use a number from 0 to {_MOST_READERS}")
    origin = settings["database_restore_from"] if component.known("database_restore_from") else {}
    own, other = ("cluster", "instance") if is_cluster else ("instance", "cluster")
    if origin.get(other):
        say(("database_restore_from", other), f"is of another engine than {engine}; name a snapshot, or use {own}")
    return [*problems, *(_of_cluster(component) if is_cluster else [])]


def _of_cluster(component: Component) -> list[Problem]:
    """What Amazon Aurora does not take: API reference, CreateDBCluster and ServerlessV2ScalingConfiguration."""
    problems: list[Problem] = []
    settings, say = component.settings, _speaker(component, problems)
    for name, least in zip(_OF_CLUSTER, (0, _LEAST_GREATEST_CAPACITY), strict=True):
        if component.known(name) and (settings[name] % 0.5 or not least <= settings[name] <= _GREATEST_CAPACITY):
            say((name,), f"is {settings[name]:g}; use a number from {least} to {_GREATEST_CAPACITY} in steps of 0.5")
    version = settings["database_engine_version"] if component.known("database_engine_version") else ""
    major, _dot, minor = version.partition(".")
    if minor.isdigit() and int(minor) <= _WITHDRAWN.get(major, 0) and version not in _LONG_TERM:
        cure = f"name a later one; aws rds describe-db-engine-versions --engine {_AURORA} lists them"
        say(("database_engine_version",), f"is {version}, of which AWS makes no new clusters any more; {cure}")
    pausing = _PAUSING.get(major, 0)
    if settings.get("database_min_capacity") == 0 and minor.isdigit() and int(minor) < pausing:
        say(("database_min_capacity",), f"is 0, which needs version {major}.{pausing} at least; use 0.5, or a later version")
    if component.known("database_log_exports") and "upgrade" in settings["database_log_exports"]:
        say(("database_log_exports",), "has upgrade, which a cluster does not export; leave it out")
    if component.known("database_backup_retention_days") and not 1 <= settings["database_backup_retention_days"] <= 35:
        days = settings["database_backup_retention_days"]
        say(("database_backup_retention_days",), f"is {days}, and a cluster keeps backups for 1 to 35 days; choose one of those")
    return problems


def check_records(component: Component) -> list[Problem]:
    """Whether names lie in their zone: Amazon Route 53 takes no others."""
    problems: list[Problem] = []
    say = _speaker(component, problems)
    zone = domain_name(component.settings["dns_zone"]) if component.known("dns_zone") else ""
    for path, name in named_at(component, "dns_records.*.name") if zone else ():
        if domain_name(name) != zone and not domain_name(name).endswith(f".{zone}"):
            say(path, f"is {name}, which is not in the zone {zone}; write the full name: {domain_name(name)}.{zone}")
    return problems


def check_rules(component: Component) -> list[Problem]:
    """Whether a load balancer takes its rules: Elastic Load Balancing user guide, "Quotas", and the rule that a lock adds."""
    problems: list[Problem] = []
    locked = bool(component.settings.get("alb_origin_lock"))
    most, last = (_CONDITION_VALUES - 2, _LAST_PRIORITY - 1) if locked else (_CONDITION_VALUES, _LAST_PRIORITY)
    for number, rule in enumerate(component.settings["alb_rules"] if component.known("alb_rules") else []):
        if not isinstance(rule, Mapping):
            continue
        values = sum(len(rule[key]) for key in ("hosts", "paths") if isinstance(rule.get(key), list))
        if values > most:
            message = f"has {values} hosts and paths, and may have {most}{' beside the lock' * locked}; make two rules of it"
            problems.append(Problem(component.name, ("alb_rules", number), message))
        priority = rule.get("priority")
        if isinstance(priority, int) and not 1 <= priority <= last:
            message = f"is {priority}; use a number from 1 to {last}"
            problems.append(Problem(component.name, ("alb_rules", number, "priority"), message))
    return problems


def check_order(component: Component) -> list[Problem]:
    """Whether every least is at most its greatest."""
    return [
        Problem(component.name, (least,), f"is {low}, more than {greatest}, which is {high}; lower it, or raise {greatest}")
        for least, greatest in ORDERED
        if component.known(least, greatest) and (low := component.settings[least]) > (high := component.settings[greatest])
    ]


def check_bounds(component: Component) -> list[Problem]:
    """Whether every number is one that AWS takes."""
    return [
        Problem(component.name, (name,), f"is {component.settings[name]}; use a number from {least} to {most}")
        for name, (least, most) in BOUNDS.items()
        if component.known(name) and not least <= component.settings[name] <= most
    ]


def references_of(tiers: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The settings of these tiers, and of the stack, that name a component."""
    owners = (STACK, *tiers)
    common = {f"{owner}_{name}": allowed for owner in owners for name, allowed in COMMON_REFERENCES.items()}
    return common | {
        name: allowed for name, allowed in REFERENCES.items() if name.startswith(tuple(f"{owner}_" for owner in owners))
    }


def references_in(component: Component) -> dict[str, tuple[str, ...]]:
    """Those of them that a component reads."""
    return {
        reference: tiers
        for reference, tiers in references_of(component.tiers).items()
        if reference not in READ_BY or not component.known(READ_BY[reference])
    }


def check_references(component: Component, members: Members) -> list[Problem]:
    """Whether settings that name a component name one that exists. Empty names none."""
    problems: list[Problem] = []
    say = _speaker(component, problems)
    for reference, tiers in references_in(component).items():
        there = [name for tier in tiers for name in members.get(tier, ())]
        groups = listed(tiers, "or")
        for path, name in named_at(component, reference):
            if name not in there:
                cure = f"name one of {listed(there)}" if there else f"put one in the group {groups}"
                say(path, f"names {name}, which is no {groups} component{did_you_mean(name, there, cure)}")
    return problems


def check_needed(component: Component, members: Members) -> list[Problem]:
    """Whether settings that may not be empty name a component. What is declared absent needs none."""
    problems: list[Problem] = []
    say = _speaker(component, problems)
    for reference, tiers in references_in(component).items():
        setting, *steps = reference.split(".")
        if reference not in NEEDED or component.settings.get(f"{tier_of(setting)}_state") == "absent":
            continue
        there = [name for tier in tiers for name in members.get(tier, ())]
        cure = f"name one of {listed(there)}" if there else f"put a component in the group {listed(tiers, 'or')}, or name one"
        for path, name in _at(component.settings.get(setting), (setting,), steps):
            if name == "":
                say(path, f"is empty; {cure}")
    return problems


def tier_of(setting: str) -> str:
    """The tier, or the stack, that a setting is of."""
    return setting.partition("_")[0]


def check_elements(component: Component) -> list[Problem]:
    """Whether settings that name an element of another setting name one that is there. Empty names none."""
    problems: list[Problem] = []
    say = _speaker(component, problems)
    for reference, whole in ELEMENTS.items():
        setting = whole.partition(".")[0]
        there = [name for _path, name in named_at(component, whole)]
        for path, name in named_at(component, reference):
            if name not in there and not isinstance(component.settings.get(setting), Unknown):
                say(
                    path,
                    f"names {name}, which {setting} does not list{did_you_mean(name, there, f'name one of {listed(there)}')}",
                )
    return problems


def named_at(component: Component, reference: str) -> Iterator[tuple[Path, str]]:
    """Every name that a setting gives, with its path; those that are empty or not known yet are left out."""
    setting, *steps = reference.split(".")
    for path, name in _at(component.settings.get(setting), (setting,), steps):
        if isinstance(name, str) and not isinstance(name, Unknown) and name:
            yield path, name


def _at(value: Any, path: Path, steps: Sequence[str]) -> Iterator[tuple[Path, Any]]:
    """Every value at the end of the steps, with its path."""
    if not steps:
        yield path, value
        return
    pairs = list(value.items()) if isinstance(value, Mapping) else list(enumerate(value)) if isinstance(value, list) else []
    for key, inner in pairs:
        if steps[0] in ("*", key):
            yield from _at(inner, (*path, key), steps[1:])


def _speaker(component: Component, problems: list[Problem]) -> Say:
    return lambda path, message: problems.append(Problem(component.name, path, message))


def _checked_range(value: Any, path: Path, say: Say) -> IPv4Network | None:
    """The address range of a VPC or a subnet: the Amazon VPC user guide allows /16 to /28 to both."""
    if value is None or isinstance(value, Unknown):
        return None
    network = _network(value)
    if isinstance(network, IPv4Network) and 16 <= network.prefixlen <= 28:
        return network
    say(path, f"is {value}; use an IPv4 range between /16 and /28" if network else f"is {value}, {_bad_network(str(value))}")
    return None


def _network(text: object) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(str(text))
    except ValueError:
        return None


def _bad_network(text: str) -> str:
    try:
        return f"which is an address inside a range; did you mean {ip_network(text, strict=False)}?"
    except ValueError:
        return "which is no address range; write it as 10.0.0.0/16"
