# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible_collections.groundwork.cloud.plugins.module_utils import resource


@pytest.mark.parametrize(
    ("limit", "moments"),
    [
        (0, [0]),
        (1, [0, 0.5, 1]),
        (12, [0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 5.5, 6, 6.5, 7, 7.5, 8, 8.5, 9, 9.5, 10, 10.5, 11.025, 11.576]),
    ],
)
def test_a_wait_asks_soon_and_then_after_a_twentieth_of_its_time(monkeypatch, limit, moments):
    clock = Clock()
    monkeypatch.setattr(resource, "time", clock)
    assert [round(clock.now, 3) for _ in resource.patiently(limit)] == moments


def test_a_long_wait_asks_four_times_a_minute(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(resource, "time", clock)
    asked = [clock.now for _ in resource.patiently(3600)]
    assert asked[-1] - asked[-2] == 15
    assert 3585 < asked[-1] <= 3600


class Clock:
    """A clock that sleeping alone moves on."""

    now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
