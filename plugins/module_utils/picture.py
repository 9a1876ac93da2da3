# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The live picture of a stack: from what AWS answers to C(found.<component>.<type>). Everything here is pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from .naming import COMPONENT_TAG, ENVIRONMENT_TAG, NAME_TAG, STACK_TAG, full_name, part_of, stack_prefix

Description = Mapping[str, Any]

# Left out of a description: tags are read apart, and events are a log.
WHOLE = "main"
"""The part under which a resource is found that is all of its component."""
_NOISE = {"Tags", "TagList", "tags", "events", "ResponseMetadata"}
# Mappings whose keys are the user's own words, or another document's.
_VERBATIM = {"AssumeRolePolicyDocument", "SecretVersionsToStages", "dockerLabels", "driverOpts", "labels", "options"}
_CREATED = re.compile(r"^([a-z]+_)*(created?|creation|registered|start)_(at|time|date|timestamp)$")
_COMING = {"backing-up", "creating", "in_progress", "modifying", "pending", "provisioning", "rebooting", "upgrading"}
_LOST = {"deleting", "failed", "expired", "inactive", "revoked", "validation_timed_out", "create-failed"}


@dataclass(frozen=True)
class Scope:
    """Which stack is looked at. C(components) are the known ones, for resources that carry no tags."""

    stack: str
    environment: str
    region: str = ""
    partition: str = "aws"
    account: str = ""
    components: tuple[str, ...] = ()
    zones: Mapping[str, str] = field(default_factory=dict)
    """Components by the hosted zone, not of the stack, that each uses."""

    @property
    def prefix(self) -> str:
        """What the full name of everything in the stack starts with; its hyphen tells C(shop-prod) from C(shop-production)."""
        return stack_prefix(self.stack, self.environment) + "-"

    def owns(self, tags: Mapping[str, str]) -> bool:
        return tags.get(STACK_TAG) == self.stack and tags.get(ENVIRONMENT_TAG) == self.environment

    def borrows(self, type_: str, name: str) -> str:
        """The component that uses this resource although it is not of the stack; empty when none does."""
        return self.zones.get(name.rstrip("."), "") if type_ == "hosted_zone" else ""

    def placed(self, name: str) -> tuple[str, str] | None:
        """The component and part that a full name speaks of, or None when it is of no known component.

        The longest component wins: C(shop-prod-web-api) is of C(web-api) when there is one, else the part C(api) of C(web).
        """
        for component in sorted(self.components, key=len, reverse=True):
            owner = full_name([self.stack, self.environment, component])
            if name == owner or name.startswith(f"{owner}-"):
                return component, name.removeprefix(owner).removeprefix("-")
        return None


@dataclass(frozen=True)
class Shape:
    """Where a type's answer says what every resource has, and when such a resource is ready to be used."""

    type: str
    id: str
    name: str = ""
    """A field; empty for a type to which AWS gives no name: its Name tag is its name."""
    arn: str = ""
    """A field, or a template for a service that answers without ARNs."""
    status: str | Callable[[Description], str] = ""
    """A field, a function, or empty for a type that is ready as soon as it stands."""
    ready: frozenset[str] = frozenset()
    many: bool = False
    untagged: bool = False
    """Whether AWS keeps no tags of it: its name then says which component it is of."""
    going: frozenset[str] = frozenset()
    """States that still stand but are not found: the successor may stand beside it already."""
    gone: Mapping[str, str] = field(default_factory=dict)
    """States that AWS shows for a while although the resource is deleted, each with the reason."""
    outlives: str = ""
    """Why it is meant to stay when its stack goes; empty for what goes with it."""


@dataclass(frozen=True)
class Resource:
    """One live resource of the stack."""

    component: str
    type: str
    part: str
    id: str
    arn: str
    name: str
    ready: bool
    status: str
    description: Description = field(repr=False)
    shape: Shape = field(repr=False)
    borrowed: bool = False
    """Whether the stack uses it and did not make it."""

    @property
    def fading(self) -> str:
        """Why it is still shown although it is deleted; empty when it stands."""
        return self.shape.gone.get(self.status, "")

    @property
    def is_coming(self) -> bool:
        """Whether AWS is making or changing it, so that it is ready soon without anybody's doing."""
        return not self.ready and self.status.lower() in _COMING

    def summary(self) -> dict[str, Any]:
        return {key: getattr(self, key) for key in ("component", "type", "part", "id", "arn", "name", "ready", "status")}

    def published(self) -> dict[str, Any]:
        mine = {key: getattr(self, key) for key in ("id", "arn", "name", "ready", "status")}
        return {**snake({key: value for key, value in self.description.items() if key not in _NOISE}), **mine}


def at(description: Description, path: str) -> Any:
    """The value at a dotted path, or None: C(State.Code)."""
    value: Any = description
    for step in path.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def place_of(arn: str) -> str:
    """An ARN without partition, region and account: C(kms:key/1234)."""
    _arn, _partition, service, _region, _account, resource = arn.split(":", 5)
    return f"{service}:{resource}"


