# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
name: existing_zones
version_added: 0.1.0
short_description: The hosted zones that a stack uses and did not make
description:
  - Picks the dns components with C(dns_existing), and tells their zones as M(groundwork.cloud.stack_info) takes them.
author:
  - The Groundwork authors (@groundwork)
options:
  _input:
    description: The variables of the dns components.
    type: list
    elements: dict
    required: true
"""

EXAMPLES = r"""
- name: Show the zones that somebody else made
  ansible.builtin.debug:
    msg: "{{ groups.dns | default([]) | map('extract', hostvars) | groundwork.cloud.existing_zones }}"
"""

RETURN = r"""
_value:
  description: Domain names by component.
  type: dict
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ansible.module_utils.parsing.convert_bool import boolean


def existing_zones(components: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    return {
        component["inventory_hostname"]: component.get("dns_zone", component["inventory_hostname"])
        for component in components
        if boolean(component.get("dns_existing", False))
    }


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"existing_zones": existing_zones}
