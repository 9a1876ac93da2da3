# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The architecture of a stack as a diagram, as it is declared or as it stands. Everything here is pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from .diagram_tiers import CLOUDFLARE, DNS, KINDS, SERVICES, SUBNETS, Kind, Settings, count
from .flows import ANYWHERE, INTERNET, VPC
from .flows import CLOUDFLARE as FROM_CLOUDFLARE
from .mermaid import PLACE, Edge, Node, Subgraph, flowchart, identifier
from .specification import Unknown
from .validation import Component

Found = Mapping[str, Mapping[str, Any]]

MISSING, UNDECLARED = "missing", "undeclared"
SAID = {MISSING: "does not stand", UNDECLARED: "is not declared"}
STYLES = {
    "plain": "fill:none,stroke:none",
    MISSING: "stroke:#c00,stroke-dasharray:6 4",
    UNDECLARED: "stroke:#c60,stroke-width:3px",
}
TITLES = {CLOUDFLARE: "Cloudflare", DNS: "Route 53", SERVICES: "AWS"}  # with its region
SUBNET_TIERS = ("public", "private", "isolated")

# Settings that name what a component uses, with the tier that it is in and the arrow's label.
USES: Mapping[str, tuple[str, str]] = {
    "alb_certificate": ("certificate", "TLS"),
    "alb_access_logs": ("storage", "access logs"),
    "alb_origin_lock": ("secrets", "origin lock"),
    "ecs_registry": ("registry", "image"),
    "ecs_secrets.*.component": ("secrets", "secrets"),
    "schedule_registry": ("registry", "image"),
    "schedule_secrets.*.component": ("secrets", "secrets"),
    "storage_replica.component": ("storage", "copies"),
}
# Where an image is given whole, it is pulled from elsewhere.
UNLESS = {"ecs_registry": "ecs_image", "schedule_registry": "schedule_image"}
# Of a component that is not declared only such things stand as are not drawn by themselves.
_REST = Kind(SERVICES, (), lambda settings: [", ".join(settings["types"])])


@dataclass(frozen=True)
class Part:
    """A component in one of its tiers."""

    component: str
    tier: str
    settings: Settings = field(default_factory=dict)
    style: str = ""

    @property
    def id(self) -> str:
        return identifier(self.tier, self.component)

    @property
    def kind(self) -> Kind:
        return KINDS.get(self.tier, _REST)

    @property
    def area(self) -> str:
        return self.kind.area

    def get(self, setting: str, default: Any = None) -> Any:
        """A setting of the tier by its name in there."""
        return self.settings.get(f"{self.tier}_{setting}", default)

    @property
    def lines(self) -> list[str]:
        said = [self.component, *self.kind.label(self.settings), SAID.get(self.style)]
        return [line for line in said if line]


def diagram(components: Sequence[Component], found: Found | None = None) -> str:
    """The Mermaid text. C(found) is the live picture; without it, what is declared is drawn."""
    parts = sorted(parts_of(components, found), key=lambda part: ([*KINDS, part.tier].index(part.tier), part.component))
    keys = {(part.get("key"), part.tier) for part in parts}
    for number, part in enumerate(parts):
        if part.tier == "kms":
            tiers = sorted(tier for key, tier in keys if key == part.component)
            parts[number] = replace(part, settings={**part.settings, "encrypts": tiers})
    flows = declared_flows(components) if found is None else live_flows(found)
    title = name_of(components) + ("" if found is None else " as it stands")
    return Chart(parts, flows).text(title, str(components[0].settings.get("stack_region")))


def name_of(components: Sequence[Component]) -> str:
    """The stack and its environment."""
    return " ".join(str(components[0].settings.get(name)) for name in ("stack_name", "stack_environment"))


def parts_of(components: Sequence[Component], found: Found | None) -> Iterator[Part]:
    """What is declared, and what stands and is not."""
    subnets = {} if found is None else subnets_of(found)
    declared = set()
    for component in components:
        settings = _known(component.settings)
        for tier in component.tiers:
            if tier not in KINDS or settings.get(f"{tier}_state") == "absent":
                continue
            declared.add((component.name, tier))
            part = Part(component.name, tier, settings)
            yield part if found is None else standing(part, found.get(component.name, {}), subnets)
    for name in found or {}:
        yield from undeclared(name, (found or {})[name], {tier for other, tier in declared if other == name}, subnets)


def standing(part: Part, types: Mapping[str, Any], subnets: Mapping[str, tuple[str, str]]) -> Part:
    """A part with what stands of it in place of what is declared. What the picture does not tell stays as declared."""
    kind = part.kind
    if not kind.types:
        return part
    if not any(types.get(one) for one in kind.types):
        return replace(part, style=MISSING)
    found = {**kind.standing(types), **(_placed(part.tier, types, subnets) if kind.area == SUBNETS else {})}
    return replace(part, settings={**part.settings, **{name: value for name, value in found.items() if value is not None}})


