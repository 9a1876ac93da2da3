# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible_collections.groundwork.cloud.plugins.filter.undeclared import FilterModule

undeclared = FilterModule().filters()["undeclared"]
COMPONENT = {"vpc": {"id": "vpc-1"}, "subnet": {"public-a": {"id": "a"}, "public-b": {"id": "b"}}}


@pytest.mark.parametrize(
    ("declared", "left"),
    [
        ({}, {}),
        ({"subnet": ["public-a", "public-b"]}, {"subnet": []}),
        ({"subnet": ["public-b", "public-c"]}, {"subnet": [{"id": "a"}]}),
        ({"route_table": ["public"]}, {"route_table": []}),
    ],
)
def test_what_stands_and_is_not_declared(declared, left):
    assert undeclared(COMPONENT, declared) == left
