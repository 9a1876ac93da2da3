# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible_collections.groundwork.cloud.plugins.filter.full_name import FilterModule


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (["shop", "production", "app.example.org"], "shop-production-app-example-org"),
        (["shop", "", "Web_1"], "shop-web-1"),
        (("-a", "b-"), "a-b"),
        ("app.Example.org", "app-example-org"),
    ],
)
def test_full_name(parts, expected):
    assert FilterModule().filters()["full_name"](parts) == expected
