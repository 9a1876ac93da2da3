# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations


class ModuleDocFragment:
    """What every module that reads, plans and applies has in common."""

    DOCUMENTATION = r"""
options:
  state:
    description: Whether the resource is there.
    type: str
    choices: [present, absent]
    default: present
attributes:
  check_mode:
    description: Can run in check mode and return changed status prediction without modifying the target.
    support: full
  diff_mode:
    description: Returns what has changed, or would change in check mode, as C(before) and C(after).
    support: full
  idempotent:
    description: A second run with the same options changes nothing.
    support: full
notes:
  - Only what is declared is compared and changed; an option left out leaves its setting as it is.
"""

    # The same without a state, of what is always there: settings, for instance.
    STATELESS = r"""
options: {}
attributes:
  check_mode:
    description: Can run in check mode and return changed status prediction without modifying the target.
    support: full
  diff_mode:
    description: Returns what has changed, or would change in check mode, as C(before) and C(after).
    support: full
  idempotent:
    description: A second run with the same options changes nothing.
    support: full
notes:
  - Only what is declared is compared and changed; an option left out leaves its setting as it is.
"""

    # Of what only reads.
    READING = r"""
options: {}
attributes:
  check_mode:
    description: Can run in check mode and return changed status prediction without modifying the target.
    support: full
  diff_mode:
    description: Returns what has changed, or would change in check mode, as C(before) and C(after).
    support: none
  idempotent:
    description: A second run with the same options changes nothing.
    support: full
"""

    # Of what reads the inventory, on the controller.
    INVENTORY = r"""
options:
  tiers:
    description: The tiers. Each is the name of a group and of a role of this collection, and the prefix of that role's settings.
    type: list
    elements: str
    required: true
attributes:
  action:
    description: Indicates this has a corresponding action plugin, so some parts of the options can be executed on the controller.
    support: full
  check_mode:
    description: Can run in check mode and return changed status prediction without modifying the target.
    support: full
  diff_mode:
    description: Returns what has changed, or would change in check mode, as C(before) and C(after).
    support: none
  idempotent:
    description: A second run with the same options changes nothing.
    support: full
notes:
  - It runs on the controller, once for all components; use C(run_once).
"""
