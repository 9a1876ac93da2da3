# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Modules of every service give the same results, and ask the API the same, in both ways.

What a task is expected to do is said in its name, so that a playbook in which nothing works any more is noticed.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from support import ways

HERE = Path(__file__).resolve().parent
PLAYBOOKS = sorted((HERE / "services").glob("*.yml"))
UNORDERED = {"ours_reading"}  # its module asks by many threads at once
EXPECTED = {
    "no change": ("ok", False),
    "create": ("ok", True),
    "change": ("ok", True),
    "delete again": ("ok", False),
    "delete": ("ok", True),
    "read": ("ok", False),
    "refuse": ("ignored", False),
}


Both = Callable[[Path], tuple[ways.Outcome, ways.Outcome]]
OURS = [playbook for playbook in PLAYBOOKS if playbook.stem.startswith("ours_")]
OTHERS = [playbook for playbook in PLAYBOOKS if playbook not in OURS]


# Two classes, so that two workers share what takes longest of all.
class TestOfOthers:
    @pytest.mark.parametrize("playbook", OTHERS, ids=lambda playbook: playbook.stem)
    def test_both_ways_are_one(self, playbook: Path, both: Both) -> None:
        hold(playbook, *both(playbook))


class TestOfOurs:
    @pytest.mark.parametrize("playbook", OURS, ids=lambda playbook: playbook.stem)
    def test_both_ways_are_one(self, playbook: Path, both: Both) -> None:
        hold(playbook, *both(playbook))


def hold(playbook: Path, stock: ways.Outcome, direct: ways.Outcome) -> None:
    for line in stock.results:
        kind = next(kind for kind in EXPECTED if f": {kind}" in line["task"])
        if not line["status"].startswith("item"):
            assert (line["status"], bool(line["result"].get("changed"))) == EXPECTED[kind], line
    assert ways.differences(stock, direct, ordered=playbook.stem not in UNORDERED) == []


def test_thirty_modules_of_others_and_all_of_ours() -> None:
    playbooks = [*PLAYBOOKS, HERE / "cloudflare.yml"]  # test_cloudflare.py runs that one
    named = {word.rstrip(":") for playbook in playbooks for word in playbook.read_text().split() if word.count(".") == 2}
    theirs = {name for name in named if name.startswith(("amazon.aws.", "community.aws."))}
    assert len(theirs) >= 30, theirs
    ours = {f"groundwork.cloud.{file.stem}" for file in (HERE.parents[2] / "plugins/modules").glob("*.py")}
    actions = {"cost", "diagram", "parallel", "validate"}  # a module of that name is never run
    assert ours - named == {f"groundwork.cloud.{action}" for action in actions}
