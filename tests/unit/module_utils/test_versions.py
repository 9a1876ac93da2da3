# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible_collections.groundwork.cloud.plugins.module_utils.versions import Step, step


@pytest.mark.parametrize(
    ("have", "want", "series", "expected"),
    [
        ("16.4", "16", 1, Step.NONE),
        ("16.4", "16.4", 1, Step.NONE),
        ("16.6", "16.4", 1, Step.NONE),
        ("16.4", "16.10", 1, Step.MINOR),
        ("15.8", "16", 1, Step.MAJOR),
        ("16.4", "15", 1, Step.BACK),
        ("8.0.43", "8.0", 2, Step.NONE),
        ("8.0.43", "8.4", 2, Step.MAJOR),
        ("8.4.6", "8.0.43", 2, Step.BACK),
        ("6.2.6", "6.x", 1, Step.NONE),
        ("15.00.4043.23.v1", "15.00", 2, Step.NONE),
    ],
)
def test_step(have, want, series, expected):
    assert step(have, want, series) is expected