def undeclared(name: str, types: Mapping[str, Any], tiers: set[str], subnets: Mapping[str, tuple[str, str]]) -> Iterator[Part]:
    """What stands of a component in tiers that it is not declared in; what is in none of them as one part."""
    stands = [tier for tier, kind in KINDS.items() if any(types.get(one) for one in kind.types) and tier not in tiers]
    own = [tier for tier in stands if not KINDS[tier].shared]
    more = own if own or tiers else stands
    for tier in more:
        yield replace(standing(Part(name, tier), types, subnets), style=UNDECLARED)
    if types and not more and not tiers:
        yield Part(name, "rest", {"types": sorted(types)}, UNDECLARED)


def subnets_of(found: Found) -> dict[str, tuple[str, str]]:
    """The network and the tier of each subnet, by its id."""
    return {
        subnet["id"]: (component, part.removesuffix(f"-{subnet['availability_zone']}"))
        for component, types in found.items()
        for part, subnet in types.get("subnet", {}).items()
    }


def _placed(tier: str, types: Mapping[str, Any], subnets: Mapping[str, tuple[str, str]]) -> Settings:
    """Where a part stands, by the subnets that its resources name anywhere."""
    named = sorted({subnets[word] for text in _texts(types) for word in text.split(",") if word in subnets})
    return {f"{tier}_network": named[0][0], f"{tier}_subnet_tier": named[0][1]} if named else {}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list):
        for inner in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(inner)


def _known(value: Any) -> Any:
    """Settings without what is known only when the stack is run."""
    if isinstance(value, Mapping):
        return {name: _known(inner) for name, inner in value.items() if not isinstance(inner, Unknown)}
    return [_known(inner) for inner in value if not isinstance(inner, Unknown)] if isinstance(value, list) else value


# Who may open connections to whom.


def declared_flows(components: Iterable[Component]) -> list[Mapping[str, Any]]:
    """The flows of all networks, each once."""
    flows: list[Mapping[str, Any]] = []
    for component in components:
        for flow in _known(component.settings).get("network_flows") or []:
            if {"from", "to"} <= flow.keys() and flow not in flows:
                flows.append(flow)
    return flows


def live_flows(found: Found) -> list[Mapping[str, Any]]:
    """The same from the rules of security groups. What leads to another component, that one's group tells."""
    owners = {types["security_group"]["id"]: name for name, types in found.items() if "security_group" in types}
    for types in found.values():
        owners |= {one["id"]: FROM_CLOUDFLARE for one in types.get("managed_prefix_list", {}).values()}
    places = dict.fromkeys(ANYWHERE, INTERNET)
    places |= {types["vpc"]["cidr_block"]: VPC for types in found.values() if "vpc" in types}
    flows: dict[tuple[str, str, str], set[tuple[int, str]]] = {}
    for name in sorted(found):
        group = found[name].get("security_group", {})
        for rule in group.get("ip_permissions") or []:
            for peer in [*_ranges(rule, places), *_owners(rule, owners)]:
                flows.setdefault((peer, name, rule["ip_protocol"]), set()).add(_ports(rule))
        for rule in group.get("ip_permissions_egress") or []:
            for peer in _ranges(rule, places):
                flows.setdefault((name, peer, rule["ip_protocol"]), set()).add(_ports(rule))
    return [
        {
            "from": start,
            "to": end,
            "protocol": "all" if protocol == "-1" else protocol,
            "ports": [text for _, text in sorted(ports)],
        }
        for (start, end, protocol), ports in flows.items()
    ]


def _ranges(rule: Mapping[str, Any], places: Mapping[str, str]) -> list[str]:
    cidrs = [one["cidr_ip"] for one in rule.get("ip_ranges") or []] + [one["cidr_ipv6"] for one in rule.get("ipv6_ranges") or []]
    return [places.get(cidr, cidr) for cidr in cidrs]


def _owners(rule: Mapping[str, Any], owners: Mapping[str, str]) -> list[str]:
    ids = [one["group_id"] for one in rule.get("user_id_group_pairs") or []]
    ids += [one["prefix_list_id"] for one in rule.get("prefix_list_ids") or []]
    return [owners[one] for one in ids if one in owners]


def _ports(rule: Mapping[str, Any]) -> tuple[int, str]:
    first, last = rule.get("from_port", 0), rule.get("to_port", 0)
    return first, str(first) if first == last else f"{first}-{last}"


# The chart.


