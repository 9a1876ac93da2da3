# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Writes that would change nothing: what a module sends whatever stands, beside what AWS has just told it of that.

In a plan they are answered as AWS would, with nothing, and the module goes on to what it really wants to change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

Part = Mapping[str, Any]


def _is_so(group: Part, wanted: Part) -> bool:
    return all(_same(name, group.get(name), value) for name, value in wanted.items())


def _same(name: str, stands: Any, wanted: Any) -> bool:
    if isinstance(wanted, Mapping):  # AWS tells more of a launch template than is asked for
        return isinstance(stands, Mapping) and all(_same(key, stands.get(key), value) for key, value in wanted.items())
    if name == "AvailabilityZones":
        return set(stands or ()) == set(wanted)
    if name == "VPCZoneIdentifier":
        return set(str(stands).split(",")) == set(str(wanted).split(","))
    return bool(stands == wanted)


# By service and operation: whether a group is what the call would make of it.
_REPEATS: Mapping[tuple[str, str], Callable[[Part, Part], bool]] = {
    ("autoscaling", "DisableMetricsCollection"): lambda group, wanted: not group.get("EnabledMetrics"),
    ("autoscaling", "UpdateAutoScalingGroup"): _is_so,
}


def is_repeated(service: str, operation: str, parameters: Part, told: Iterable[Part]) -> bool:
    """Whether a call would only repeat what stands by the newest of the answers in C(told)."""
    repeats = _REPEATS.get((service, operation))
    name = parameters.get("AutoScalingGroupName")
    groups = [group for answer in told for group in answer.get("AutoScalingGroups", []) if group["AutoScalingGroupName"] == name]
    return bool(repeats and groups and repeats(groups[-1], parameters))
