# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What has to hold between one component and another. Every check is pure and returns its problems, none when all is well."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import combinations

from .problems import Path, Problem, did_you_mean, listed
from .specification import UNKNOWN
from .validation import GUARDED_TIERS, Component, named_at, references_in, tier_of

# The tiers of what C(asg_data) names.
_STORES = ("storage", "dynamodb")
# Settings whose component may be gone: a target group stands without its targets, and a cluster outlives its component.
_LOOSE = frozenset({"alb_targets.*.name", "ecs_cluster", "schedule_cluster"})
# Settings whose component, of this tier, can go only after theirs, while a run removes in the order of building. A
# database takes its last snapshot with its key (Amazon RDS API reference, DeleteDBInstance, KMSKeyNotAccessibleFault).
_HELD = {
    **{f"{tier}_network": "network" for tier in ("alb", "asg", "cache", "database", "ecs")},
    "alb_certificate": "certificate",
    "certificate_zone": "dns",
    "database_key": "kms",
}


def check_absent(components: Sequence[Component], chosen: Collection[str]) -> list[Problem]:
    """Whether nothing uses what is declared absent, and what goes together can go in the order of a run.

    It is told of the component that uses the other, and of the other where that one is not among the C(chosen).
    """
    problems = []
    for component, path, other, tiers in _uses(components):
        setting, user = str(path[0]), component.name
        if not _is_absent(other, tiers):
            continue
        if not _is_absent(component, [tier_of(setting)]):
            cure = f"or remove {user} first"
            problem = Problem(user, path, f"names {other.name}, which is declared absent; name another, {cure}")
            message = f"is absent, and {problem.setting} of {user} names {other.name}; name another there, {cure}"
            problems.append(problem if user in chosen else Problem(other.name, (f"{tiers[0]}_state",), message))
        elif _HELD.get(setting) in tiers and component is not other and {user, other.name} <= {*chosen}:
            message = f"names {other.name}, which is declared absent too and would go before {user}, but can only go after it"
            cure = f"remove {user} first, with --limit {user}, and take it out of the inventory"
            problems.append(Problem(user, path, f"{message}; {cure}"))
    return problems


def _uses(components: Sequence[Component]) -> Iterator[tuple[Component, Path, Component, list[str]]]:
    """Every component with the place of each name of one that it needs, that one, and those tiers of it that are meant."""
    by_name = {component.name: component for component in components}
    for component in components:
        for path, name, tiers in _needs(component):
            if other := by_name.get(name):
                yield component, path, other, [tier for tier in tiers if tier in other.tiers]


def _needs(component: Component) -> Iterator[tuple[Path, str, tuple[str, ...]]]:
    """The place of each name of a component that has to stand for this one, the name, and the tiers that it may be in."""
    for reference, tiers in references_in(component).items():
        # What is said of the whole stack is only the default of others.
        if reference not in _LOOSE and tier_of(reference) in component.tiers:
            yield from ((path, name, tiers) for path, name in named_at(component, reference))
    data = component.settings.get("asg_data")
    yield from ((("asg_data", str(name)), str(name), _STORES) for name in (data if isinstance(data, Mapping) else ()))


def _is_absent(component: Component, tiers: Iterable[str]) -> bool:
    """Whether a component is declared absent in all of these tiers."""
    return {component.settings.get(f"{tier}_state") for tier in tiers} == {"absent"}


def check_guarded(components: Sequence[Component]) -> list[Problem]:
    """Whether flows name everything that has network interfaces: what they do not name has no security group."""
    problems = []
    for component, setting, network in _named(components, _network_settings):
        if network.known("network_flows") and not _ends(network) & {component.name, UNKNOWN}:
            message = f"names {network.name}, whose flows do not name {component.name}, so that nothing could reach it"
            problems.append(Problem(component.name, (setting,), f"{message}; add a flow from or to it to stack_flows"))
    return problems


def check_network_flows(components: Sequence[Component]) -> list[Problem]:
    """Whether flows of one network alone name a component: each network makes security groups for what its flows name."""
    problems = []
    networks = [one for one in components if one.known("network_flows") and not _is_absent(one, ["network"])]
    for first, second in combinations(networks, 2):
        shared = _ends(first) & _ends(second)
        if names := [component.name for component in components if component.name in shared]:
            message = f"of {first.name} and {second.name} both name {listed(names)}, which would have a security group in each"
            cure = "set network_flows of each network to its own flows"
            problems += [Problem(one.name, ("network_flows",), f"{message}; {cure}") for one in (first, second)]
    return problems


def _ends(network: Component) -> set[object]:
    """What the flows of a network lead from and to."""
    flows = network.settings["network_flows"]
    return {flow.get(end) if isinstance(flow, Mapping) else flow for flow in flows for end in ("from", "to")}


def check_targets(components: Sequence[Component]) -> list[Problem]:
    """Whether the load balancer that a service names sends requests to it."""
    problems = []
    for component, setting, front in _named(components, lambda one: [f"{tier}_load_balancer" for tier in one.tiers]):
        if not front.known("alb_targets") or UNKNOWN in front.settings["alb_targets"]:
            continue
        targets = {target.get("name"): target for target in front.settings["alb_targets"]}
        kind = "instance" if "asg" in component.tiers else "ip"
        if component.name in targets:
            given = targets[component.name].get("type") or "ip"
            if given not in (kind, UNKNOWN):
                message = f"names {front.name}, whose target {component.name} is of type {given}; set type: {kind} there"
                problems.append(Problem(component.name, (setting,), message))
        elif UNKNOWN not in targets:
            message = f"names {front.name}, whose alb_targets do not list {component.name}; add it there"
            problems.append(Problem(component.name, (setting,), message))
    return problems


