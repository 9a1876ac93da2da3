# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations


class ModuleDocFragment:
    """Options of every module whose resource can be tagged."""

    DOCUMENTATION = r"""
options:
  tags:
    description:
      - Tags that the resource carries, as a mapping of keys to values.
      - Left out, tags are neither read nor changed.
    type: dict
    aliases: [resource_tags]
  purge_tags:
    description: Whether tags that O(tags) does not name are removed.
    type: bool
    default: false
"""
