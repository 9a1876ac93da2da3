# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What the modules have in common that manage all of a kind in a VPC at once. Everything here is pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from ipaddress import ip_network
from typing import Any

from .aws import AwsError
from .naming import NAME_TAG

Item = Mapping[str, Any]


def by_name(items: Iterable[Item]) -> dict[str, Item]:
    """The declared items by their names, each of which is one of a kind."""
    named: dict[str, Item] = {}
    for item in items:
        if item["name"] in named:
            raise AwsError(f"plan {item['name']}", "two are called so; give each a name of its own")
        named[item["name"]] = item
    return named


def item_tags(item: Item) -> dict[str, str]:
    """The declared tags; what has no tag Name is called by its name."""
    return {NAME_TAG: item["name"], **{key: str(value) for key, value in (item["tags"] or {}).items()}}


def name_in(described: Item) -> str:
    """The tag Name of something that Amazon EC2 describes."""
    return next((tag["Value"] for tag in described.get("Tags") or [] if tag["Key"] == NAME_TAG), "")


def only(what: str, found: Iterable[Item], key: str) -> Item | None:
    """The one that was found, if any; C(key) is where its id is."""
    fits = list(found)
    if len(fits) > 1:
        ids = ", ".join(sorted(one[key] for one in fits))
        raise AwsError(f"read {what}", f"there are several, {ids}; give them tags Name of their own")
    return fits[0] if fits else None


def cidr(text: str) -> str:
    """An address range as Amazon EC2 writes it; other text, for instance the id of a prefix list, as it is."""
    try:
        return str(ip_network(text, strict=False))
    except ValueError:
        return text


def statuses(current: Mapping[str, Any]) -> str:
    """The states of what stands by name, for people."""
    return ", ".join(f"{name}: {one.get('status', 'gone')}" for name, one in current.items())
