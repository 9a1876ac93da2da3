# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The measure that an apply is held against, by tests/system/test_overlap.py and by the benchmark."""

from __future__ import annotations

from typing import Any

import pytest
from support.critical_path import Run, Step, length, outside

STEPS = {
    "database": Step("postgres", "database"),
    "database there": Step("postgres", "database", ["ready.yml"], needs=["database/db_instance"]),
    "service": Step("web", "ecs iam", needs=["database there"]),
    "logs": Step("logs", "storage"),
}


def task(component: str, role: str, file: str, began: float, ended: float) -> dict[str, Any]:
    return {"component": component, "file": f"/x/roles/{role}/tasks/{file}", "began": began, "ended": ended}


def call(component: str, began: float, seconds: float = 1.0) -> dict[str, Any]:
    return {"component": component, "began": began, "seconds": seconds}


def run(*, late: float = 0.0, polls: int = 1) -> Run:
    """A database that takes 20 s from within a call, asked for until it is there, and a service after it; all else is slow."""
    there = 27.0 + late
    timeline = {
        "began": 0.0,
        "ended": there + 10,
        "tasks": [
            task("postgres", "database", "instance.yml", 2, 6),
            task("postgres", "database", "ready.yml", 8, there),
            task("web", "ecs", "service.yml", there + 1, there + 4),
            task("web", "iam", "roles.yml", there + 5, there + 7),
            task("logs", "storage", "bucket.yml", 0, 9),
        ],
        "calls": [
            call("postgres", 3),
            call("postgres", 5),
            *(call("postgres", 8 + number, 0.5) for number in range(polls)),
            call("postgres", there - 1),
            call("web", there + 2),
            call("web", there + 2.5),
            call("web", there + 6),
            call("logs", 1, 7.0),
        ],
    }
    made = {"kind": "db_instance create with standby", "resource": "postgres", "status": "creating", "began": 5.5, "ends": 25.5}
    return Run(timeline, [made], STEPS)


def test_a_chain_is_of_calls_and_of_what_is_made():
    path = run().critical_path()
    assert path.chain == ("database 1.5 s", "database/db_instance 20.0 s", "database there 1.0 s", "service 2.5 s")
    assert path.seconds == pytest.approx(25.0)


def test_waiting_longer_asking_more_and_starting_late_are_not_in_it():
    assert run(late=30, polls=15).critical_path() == run().critical_path()
    assert run(late=30).ended > run().ended


def test_what_nothing_waits_for_is_in_no_chain_but_its_own():
    assert run().finish("logs").chain == ("logs 7.0 s",)
    assert run().finish("database").seconds == pytest.approx(2.0)


def test_a_step_that_did_not_run_and_a_resource_that_nobody_made_are_told():
    unknown = {"began": 0.0, "ended": 1.0, "tasks": [], "calls": []}
    with pytest.raises(AssertionError, match="no task of the run is of step database"):
        Run(unknown, [], STEPS)
    stray = {"kind": "nat_gateway create", "resource": "nat-1", "status": "pending", "began": 5.5, "ends": 6.0}
    with pytest.raises(AssertionError, match="was begun by"):
        Run(
            {"began": 0.0, "ended": 1.0, "tasks": [task("logs", "storage", "bucket.yml", 0, 9)], "calls": []},
            [stray],
            {"logs": STEPS["logs"]},
        )


@pytest.mark.parametrize(
    ("spans", "seconds"), [([], 0), ([(0, 1), (2, 3)], 2), ([(0, 2), (1, 3)], 3), ([(0, 5), (1, 2)], 5), ([(3, 4), (0, 1)], 2)]
)
def test_spans_at_once_count_once(spans, seconds):
    assert length(spans) == seconds


@pytest.mark.parametrize(
    ("spans", "away", "left"),
    [
        ([(0, 4)], [(1, 2)], [(0, 1), (2, 4)]),
        ([(0, 4)], [(3, 9)], [(0, 3)]),
        ([(2, 3)], [(0, 9)], []),
        ([(0, 1)], [(5, 9)], [(0, 1)]),
    ],
)
def test_what_is_left_outside(spans, away, left):
    assert outside(spans, away) == left
