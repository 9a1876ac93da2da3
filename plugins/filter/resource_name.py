# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
name: resource_name
version_added: 0.1.0
short_description: The name of a resource, within the length that AWS allows
description:
  - Joins the parts as P(groundwork.cloud.full_name#filter) does. A name longer than its kind of resource allows becomes its
    beginning and a hash of the whole, the same on every run.
author:
  - The Groundwork authors (@groundwork)
positional: kind
options:
  _input:
    description: The parts of the name, or one string.
    type: raw
    required: true
  kind:
    description: The kind of resource, for instance V(load_balancer) or V(role).
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Say what a load balancer is called
  ansible.builtin.debug:
    msg: "{{ ['shop', 'production', 'public'] | groundwork.cloud.resource_name('load_balancer') }}"  # shop-production-public
"""

RETURN = r"""
_value:
  description: The name.
  type: str
"""

from collections.abc import Callable, Iterable

from ansible.errors import AnsibleFilterError

from ..module_utils import naming
from .full_name import as_parts


def resource_name(parts: str | Iterable[str], kind: str) -> str:
    try:
        return naming.resource_name(as_parts(parts), kind)
    except ValueError as error:
        raise AnsibleFilterError(str(error)) from error


class FilterModule:
    def filters(self) -> dict[str, Callable[..., str]]:
        return {"resource_name": resource_name}
