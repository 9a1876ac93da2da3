# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
name: current
version_added: 0.1.0
short_description: Whether nothing was changed since the live picture was taken
description:
  - True while what M(groundwork.cloud.stack_info) found in this run is what it would find now, since no task has changed or
    planned anything. Always false without the callback P(groundwork.cloud.runtime#callback), which sees what tasks do.
author:
  - The Groundwork authors (@groundwork)
options:
  _input:
    description: What was found.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Components found in this run need not be looked for again
  ansible.builtin.meta: end_play
  when: found is defined and found is groundwork.cloud.current
"""

RETURN = r"""
_value:
  description: Whether it is.
  type: bool
"""

from collections.abc import Callable
from typing import Any

from ansible import constants

from ..plugin_utils import pictures, planned


def is_current(found: Any) -> bool:
    return pictures.is_true() and not planned.recall(constants.DEFAULT_LOCAL_TMP)


class TestModule:
    def tests(self) -> dict[str, Callable[[Any], bool]]:
        return {"current": is_current}
