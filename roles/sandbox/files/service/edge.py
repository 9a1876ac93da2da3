# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""From where Cloudflare's edge asks origins: one address in Cloudflare's ranges, which this host takes for its own."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence


def address(ranges: Sequence[str], port: int) -> str:
    """The one of the simulator at a port; empty if there are no ranges. Several simulators do not take it from one another."""
    if not ranges:
        return ""
    block = ipaddress.IPv4Network(ranges[0])
    return str(block[port % block.num_addresses])
