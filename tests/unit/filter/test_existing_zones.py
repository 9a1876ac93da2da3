# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from ansible_collections.groundwork.cloud.plugins.filter.existing_zones import FilterModule


def test_zones_that_somebody_else_made():
    components = [
        {"inventory_hostname": "example.org", "dns_existing": True},
        {"inventory_hostname": "company", "dns_zone": "company.org", "dns_existing": "yes"},
        {"inventory_hostname": "own.org", "dns_existing": False},
        {"inventory_hostname": "silent.org"},
    ]
    assert FilterModule().filters()["existing_zones"](components) == {"example.org": "example.org", "company": "company.org"}