class Chart:
    """What is drawn, and where."""

    def __init__(self, parts: Sequence[Part], flows: Iterable[Mapping[str, Any]]) -> None:
        self.parts = parts
        self.edges: dict[tuple[str, str], Edge] = {}
        self.areas = {area: Subgraph(area, [title]) for area, title in TITLES.items()}
        self.outside: list[Node | Subgraph] = []
        self.networks: list[Subgraph] = []
        self.subnets: dict[tuple[str, str], Subgraph] = {}
        self.gateways: dict[str, str] = {}
        for part in parts:
            if part.tier == "network":
                self._network(part)
        for part in parts:
            if part.tier != "network":
                beside = self.areas.get(part.area, self.areas[SERVICES])
                place = self.subnets.get((str(part.get("network")), str(part.get("subnet_tier"))), beside)
                place.inner.append(Node(part.id, part.lines, part.kind.shape, part.style))
        for flow in flows:
            self._flow(flow)
        for part in parts:
            self._leads(part)
            self._uses(part)
        for place in [*self.subnets.values(), self.areas[SERVICES]]:
            self._group(place, {part.id for part in parts if part.tier == "schedule"})

    def text(self, title: str, region: str) -> str:
        services, used = self.areas[SERVICES], {end for _start, end in self.edges}
        services.lines, services.columns = [f"AWS {region}"], 2
        services.inner.sort(key=lambda one: one.id not in used)
        areas = (self.areas[CLOUDFLARE], self.areas[DNS], *self.networks, services)
        return flowchart(title, [*self.outside, *(area for area in areas if area.inner)], self.edges.values(), STYLES)

    def _network(self, part: Part) -> None:
        """The VPC with its subnets by tier, and the NAT gateways in the public ones."""
        ranges = _subnets(part)
        network = Subgraph(part.id, [f"VPC {' '.join(part.lines)}"], part.style)
        for tier in sorted(ranges, key=lambda tier: [*SUBNET_TIERS, tier].index(tier)):
            subnets = Subgraph(identifier(tier, part.component), [f"{tier} subnets"])
            # A title has room for one line.
            lines = [f"{cidr} {zone}" for cidr, zone in ranges[tier]]
            subnets.inner.append(Node(identifier("ranges", tier, part.component), lines, style="plain"))
            self.subnets[part.component, tier] = subnets
            network.inner.append(subnets)
        if (number := _gateways(part)) and (public := self.subnets.get((part.component, "public"))):
            self.gateways[part.component] = identifier("nat", part.component)
            public.inner.append(Node(self.gateways[part.component], [number]))
        self.networks.append(network)

    def _group(self, place: Subgraph, ids: set[str]) -> None:
        """Put those in a place that are much the same together; an arrow that all of them have is one."""
        members = [one for one in place.inner if one.id in ids]
        if len(members) < 2:
            return
        group = Subgraph(identifier("schedules", place.id), ["scheduled tasks"], inner=members, columns=2)
        place.inner = [*(one for one in place.inner if one not in members), group]
        arrows: dict[str, set[tuple[Any, ...]]] = {one.id: set() for one in members}
        for (start, end), edge in self.edges.items():
            if start in arrows:
                arrows[start].add((end, edge.solid, *edge.lines))
        shared = set.intersection(*arrows.values())
        former, self.edges = self.edges, {}
        for (start, end), edge in former.items():
            if start in arrows and (end, edge.solid, *edge.lines) in shared:
                start = group.id
            self.edges[start, end] = replace(edge, start=start)

    def _connect(self, start: str, end: str, solid: bool, *lines: str) -> None:
        """Whatever leads from one to the other is one arrow, solid if there is a flow."""
        edge = self.edges.setdefault((start, end), Edge(start, end, solid))
        edge.solid = edge.solid or solid
        edge.lines += [line for line in lines if line and line not in edge.lines]

    def _part(self, component: str, *tiers: str) -> Part | None:
        """What a component is in one of these tiers, or else in its subnets."""
        return next(
            (one for one in self.parts if one.component == component and (one.tier in tiers if tiers else one.area == SUBNETS)),
            None,
        )

    def _place(self, name: str, line: str) -> str:
        """What is no component: it is drawn when something leads there or from there."""
        node = Node(identifier("place", name), [line], PLACE)
        inner = self.areas[CLOUDFLARE].inner if name == FROM_CLOUDFLARE else self.outside
        inner += [] if node in inner else [node]
        return node.id

    def _internet(self) -> str:
        """From where requests come. The stack's own lead to another place, for an arrow back would cross the whole chart."""
        return self._place(INTERNET, "Internet")

    def _flow(self, flow: Mapping[str, Any]) -> None:
        protocol = flow.get("protocol") or "tcp"
        ports = ", ".join(str(port) for port in flow.get("ports") or [])
        label = protocol if protocol == "all" else ports if protocol == "tcp" else f"{protocol} {ports}"
        start, end = str(flow["from"]), str(flow["to"])
        for one in self._ends(start, end):
            for other in [self._place("outside", "Internet")] if end == INTERNET else self._ends(end, start):
                gateway = self._way_out(start) if end == INTERNET else None
                if gateway:
                    self._connect(one, gateway, True, label)
                    self._connect(gateway, other, True)
                else:
                    self._connect(one, other, True, label)

    def _ends(self, name: str, other: str) -> list[str]:
        """The ids of an end of a flow: of Cloudflare the zones that lead to the other end."""
        if name == FROM_CLOUDFLARE:
            zones = [part.id for part in self.parts if part.tier == "cloudflare" and other in dict(_aliases(part))]
            if not zones:
                zones = [self._place(name, "Cloudflare")]
                self._connect(self._internet(), zones[0], True)
            return zones
        if name == INTERNET:
            return [self._internet()]
        if name == VPC or "/" in name:
            return [self._place(name, "anything in the VPC" if name == VPC else name)]
        part = self._part(name)
        return [part.id] if part else []

    def _way_out(self, component: str) -> str | None:
        """The NAT gateways that lead a component in private subnets to the internet."""
        part = self._part(component)
        return self.gateways.get(str(part.get("network"))) if part and part.get("subnet_tier") == "private" else None

    def _leads(self, part: Part) -> None:
        """Where names and requests lead."""
        zone = self._part(str(part.get("zone")), "cloudflare") if part.tier == "pages" and part.get("domain") else None
        if zone:
            self._connect(zone.id, part.id, True, part.get("domain"))
        elif part.area == CLOUDFLARE:
            self._connect(self._internet(), part.id, True)
        for component, name in _aliases(part):
            if front := self._part(component, "alb"):
                self._connect(part.id, front.id, False, name)
        rules = part.get("rules") or [] if part.tier == "alb" else []
        for target in part.get("targets") or [] if part.tier == "alb" else []:
            name = target.get("name", "")
            lines = [_condition(rule) for rule in rules if rule.get("target") == name]
            lines += ["all else"] if rules and part.get("default") == name else []
            if service := self._part(name):
                self._connect(part.id, service.id, False, *lines)

    def _uses(self, part: Part) -> None:
        for setting, (tier, label) in USES.items():
            if not setting.startswith(f"{part.tier}_") or UNLESS.get(setting) in part.settings:
                continue
            for name in _names(part.settings, setting):
                if used := self._part(name, tier):
                    self._connect(part.id, used.id, False, label)
                elif tier == "secrets" and self._part(name, "cache", "database"):
                    self._connect(part.id, self._credentials(name), False, label)
        for name, way in (part.get("data") or {}).items():
            if store := self._part(name, "storage", "dynamodb"):
                self._connect(part.id, store.id, False, f"{way}s")

    def _credentials(self, component: str) -> str:
        """The secret that a database or a cache has beside it."""
        node = Node(identifier("credentials", component), [component, "Secrets Manager"])
        self.areas[SERVICES].inner += [] if node in self.areas[SERVICES].inner else [node]
        return node.id


