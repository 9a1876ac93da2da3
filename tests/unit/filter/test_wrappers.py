# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import importlib

import pytest

FILTERS = "ansible_collections.groundwork.cloud.plugins.filter"
LOGIC = "ansible_collections.groundwork.cloud.plugins.plugin_utils"


@pytest.mark.parametrize(
    ("name", "home"),
    [
        ("component_alarms", "monitoring"),
        ("security_groups", "flows"),
        ("standard_alarms", "monitoring"),
        ("standard_dashboard", "monitoring"),
    ],
)
def test_a_filter_of_shared_logic_is_that_logic(name, home):
    """What it does is tested in tests/unit/plugin_utils."""
    filters = importlib.import_module(f"{FILTERS}.{name}").FilterModule().filters()
    assert filters == {name: getattr(importlib.import_module(f"{LOGIC}.{home}"), name)}
