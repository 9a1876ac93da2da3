# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Engine versions: declared as precisely as it matters, upgraded by AWS within their series."""

from __future__ import annotations

import re
from enum import Enum, auto


class Step(Enum):
    """How an engine gets from the version that stands to the one that was declared."""

    NONE = auto()
    MINOR = auto()
    MAJOR = auto()
    BACK = auto()


def step(have: str, want: str, series: int) -> Step:
    """Compare two versions by the declared precision; the first C(series) numbers make a series.

    AWS upgrades engines within their series and never goes back, so a later version of the same series is as good as the
    one that was declared.
    """
    old, new = _numbers(have), _numbers(want)
    same_series = old[:series] == new[:series]
    if old[: len(new)] == new or (old > new and same_series):
        return Step.NONE
    if old > new:
        return Step.BACK
    return Step.MINOR if same_series else Step.MAJOR


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", text))
