# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from ansible_collections.groundwork.cloud.plugins.filter.part_tags import FilterModule

TAGS = {"groundwork:component": "main", "Name": "shop-production-main"}


def test_a_part_has_the_tags_of_its_component_and_a_name_of_its_own():
    part_tags = FilterModule().filters()["part_tags"]
    assert part_tags(TAGS, "Public_us-east-1a") == {**TAGS, "Name": "shop-production-main-public-us-east-1a"}
    assert TAGS["Name"] == "shop-production-main"