def tags_in(description: Description) -> dict[str, str]:
    """The tags of an answer, in whichever of AWS's forms it brings them."""
    tags: Any = next((description[key] for key in ("Tags", "TagList", "tags") if description.get(key)), {})
    if isinstance(tags, Mapping):
        return dict(tags)
    return {
        tag.get("Key") or tag.get("key") or tag["TagKey"]: tag.get("Value") or tag.get("value") or tag.get("TagValue", "")
        for tag in tags
    }


def pictured(described: Iterable[tuple[Shape, Description]], scope: Scope) -> list[Resource]:
    """All resources of the stack; those without tags are placed last, when the components are known by the others' tags."""
    described = list(described)
    tags = [tags_in(description) for shape, description in described]
    known = {mine[COMPONENT_TAG] for mine in tags if scope.owns(mine) and COMPONENT_TAG in mine}
    scope = replace(scope, components=tuple(sorted(known | set(scope.components))))
    shapes = (shaped(shape, description, mine, scope) for (shape, description), mine in zip(described, tags, strict=True))
    return [resource for resource in shapes if resource]


def shaped(shape: Shape, description: Description, tags: Mapping[str, str], scope: Scope) -> Resource | None:
    """One resource, or None when it is not of this stack."""
    name = str(at(description, shape.name) or "") if shape.name else tags.get(NAME_TAG, "")
    borrower = scope.borrows(shape.type, name)
    if borrower:
        component, part = borrower, ""
    elif scope.owns(tags):
        component = tags.get(COMPONENT_TAG, "")
        part = part_of(tags) if component else name
    elif shape.untagged and (place := scope.placed(name)):
        component, part = place
    else:
        return None
    identity = str(at(description, shape.id) or "").removeprefix("/hostedzone/")
    words = {"partition": scope.partition, "region": scope.region, "account": scope.account, "id": identity}
    arn = shape.arn.format(**words) if "{" in shape.arn else str(at(description, shape.arn) or "")
    status = shape.status(description) if callable(shape.status) else str(at(description, shape.status) or "available")
    ready = not shape.status or status in shape.ready
    return Resource(
        component, shape.type, part, identity, arn, name.rstrip("."), ready, status, description, shape, bool(borrower)
    )


def found(resources: Iterable[Resource]) -> dict[str, dict[str, Any]]:
    """C(found.<component>.<type>), and one level deeper by part for a type that a component has many of.

    The part of what is all of its component is empty: C(found.postgres.db_instance['']). Of two that would have the same
    place, the one that is ready is found, else the one that is not lost, else the newest.
    """
    picture: dict[str, dict[str, Any]] = {}
    for resource in sorted(resources, key=_rank):
        if not resource.component or resource.fading or resource.status in resource.shape.going:
            continue
        types = picture.setdefault(resource.component, {})
        if resource.shape.many:
            types.setdefault(resource.type, {})[resource.part or WHOLE] = resource.published()
        else:
            types[resource.type] = resource.published()
    return picture


def endpoints(picture: Mapping[str, Mapping[str, Any]]) -> dict[str, list[str]]:
    """Where people reach each component: URLs, addresses with a port, and where images are pushed."""
    reached = {component: [*_endpoints(types)] for component, types in picture.items()}
    return {component: addresses for component, addresses in reached.items() if addresses}


def _endpoints(types: Mapping[str, Any]) -> Iterable[str]:
    if name := types.get("load_balancer", {}).get("dns_name"):
        secure = any(listener.get("protocol") == "HTTPS" for listener in types.get("listener", {}).values())
        yield f"{'https' if secure else 'http'}://{name}"
    clusters = [types["db_cluster"]] if "db_cluster" in types else []
    # Whoever asked a member of a cluster would have to know which one writes now.
    for database in clusters or types.get("db_instance", {}).values():
        if address := at(database, "endpoint.address"):
            yield f"{address}:{database['endpoint']['port']}"
    for group in [types["replication_group"]] if "replication_group" in types else []:
        first: dict[str, Any] = next(iter(group.get("node_groups") or []), {})
        place = group.get("configuration_endpoint") or first.get("primary_endpoint") or {}
        if place.get("address"):
            yield f"{place['address']}:{place['port']}"
    if uri := types.get("repository", {}).get("uri"):
        yield uri


def snake(value: Any) -> Any:
    """An answer in snake_case with plain values: times are ISO 8601 in UTC."""
    if isinstance(value, Mapping):
        return {_snake_key(key): inner if key in _VERBATIM else snake(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [snake(inner) for inner in value]
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value


def _snake_key(key: str) -> str:
    """C(DBInstanceArn) as C(db_instance_arn), C(DNSName) as C(dns_name), C(SecurityGroupIds) as C(security_group_ids)."""
    split = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", re.sub(r"IPs\b|ARNs\b|IDs\b", lambda plural: plural[0].capitalize(), key))
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", split).lower()


def _rank(resource: Resource) -> tuple[bool, bool, str, str]:
    created = [str(snake(value)) for key, value in resource.description.items() if _CREATED.match(_snake_key(key))]
    return resource.ready, resource.status.lower() not in _LOST, max(created, default=""), resource.id
