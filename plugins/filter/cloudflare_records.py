# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
name: cloudflare_records
version_added: 0.1.0
short_description: The records of a Cloudflare zone, with names that lead to components made whole
description:
  - Turns records as the role P(groundwork.cloud.cloudflare#role) has them into those of
    M(groundwork.cloud.cloudflare_dns_records).
  - An alias becomes a CNAME record to the load balancer of the component, proxied unless the record says otherwise. Cloudflare
    takes one for the zone's own name too.
  - A record that proves a domain to AWS Certificate Manager, with a C(value) instead of a content, is never proxied.
positional: found
options:
  _input:
    description: The records, each with C(name) and either C(alias), a component, or C(type) and C(content) or C(value).
    type: list
    elements: dict
    required: true
  found:
    description: The live picture.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Show the records of a site behind a load balancer
  ansible.builtin.debug:
    msg: "{{ [{'name': 'www.example.org', 'alias': 'public'}] | groundwork.cloud.cloudflare_records(found) }}"
"""

RETURN = r"""
_value:
  description: The records.
  type: list
  elements: dict
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ..plugin_utils.front_doors import load_balancer_of


def cloudflare_records(records: Iterable[Mapping[str, Any]], found: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [_whole(record, found) for record in records]


def _whole(record: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    if "value" in record:
        # Always this type, which a plan may not know yet.
        return {"name": record["name"], "type": "CNAME", "content": record["value"], "proxied": False}
    if not (component := record.get("alias")):
        return dict(record)
    balancer = load_balancer_of(record["name"], component, found)
    others = {key: value for key, value in record.items() if key != "alias"}
    return {"type": "CNAME", "content": balancer["dns_name"], "proxied": True, **others}


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"cloudflare_records": cloudflare_records}
