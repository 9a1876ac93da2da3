# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
name: unknown
version_added: 0.1.0
short_description: Whether a plan can't know a value yet
description:
  - True in a plan (check mode) for what exists only when the plan has been applied, such as the id of a VPC that is yet to be
    made, and for what has such a value in it. Always false in an apply.
  - A condition compares such a value like any other text, so C(vpc.id == 'vpc-1') is false, and C(vpc.is_default | bool) is false
    too. Where that would be wrong, ask first.
author:
  - The Groundwork authors (@groundwork)
options:
  _input:
    description: The value.
    type: raw
    required: true
"""

EXAMPLES = r"""
- name: Peer with the default VPC, and plan to do so while it is not known to be one
  ansible.builtin.debug:
    msg: "{{ made.vpc.id }}"
  when: made.vpc.is_default is groundwork.cloud.unknown or made.vpc.is_default
"""

RETURN = r"""
_value:
  description: Whether it is not known yet.
  type: bool
"""

from collections.abc import Callable
from typing import Any

from ..plugin_utils.unknown import is_unknown


class TestModule:
    def tests(self) -> dict[str, Callable[[Any], bool]]:
        return {"unknown": is_unknown}
