# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Does a plan tell the truth? What plans predict, held against what the applies after them change."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Any

import yaml

from .emulator import PROJECT
from .play import Run

Change = tuple[str, str, str]
Edit = dict[str, Any]


def changes(run: Run) -> set[Change]:
    """Every change by component and task, and by item where a task has several."""
    return {
        (event["component"], event["task"], what) for event in run.events if event["changed"] for what in event["items"] or [""]
    }


EDITS = PROJECT / "tests/system/edits"
EDITS_AT_ONCE = 10


def rounds(edits: Path) -> list[list[Edit]]:
    """The edits of a file, some of every tier at a time unless they are of one setting, and at last none: all is as it was."""
    of_tiers: dict[str, list[Edit]] = yaml.safe_load(edits.read_text())
    some = zip_longest(*(together(edits) for edits in of_tiers.values()), fillvalue=[])
    return [[edit for of_tier in of_round for edit in of_tier] for of_round in some] + [[]]


def together(edits: Iterable[Edit]) -> list[list[Edit]]:
    """Edits that can be made at once, each in the first group that has none of its setting yet."""
    groups: list[list[Edit]] = []
    for edit in edits:
        fitting = (group for group in groups if len(group) < EDITS_AT_ONCE and not any(one.keys() & edit.keys() for one in group))
        if group := next(fitting, None):
            group.append(edit)
        else:
            groups.append([edit])
    return groups


@dataclass
class Fidelity:
    """What was predicted and made so far, and what was the one and not the other."""

    right: int = 0
    misses: list[str] = field(default_factory=list)

    def compare(self, what: str, plan: Run, apply: Run) -> None:
        for run, name in ((plan, "plan"), (apply, "apply")):
            if run.code:
                self.misses.append(f"{what}: the {name} failed: {run.failures}")
        predicted, made = changes(plan), changes(apply)
        self.right += len(predicted & made)
        self.misses += [f"{what}: {change} was predicted and not made" for change in sorted(predicted - made)]
        self.misses += [f"{what}: {change} was made and not predicted" for change in sorted(made - predicted)]

    @property
    def percent(self) -> float:
        return 100 * self.right / (self.right + len(self.misses)) if self.right or self.misses else 100.0


def hold(stack: Any, edits: str) -> None:
    """Plan and apply the edits of a file in tests/system/edits, each round from where the one before it left the stack."""
    some = rounds(EDITS / f"{edits}.yml")
    told = Fidelity()
    for number, of_round in enumerate(some, 1):
        settings = {name: value for edit in of_round for name, value in edit.items()}
        arguments = ("-e", json.dumps(settings)) if settings else ()
        told.compare(f"round {number}", stack.plan(*arguments), stack.apply(*arguments))
    count = sum(map(len, some))
    print(f"fidelity of {stack.name}: {told.percent:.1f} % of the changes of {count} edits in {len(some)} plans")
    assert told.misses == [], "\n".join(told.misses)
    assert told.right >= count >= 40
