# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The load balancers that names lead to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible.errors import AnsibleFilterError


def load_balancer_of(name: str, component: str, found: Mapping[str, Any]) -> Mapping[str, Any]:
    """The load balancer of a component that a DNS name leads to, as the live picture has it; it has to be there."""
    balancer: Mapping[str, Any] | None = found.get(component, {}).get("load_balancer")
    if not balancer:
        raise AnsibleFilterError(f"{name} shall lead to {component}, which has no load balancer yet; converge {component} first")
    return balancer
