# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from ansible_collections.groundwork.cloud.plugins.filter.component_steps import FilterModule


def test_the_files_that_are_taken_in_their_order_and_of_no_other_component():
    steps = FilterModule().filters()["component_steps"]
    table = {"subnets": True, "prefix_lists": False, "routes": True}
    assert [step["file"] for step in steps(table, "main")] == ["subnets", "routes"]
    assert not [step for step in steps(table, "main") if step in steps(table, "other")]
