# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible_collections.groundwork.cloud.plugins.modules.cloudflare_zone import described


@pytest.mark.parametrize(
    ("zone", "told"),
    [
        ({"name": "example.org", "id": "z"}, {"status": "", "name_servers": []}),
        ({"name": "example.org", "id": "z", "name_servers": None, "status": "new"}, {"status": "new", "name_servers": []}),
        (
            {"name": "example.org", "id": "z", "name_servers": ["a.example"], "status": "active", "plan": {}},
            {"status": "active", "name_servers": ["a.example"]},
        ),
    ],
)
def test_a_zone_tells_its_name_servers(zone, told):
    assert described(zone) == {"name": "example.org", "id": "z", **told}
