# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
name: undeclared
version_added: 0.1.0
short_description: What stands of a component and is not declared any more
description:
  - Takes what the live picture has of a component and returns, by type, the resources whose part is not declared.
author:
  - The Groundwork authors (@groundwork)
positional: declared
options:
  _input:
    description: The component as M(groundwork.cloud.stack_info) returns it, its types with their parts.
    type: dict
    required: true
  declared:
    description: The declared parts, by type. Types that are not named are left out.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Tell which subnets would go
  ansible.builtin.debug:
    msg: "{{ (found.main | groundwork.cloud.undeclared({'subnet': ['public-us-east-1a']})).subnet }}"
"""

RETURN = r"""
_value:
  description: For each type that was named, a list of the resources that are not declared.
  type: dict
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any


def undeclared(component: Mapping[str, Mapping[str, Any]], declared: Mapping[str, Collection[str]]) -> dict[str, list[Any]]:
    return {
        kind: [resource for part, resource in component.get(kind, {}).items() if part not in parts]
        for kind, parts in declared.items()
    }


class FilterModule:
    def filters(self) -> dict[str, Callable[..., dict[str, list[Any]]]]:
        return {"undeclared": undeclared}
