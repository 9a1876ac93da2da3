# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""How long a run had to take: the longest chain of what waits for AWS, and for each other.

It is made of what a run recorded: when each task ran, when each call to AWS was made and answered, and, from the emulator, when
each resource that takes its time began to be made and was there. A step is some tasks of one component. Its cost is the time
during which at least one of its calls was under way; calls at once count once. What it asks while it waits for a resource is no
cost: the resource itself is in the chain then, from the call that began it until it was there. Nothing else counts: not the time
of Ansible, of waves and their pictures, of sleeping, or of asking late. So a run that waits for more than it must, or does one
after the other what could be done at once, has the same critical path and a longer time. Which step needs which is declared,
C(Step.needs), and not taken from the run.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

Span = tuple[float, float]


@dataclass(frozen=True)
class Step:
    """Tasks of a component: those in some of its role's files, or, without any, all that are in none of another step's."""

    component: str
    role: str
    files: Collection[str] = ()
    needs: Collection[str] = ()
    """Steps that end before this one, and kinds of resources of a step that are there before it: C(exits/nat_gateway)."""


@dataclass(frozen=True)
class Path:
    """When a chain ends, counted from its start in seconds, and what it consists of."""

    seconds: float
    chain: tuple[str, ...]

    def then(self, name: str, seconds: float) -> Path:
        return Path(self.seconds + seconds, (*self.chain, f"{name} {seconds:.1f} s"))


def length(spans: Iterable[Span]) -> float:
    """For how long at least one of them lasts."""
    total, until = 0.0, float("-inf")
    for start, end in sorted(spans):
        total += max(0.0, end - max(start, until))
        until = max(until, end)
    return total


def outside(spans: Iterable[Span], away: Iterable[Span]) -> list[Span]:
    """What is left of spans without those away."""
    left = list(spans)
    for start, end in away:
        left = [part for one in left for part in ((one[0], min(one[1], start)), (max(one[0], end), one[1])) if part[0] < part[1]]
    return left


class Run:
    """One run, as C(timeline) (tests/support/callback_plugins) wrote it, and what the emulator made meanwhile."""

    def __init__(self, timeline: Mapping[str, Any], provisioned: Sequence[Mapping[str, Any]], steps: Mapping[str, Step]) -> None:
        self.steps = steps
        self.began, self.ended = float(timeline["began"]), float(timeline["ended"])
        self._made: dict[str, list[tuple[str, Span]]] = {name: [] for name in steps}
        self._calls: dict[str, list[Span]] = {name: [] for name in steps}
        self.spans: dict[str, Span] = {}
        """When the tasks of each step ran."""
        tasks: dict[str, list[Span]] = {name: [] for name in steps}
        for task in timeline["tasks"]:
            if name := self._step_of(task):
                tasks[name].append((task["began"], task["ended"]))
        for name, times in tasks.items():
            assert times, f"no task of the run is of step {name}: {steps[name]}"
            self.spans[name] = min(start for start, _ in times), max(end for _, end in times)
        for call in timeline["calls"]:
            for name, times in tasks.items():
                if steps[name].component == call["component"] and any(start <= call["began"] <= end for start, end in times):
                    self._calls[name].append((call["began"], call["began"] + call["seconds"]))
        for change in provisioned:
            owners = [name for name, spans in self._calls.items() if _writes(spans, change) and _is_of(steps[name], change)]
            assert len(owners) == 1, f"{change} was begun by {owners}"
            self._made[owners[0]].append((change["kind"].split()[0], (change["began"], change["ends"])))

    def _step_of(self, task: Mapping[str, Any]) -> str:
        place = PurePath(task["file"]).parts
        role, file = (place[-3], place[-1]) if "roles" in place else ("", "")
        mine = {
            name: step for name, step in self.steps.items() if step.component == task["component"] and role in step.role.split()
        }
        named = [name for name, step in mine.items() if file in step.files]
        return next(iter(named or [name for name, step in mine.items() if not step.files]), "")

    def finish(self, name: str) -> Path:
        """The longest chain that ends with a step, or with what it made of a kind: C(exits/nat_gateway)."""
        step, _, kind = name.partition("/")
        if kind:
            times = [times for made, times in self._made[step] if made == kind]
            assert times, f"step {step} made no {kind}"
            return max((self._until(step, start).then(name, end - start) for start, end in times), key=lambda path: path.seconds)
        return self._until(step, float("inf"))

    def _until(self, name: str, moment: float) -> Path:
        """The longest chain up to a moment of a step: what it needs, and then its calls until then."""
        needs = (self.finish(need) for need in self.steps[name].needs)
        before = max(needs, key=lambda path: path.seconds, default=Path(0.0, ()))
        waited = [times for need in self.steps[name].needs if "/" in need for times in self.made(need)]
        calls = [(start, min(end, moment)) for start, end in self._calls[name] if start < moment]
        return before.then(name, length(outside(calls, waited)))

    def made(self, what: str) -> list[Span]:
        """When resources of a kind were being made by a step: C(exits/nat_gateway)."""
        step, _, kind = what.partition("/")
        return [times for made, times in self._made[step] if made == kind]

    def critical_path(self) -> Path:
        ends = [*self.steps, *(f"{name}/{kind}" for name, made in self._made.items() for kind, _ in made)]
        return max((self.finish(name) for name in ends), key=lambda path: path.seconds)


def _writes(calls: Iterable[Span], change: Mapping[str, Any]) -> bool:
    return any(start <= change["began"] <= end for start, end in calls)


def _is_of(step: Step, change: Mapping[str, Any]) -> bool:
    """Whether a step is of the kind that makes this: calls of other components are under way at the same time."""
    return MAKERS[change["kind"].split()[0]] in step.role.split()


MAKERS = {
    "db_instance": "database",
    "db_cluster": "database",
    "replication_group": "cache",
    "nat_gateway": "network",
    "load_balancer": "alb",
    "certificate": "certificate",
    "service": "ecs",
}
