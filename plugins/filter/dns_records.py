# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
name: dns_records
version_added: 0.1.0
short_description: The records of a zone, with names that lead to components made whole
description:
  - Turns records as the role P(groundwork.cloud.dns#role) has them into those of M(groundwork.cloud.route53_records).
  - An alias becomes two records, one for each version of the internet protocol.
author:
  - The Groundwork authors (@groundwork)
positional: found, resolve
options:
  _input:
    description: The records, each with C(name) and either C(alias), a component, or C(type) and C(values).
    type: list
    elements: dict
    required: true
  found:
    description: The live picture.
    type: dict
    required: true
  resolve:
    description: Whether to say where aliases lead. To remove them, that need not be known, nor be there any more.
    type: bool
    default: true
"""

EXAMPLES = r"""
- name: Show the records of a site behind a load balancer
  ansible.builtin.debug:
    msg: "{{ [{'name': 'www.example.org', 'alias': 'public'}] | groundwork.cloud.dns_records(found) }}"
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

KINDS = ("A", "AAAA")


def dns_records(records: Iterable[Mapping[str, Any]], found: Mapping[str, Any], resolve: bool = True) -> list[dict[str, Any]]:
    whole: list[dict[str, Any]] = []
    for record in records:
        if component := record.get("alias"):
            target = {"alias": _target(record["name"], component, found)} if resolve else {}
            whole += [{"name": record["name"], "type": kind, **target} for kind in KINDS]
        else:
            whole.append(dict(record))
    return whole


def _target(name: str, component: str, found: Mapping[str, Any]) -> dict[str, str]:
    balancer = load_balancer_of(name, component, found)
    return {"dns_name": balancer["dns_name"], "hosted_zone_id": balancer["canonical_hosted_zone_id"]}


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"dns_records": dns_records}
