# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
name: sysctl_changes
version_added: 0.1.0
short_description: What a running kernel is to be told, and what it does not let this machine decide
description:
  - Compares kernel parameters with the live values of those that can be written. A container can write few of them, or none; and
    a kernel need not have all.
author:
  - The Groundwork authors (@groundwork)
positional: live
options:
  _input:
    description: The values that are wanted, by the name that sysctl has for each, in which dots part.
    type: dict
    required: true
  live:
    description: Files below C(/proc/sys) that can be written, as lines of C(path:value).
    type: list
    elements: str
    required: true
"""

EXAMPLES = r"""
- name: Show what the kernel is to be told
  ansible.builtin.debug:
    msg: "{{ {'kernel.sysrq': 0} | groundwork.cloud.sysctl_changes(['/proc/sys/kernel/sysrq:438']) }}"
"""

RETURN = r"""
_value:
  description: C(set) are the values that differ, as C(name=value), and C(left) the names that this machine does not decide.
  type: dict
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any


def sysctl_changes(wanted: Mapping[str, Any], live: Iterable[str]) -> dict[str, list[str]]:
    values = {path: value.split() for path, _colon, value in (line.partition(":") for line in live)}
    paths = {name: f"/proc/sys/{name.replace('.', '/')}" for name in wanted}
    decided = {name: values[path] for name, path in paths.items() if path in values}
    return {
        "set": [f"{name}={wanted[name]}" for name, value in decided.items() if str(wanted[name]).split() != value],
        "left": [name for name in wanted if name not in decided],
    }


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"sysctl_changes": sysctl_changes}
