# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.groundwork.cloud.plugins.filter.resource_name import FilterModule

resource_name = FilterModule().filters()["resource_name"]


@pytest.mark.parametrize(
    ("parts", "kind", "expected"),
    [
        (["shop", "production", "public"], "load_balancer", "shop-production-public"),
        ("shop.production", "role", "shop-production"),
        (["shop", "production", "a-long-component", "web"], "target_group", "shop-production-a-long-0e765ca3"),
    ],
)
def test_resource_name(parts, kind, expected):
    assert resource_name(parts, kind) == expected


def test_a_kind_that_is_not_known():
    with pytest.raises(AnsibleFilterError, match="no length limit is known for a 'planet'; kinds are alarm, bucket"):
        resource_name("shop", "planet")
