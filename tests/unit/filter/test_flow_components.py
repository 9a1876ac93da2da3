# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from ansible_collections.groundwork.cloud.plugins.filter.flow_components import FilterModule


def test_components_once_in_order():
    ends = [("internet", "public"), ("public", "web"), ("web", "vpc"), ("10.0.0.0/8", "postgres"), ("web", "postgres")]
    flows = [{"from": start, "to": end} for start, end in ends]
    assert FilterModule().filters()["flow_components"](flows) == ["public", "web", "postgres"]
