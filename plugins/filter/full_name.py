# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
name: full_name
version_added: 0.1.0
short_description: Join the parts of a name as every service takes it
description:
  - Joins the parts with hyphens and makes them lower-case letters, digits and hyphens.
author:
  - The Groundwork authors (@groundwork)
options:
  _input:
    description: The parts of the name, or one string.
    type: raw
    required: true
"""

EXAMPLES = r"""
- name: Say what the certificate of a host is called
  ansible.builtin.debug:
    msg: "{{ ['shop', 'production', 'app.example.org'] | groundwork.cloud.full_name }}"  # shop-production-app-example-org
"""

RETURN = r"""
_value:
  description: The name.
  type: str
"""

from collections.abc import Callable, Iterable

from ..module_utils.naming import full_name


def as_parts(parts: str | Iterable[str]) -> Iterable[str]:
    return [parts] if isinstance(parts, str) else parts


class FilterModule:
    def filters(self) -> dict[str, Callable[..., str]]:
        return {"full_name": lambda parts: full_name(as_parts(parts))}
