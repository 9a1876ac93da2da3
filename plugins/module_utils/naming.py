# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Deterministic names and the tag scheme: the one place that knows them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping

STACK_TAG = "groundwork:stack"
ENVIRONMENT_TAG = "groundwork:environment"
COMPONENT_TAG = "groundwork:component"
NAME_TAG = "Name"

# The longest name that AWS takes, by kind of resource: each service's API reference, "Create..." request parameters.
LIMITS = {
    "alarm": 255,
    "bucket": 63,
    "cache_group": 255,
    "cluster": 255,
    "dashboard": 255,
    "database": 63,
    "database_group": 255,
    "key_alias": 250,
    "launch_template": 128,
    "load_balancer": 32,
    "log_group": 512,
    "pages_project": 58,
    "prefix_list": 255,
    "queue": 80,
    "replication_group": 40,
    "repository": 256,
    "role": 64,
    "rule": 64,
    "scaling_group": 255,
    "schedule": 64,
    "secret": 512,
    "security_group": 255,
    "service": 255,
    "table": 255,
    "target_group": 32,
    "task": 128,
    "task_definition": 255,
    "topic": 256,
}
_HASH_LENGTH = 8


def full_name(parts: Iterable[str]) -> str:
    """Join the parts of a name with hyphens, in the lower-case letters, digits and hyphens that every service takes."""
    joined = "-".join(part for part in parts if part)
    return re.sub(r"-+", "-", re.sub(r"[^a-z0-9-]", "-", joined.lower())).strip("-")


def shorten(name: str, limit: int) -> str:
    """Return the name itself when it fits, else its beginning and a hash of all of it.

    The beginning kept is always C(limit - 9) characters, so that names of one stack can be listed by prefix.
    """
    if len(name) <= limit:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:_HASH_LENGTH]
    return f"{kept(name, limit).rstrip('-')}-{digest}"


def kept(name: str, limit: int) -> str:
    """The beginning of a name that shortening to C(limit) certainly keeps."""
    return name[: limit - _HASH_LENGTH - 1]


def resource_name(parts: Iterable[str], kind: str) -> str:
    """The name of a resource of one kind, within the length that AWS allows for it.

    Raises C(ValueError) for a kind that has no entry in C(LIMITS).
    """
    if kind not in LIMITS:
        raise ValueError(f"no length limit is known for a {kind!r}; kinds are {', '.join(LIMITS)}")
    return shorten(full_name(parts), LIMITS[kind])


def stack_prefix(stack: str, environment: str) -> str:
    """What the full name of everything in a stack starts with."""
    return full_name([stack, environment])


def stack_tags(stack: str, environment: str) -> dict[str, str]:
    """The tags by which everything of one stack is found."""
    return {STACK_TAG: stack, ENVIRONMENT_TAG: environment}


def part_tags(tags: Mapping[str, str], part: str) -> dict[str, str]:
    """The tags of one part of a component: they are the component's, with the part in the name."""
    return {**tags, NAME_TAG: full_name([tags[NAME_TAG], part])}


def domain_name(name: str) -> str:
    """A domain name as people write it: in lower case, without its final dot."""
    return name.lower().rstrip(".")


def part_of(tags: Mapping[str, str]) -> str:
    """Which part of its component a resource is, from its tags: C(public-us-east-1a), or empty for the component itself."""
    owner = full_name([tags[STACK_TAG], tags[ENVIRONMENT_TAG], tags[COMPONENT_TAG]])
    name = tags.get(NAME_TAG, "")
    return name.removeprefix(owner).removeprefix("-") if name.startswith(owner) else name
