# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What the emulator and the program P(machines) tell each other, which runs its instances and its load balancers."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

AGENT = "groundwork-machines"  # in the user agent of its calls, which neither fail nor count
SERVICES = ("acm", "autoscaling", "ec2", "ecs", "elasticloadbalancing")  # whose calls may change what it has to run
Seen = tuple[str, str | None, str | None]
Health = Mapping[str, Mapping[str, Seen]]


class _Told:
    pid = 0
    health: Health = {}


_now = _Told()


def hear(given: Mapping[str, Any]) -> None:
    """The program's process, and the health of targets: state, reason and description by target group and target."""
    _now.pid, _now.health = int(given["pid"]), given["health"]


def alive() -> bool:
    """Whether that process lives: it runs on this machine."""
    with suppress(ProcessLookupError):
        if _now.pid:
            os.kill(_now.pid, 0)
            return True
    return False


def health(group: str) -> Mapping[str, Seen] | None:
    """The targets of a group that balancers know; None where no balancer knows the group."""
    return _now.health.get(group)


def regions() -> list[str]:
    """Where there are instances or load balancers. A backend that was never asked is not made by this."""
    from moto.ec2.models import ec2_backends
    from moto.elbv2.models import elbv2_backends

    found = {
        name
        for backends, of in ((ec2_backends, "reservations"), (elbv2_backends, "load_balancers"))
        for account in list(backends.values())
        for name, backend in list(account.items())
        if getattr(backend, of)
    }
    return sorted(found)
