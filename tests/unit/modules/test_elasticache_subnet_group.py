# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.groundwork.cloud.plugins.module_utils.elasticache import CacheError
from ansible_collections.groundwork.cloud.plugins.modules.elasticache_subnet_group import described, wanted

OPTIONS: dict[str, Any] = {
    "name": "shop",
    "description": None,
    "subnets": None,
    "state": "present",
    "tags": None,
    "purge_tags": False,
}
STANDS = {"subnet_group": {"name": "shop", "description": "d", "subnets": ["a"]}}


@pytest.mark.parametrize(
    ("given", "current", "group"),
    [
        ({"subnets": ["b", "a"]}, {}, {"name": "shop", "description": "shop", "subnets": ["a", "b"]}),
        ({}, STANDS, {"name": "shop"}),
        ({"description": "x"}, STANDS, {"name": "shop", "description": "x"}),
        ({"state": "absent"}, STANDS, None),
    ],
)
def test_wanted(given, current, group):
    assert wanted({**OPTIONS, **given}, current) == {"subnet_group": group}


@pytest.mark.parametrize(("subnets", "current"), [(None, {}), ([], {}), ([], STANDS)])
def test_a_group_without_subnets_is_refused(subnets, current):
    with pytest.raises(CacheError, match="it has no subnets; declare one at least"):
        wanted({**OPTIONS, "subnets": subnets}, current)


def test_described():
    group = {"CacheSubnetGroupName": "shop", "ARN": "arn", "Subnets": [{"SubnetIdentifier": "b"}, {"SubnetIdentifier": "a"}]}
    assert described(group) == {"name": "shop", "arn": "arn", "vpc_id": "", "description": "", "subnets": ["a", "b"]}
