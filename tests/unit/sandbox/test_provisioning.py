# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A state in between lasts its time, and where something is done at its end, until that is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from emulator import provisioning

KIND, SCALE = "nat_gateway delete", 10


class Clock:
    """Stands in for time and for timers: nothing goes off unless it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.due: list[Callable[[], Any]] = []

    def time(self) -> float:
        return self.now

    def Timer(self, _seconds: float, finish: Callable[[], Any]) -> Any:  # noqa: N802  (threading's name)
        return SimpleNamespace(start=lambda: self.due.append(finish), cancel=lambda: None)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    clock = Clock()
    for module in ("time", "threading"):
        monkeypatch.setattr(provisioning, module, clock)
    provisioning.set_scale(SCALE)
    yield clock
    provisioning.set_scale(0)
    provisioning.forget()


def test_a_change_is_under_way_for_its_time(clock):
    holder = SimpleNamespace()
    provisioning.begin(holder, KIND, "nat-1", "pending")
    clock.now += provisioning.TIMES[KIND] / SCALE - 0.1
    assert provisioning.under_way(holder) == "pending"
    clock.now += 0.2
    assert provisioning.under_way(holder) == ""


def test_what_is_removed_is_never_seen_as_it_was_before(clock):
    """Neither while its timer is late, nor by who looked it up just before."""
    holder, stands, seen = SimpleNamespace(), ["nat-1"], []

    def finish() -> None:
        seen.append(provisioning.under_way(holder))
        stands.clear()

    assert provisioning.end(holder, KIND, "nat-1", "deleting", finish) is True
    clock.now += 3600
    assert (stands, provisioning.under_way(holder)) == (["nat-1"], "deleting")
    clock.due.pop()()
    assert (stands, seen, provisioning.under_way(holder)) == ([], ["deleting"], "deleting")


def test_what_goes_on_after_its_end_says_so_itself(clock):
    holder = SimpleNamespace()
    provisioning.end(holder, KIND, "nat-1", "deleting", lambda: provisioning.finished(holder))
    clock.now += 3600
    clock.due.pop()()
    assert provisioning.under_way(holder) == ""
    assert [set(change) for change in provisioning.told()] == [{"kind", "resource", "status", "began", "ends"}]


def test_without_a_scale_all_is_done_at_once(clock):
    provisioning.set_scale(0)
    holder = SimpleNamespace()
    assert provisioning.end(holder, KIND, "nat-1", "deleting", lambda: None) is False
    assert (provisioning.under_way(holder), clock.due, provisioning.told()) == ("", [], [])