def check_discovery(components: Sequence[Component]) -> list[Problem]:
    """Whether the network of a service that is to be found by its name has a domain for names."""
    problems = []
    for component, _setting, network in _named(components, lambda one: ["ecs_network"]):
        if component.settings.get("ecs_discovery") is True and network.settings.get("network_private_domain") == "":
            message = f"needs a domain in {network.name}; set network_private_domain there, or leave it out"
            problems.append(Problem(component.name, ("ecs_discovery",), message))
    return problems


def check_access_logs(components: Sequence[Component]) -> list[Problem]:
    """Whether the bucket that a load balancer logs to takes its logs."""
    problems = []
    for component, setting, bucket in _named(components, lambda one: ["alb_access_logs"]):
        if bucket.known("storage_load_balancer_logs") and not bucket.settings["storage_load_balancer_logs"]:
            message = f"names {bucket.name}, which takes no logs; set storage_load_balancer_logs: true there"
            problems.append(Problem(component.name, (setting,), message))
    return problems


def check_origin_locks(components: Sequence[Component]) -> list[Problem]:
    """Whether a locked load balancer can be opened: by a secret that there is, over HTTPS, and by the edge before it."""
    problems = []
    for component, setting, keeper in _named(components, lambda one: ["alb_origin_lock"]):
        if keeper.known("secrets_entries") and not {"lock", UNKNOWN} & {
            _name(entry) for entry in keeper.settings["secrets_entries"]
        }:
            message = f"names {keeper.name}, whose secrets_entries have no lock; add {{name: lock}} there"
            problems.append(Problem(component.name, (setting,), message))
        if component.settings.get("alb_certificate") == "":
            message = "would be sent in clear, because alb_certificate is empty; name a certificate, or no lock"
            problems.append(Problem(component.name, (setting,), message))
        flows = component.settings["stack_flows"] if component.known("stack_flows") else []
        if any(
            isinstance(flow, Mapping) and (flow.get("from"), flow.get("to")) == ("internet", component.name) for flow in flows
        ):
            message = f"locks what stack_flows open to the internet; say {{from: cloudflare, to: {component.name}}} there"
            problems.append(Problem(component.name, (setting,), message))
    by_name = {component.name: component for component in components}
    for component in components:
        if not component.known("cloudflare_origin_lock", "cloudflare_records"):
            continue
        mine = component.settings["cloudflare_origin_lock"]
        records = [record for record in component.settings["cloudflare_records"] if isinstance(record, Mapping)]
        aliases = [record.get("alias") for record in records]
        fronts = [by_name[name] for name in dict.fromkeys(aliases) if isinstance(name, str) and name in by_name]
        if mine and not any(aliases):
            message = f"names {mine}, and no record has an alias; name none, or lead a record to a load balancer"
            problems.append(Problem(component.name, ("cloudflare_origin_lock",), message))
        if mine and any(record.get("alias") and record.get("proxied") is False for record in records):
            message = "is sent by Cloudflare, and a record with an alias says proxied: false; leave that out"
            problems.append(Problem(component.name, ("cloudflare_origin_lock",), message))
        for front in fronts:
            if front.known("alb_origin_lock") and (asked := front.settings["alb_origin_lock"]) != mine:
                message = f"is {mine or 'empty'}, and alb_origin_lock of {front.name} is {asked or 'empty'}; say the same at both"
                problems.append(Problem(component.name, ("cloudflare_origin_lock",), message))
    return problems


def _name(entry: object) -> object:
    return entry.get("name") if isinstance(entry, Mapping) else entry


def check_replicas(components: Sequence[Component]) -> list[Problem]:
    """Whether a bucket that is copied has one that takes the copies, and both keep versions."""
    problems = []
    by_name = {component.name: component for component in components}
    for component in components:
        replica = component.settings.get("storage_replica")
        if not isinstance(replica, Mapping) or not replica:
            continue
        if not replica.get("component") and not replica.get("bucket"):
            message = "names nothing that takes the copies; name a component, or a bucket"
            problems.append(Problem(component.name, ("storage_replica",), message))
        other = by_name.get(str(replica.get("component", "")))
        for one in [component, *([other] if other else [])]:
            if one.known("storage_versioning") and not one.settings["storage_versioning"]:
                message = f"wants copies of versions, and {one.name} keeps none; set storage_versioning: true there"
                problems.append(Problem(component.name, ("storage_replica",), message))
    return problems


def check_data(components: Sequence[Component]) -> list[Problem]:
    """Whether machines name components that hold data, each with what they may do there."""
    by_name = {component.name: component for component in components}
    problems = []
    for component in components:
        access = component.settings.get("asg_data")
        for name, way in access.items() if isinstance(access, Mapping) else ():
            path = ("asg_data", str(name))
            if name not in by_name or not {*_STORES} & {*by_name[name].tiers}:
                there = [one.name for one in components if {*_STORES} & {*one.tiers}]
                cure = did_you_mean(str(name), there, f"name one of {listed(there)}" if there else "put one in those groups")
                problems.append(Problem(component.name, path, f"is no storage or dynamodb component{cure}"))
            if way not in ("read", "write", UNKNOWN):
                problems.append(Problem(component.name, path, f"is {way}; say read or write"))
    return problems


def _named(
    components: Sequence[Component], settings: Callable[[Component], Iterable[str]]
) -> Iterator[tuple[Component, str, Component]]:
    """Every component with each of these settings of it that names another one, and that one."""
    by_name = {component.name: component for component in components}
    for component in components:
        for setting in settings(component):
            if other := by_name.get(str(component.settings.get(setting, ""))):
                yield component, setting, other


def _network_settings(component: Component) -> list[str]:
    return [f"{tier}_network" for tier in component.tiers if tier in GUARDED_TIERS]
