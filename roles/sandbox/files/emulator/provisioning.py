# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What takes AWS minutes takes its time here too, when asked to: as long as there, divided by a scale. It is off by default.

A change of a resource is C(begun), and until its time has come the resource is shown in the state in between. What moto's
own managed states delay (C(MOTO_STATES)) is only given its time.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

# How long AWS takes, in seconds. AWS promises none of them, and they vary: what counts is the order of magnitude. Each has a
# source for that where one was found, and else the time after which botocore's own waiter gives up.
TIMES: dict[str, float] = {
    # github.com/hashicorp/terraform/issues/498: 5 to 10 minutes, and 15 to 20 with a standby, which is made from a first backup.
    # That was in 2014; it takes somewhat less today.
    "db_instance create": 420,
    "db_instance create with standby": 720,
    "db_instance modify": 180,  # most changes are quicker than a new instance; a waiter, db_instance_available, takes 30 minutes
    "db_instance delete": 180,  # botocore, db_instance_deleted: gives up after 30 minutes
    # botocore, db_cluster_available: gives up after 30 minutes. What takes its time are the members, which are instances.
    "db_cluster create": 60,
    "db_cluster modify": 60,
    "db_cluster delete": 200,  # after its last member
    # github.com/hashicorp/terraform/pull/8275: 395 s for the life of one node, its deletion included; several take longer.
    "replication_group create": 420,
    "replication_group modify": 240,  # botocore, replication_group_available: gives up after 10 minutes
    "replication_group delete": 240,  # botocore, replication_group_deleted: gives up after 10 minutes
    # github.com/openshift/openshift-ansible-contrib/issues/1012: under two minutes in AWS CloudFormation's events.
    "nat_gateway create": 105,
    "nat_gateway delete": 60,  # botocore, nat_gateway_deleted: gives up after 10 minutes
    # A namespace is a hosted zone, and changes of Amazon Route 53 are generally everywhere within 60 seconds, as its FAQ says.
    "namespace create": 45,
    "namespace delete": 45,
    # github.com/DataBiosphere/azul/pull/5780: 2 minutes 54 seconds.
    "load_balancer create": 170,
    # botocore, table_exists and table_not_exists: ask every 20 s; an index is said to take minutes even where it is empty.
    "table create": 20,
    "table modify": 20,
    "table delete": 20,
    "index create": 300,
    "index delete": 120,
    "scaling_group delete": 90,  # its instances end first: botocore, instance_terminated, asks every 15 s
    # Amazon EC2 Auto Scaling user guide, "How an instance refresh works": each of its batches is launched, warmed up and checked.
    "instance_refresh": 420,
    "certificate issue": 120,  # botocore, certificate_validated: asks once a minute, gives up after 5 minutes
    # Two health checks of the target group of 15 s each, after a task has started; services_stable gives up after 10 minutes.
    "service deploy": 150,
}
MOTO_STATES: dict[str, float] = {
    "ecs::task": 20,  # each step of a Fargate task on its way to STOPPED
    "cloudfront::distribution": 240,  # botocore, distribution_deployed: asks once a minute, gives up after 35 minutes
}


@dataclass(frozen=True)
class Change:
    """A change of a resource that is under way until C(ends); times are those of C(time.time)."""

    kind: str
    resource: str
    status: str
    began: float
    ends: float

    @property
    def is_under_way(self) -> bool:
        return time.time() < self.ends


class Ending(Change):
    """A change with something to do when its time has come: until that takes it away, and for ever where the resource goes."""

    @property
    def is_under_way(self) -> bool:
        return True


class _Provisioning:
    def __init__(self) -> None:
        self.scale = 0.0
        self.changes: list[Change] = []
        self.timers: list[threading.Timer] = []


_now = _Provisioning()


def set_scale(scale: float) -> None:
    """Divide the times of AWS by this; 0 means that everything is done at once. What has begun keeps its time."""
    from moto.moto_api import state_manager

    before, _now.scale = _now.scale, scale
    for model, seconds in MOTO_STATES.items():
        if scale:
            state_manager.set_transition(model, {"progression": "time", "seconds": seconds / scale})
        elif before:  # otherwise a transition is somebody else's
            with contextlib.suppress(KeyError):
                state_manager.unset_transition(model)


def told() -> list[dict[str, Any]]:
    """Every change since the account was emptied: its kind, its resource, and when it began and ends."""
    return [asdict(change) for change in list(_now.changes)]


def forget() -> None:
    """The account is emptied: nothing is under way any more."""
    for timer in _now.timers:
        timer.cancel()
    _now.timers.clear()
    _now.changes.clear()
    set_scale(_now.scale)


def begin(holder: Any, kind: str, resource: str, status: str, change: type[Change] = Change) -> None:
    """From now on, and for its time, C(holder) is in C(status)."""
    if not _now.scale:
        return
    now = time.time()
    holder.under_way = change(kind, resource, status, now, now + TIMES[kind] / _now.scale)
    _now.changes.append(holder.under_way)


def under_way(holder: Any) -> str:
    """The status of the change that is under way; empty when none is."""
    change = getattr(holder, "under_way", None)
    return change.status if change and change.is_under_way else ""


def finished(holder: Any) -> None:
    """Nothing is under way with C(holder) any more."""
    holder.under_way = None


def end(holder: Any, kind: str, resource: str, status: str, finish: Callable[[], Any]) -> bool:
    """As C(begin), with something to do when the time has come. Whether it begins: otherwise it is to be done at once.

    C(status) is not left by the clock, which the timer runs behind. C(finish) removes C(holder), or takes it out of that by
    C(finished).
    """
    begin(holder, kind, resource, status, Ending)
    if not _now.scale:
        return False
    timer = threading.Timer(holder.under_way.ends - time.time(), finish)
    timer.daemon = True
    _now.timers.append(timer)
    timer.start()
    return True