def _names(settings: Settings, path: str) -> list[str]:
    """What is at a dotted path of the settings; a star is every element of a list."""
    values: list[Any] = [settings]
    for step in path.split("."):
        values = [inner for value in values for inner in (value if step == "*" else [value.get(step)]) if inner]
    return values


def _gateways(part: Part) -> str | None:
    """How many NAT gateways a network has, in words."""
    zones = len(_subnets(part).get("private", []))
    declared = {"single": min(zones, 1), "one_per_zone": zones}.get(str(part.get("nat_gateways")), 0)
    return count(part.settings.get("nat", declared), "NAT gateway")


def _subnets(part: Part) -> Mapping[str, Sequence[tuple[str, str]]]:
    """Address ranges with their zones, by tier: as they stand, or else as they are declared."""
    declared = {
        tier: [*zip(ranges, part.get("zones") or [], strict=False)]
        for tier, ranges in (part.get("subnets") or {}).items()
        if ranges
    }
    standing: Mapping[str, Sequence[tuple[str, str]]] = part.settings.get("subnets", declared)
    return standing


def _aliases(part: Part) -> list[tuple[str, str]]:
    """The load balancers that names of a zone lead to, each with the name."""
    records = part.get("records") or [] if part.tier in ("cloudflare", "dns") else []
    return [(record["alias"], record.get("name", "")) for record in records if record.get("alias")]


def _condition(rule: Mapping[str, Any]) -> str:
    """Which requests a rule takes."""
    return " ".join(", ".join(rule[key]) for key in ("hosts", "paths") if rule.get(key))
