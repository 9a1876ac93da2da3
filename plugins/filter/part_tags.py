# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
name: part_tags
version_added: 0.1.0
short_description: The tags of one part of a component
description:
  - A component can have several resources of a kind, its subnets for instance. Each part carries the component's tags, and
    a C(Name) that ends in the part's own name.
author:
  - The Groundwork authors (@groundwork)
positional: part
options:
  _input:
    description: The component's tags.
    type: dict
    required: true
  part:
    description: The part's name.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Show the tags of a subnet
  ansible.builtin.debug:
    msg: "{{ stack_tags | groundwork.cloud.part_tags('public-us-east-1a') }}"
"""

RETURN = r"""
_value:
  description: The tags.
  type: dict
"""

from collections.abc import Callable

from ..module_utils.naming import part_tags


class FilterModule:
    def filters(self) -> dict[str, Callable[..., dict[str, str]]]:
        return {"part_tags": part_tags}
