# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Does a plan tell the truth? What it predicts, and what the apply after it changes, on an empty account and edit by edit.

C(make fidelity) prints the figures. An edit is one setting of one component; a round makes one in every tier that has one left.
"""

from __future__ import annotations

import json
from itertools import zip_longest
from pathlib import Path
from typing import Any, ClassVar

import pytest
import yaml
from support.play import Run

pytestmark = [pytest.mark.system, pytest.mark.fidelity]

EDITS: dict[str, list[dict[str, Any]]] = yaml.safe_load((Path(__file__).parent / "edits.yml").read_text())
ROUNDS = [[edit for edit in edits if edit] for edits in zip_longest(*EDITS.values())]
Change = tuple[str, str, str]


def changes(run: Run) -> set[Change]:
    """Every change by component and task, and by item where a task has several."""
    return {
        (event["component"], event["task"], item) for event in run.events if event["changed"] for item in event["items"] or [""]
    }


class Fidelity:
    inventory: ClassVar[str]

    def compare(self, stack: Any, what: str, *arguments: str) -> int:
        """Plan, apply, and hold the one against the other. Returns how many components changed."""
        plan, apply = stack.plan(*arguments), stack.apply(*arguments)
        assert plan.code == 0, f"the plan of {what} failed: {plan.failures}"
        assert apply.code == 0, f"the apply of {what} failed: {apply.failures}"
        predicted, made = changes(plan), changes(apply)
        assert predicted == made, f"{what}: only predicted {sorted(predicted - made)}, only made {sorted(made - predicted)}"
        return len({component for component, _task, _item in made})

    def test_what_is_planned_is_what_is_changed(self, stack, capsys):
        misses: list[str] = []
        compared = 0
        for what, arguments in [("the empty account", ())] + [
            (json.dumps(edits), ("-e", json.dumps({name: value for edit in edits for name, value in edit.items()})))
            for edits in ROUNDS
        ]:
            try:
                compared += self.compare(stack, what, *arguments)
            except AssertionError as miss:
                misses.append(str(miss))
        rounds = len(ROUNDS) + 1
        with capsys.disabled():
            share = 100 * (rounds - len(misses)) / rounds
            print(f"\nfidelity of {stack.name}: {share:.0f} % of {rounds} plans, {compared} components changed as planned")
        assert not misses, "\n".join(misses)
        assert compared >= 50


class TestDevelopment(Fidelity):
    inventory = "inventories/nextjs/development"


class TestProduction(Fidelity):
    inventory = "inventories/nextjs/production"
