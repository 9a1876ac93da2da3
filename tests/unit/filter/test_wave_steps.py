# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible_collections.groundwork.cloud.plugins.filter.wave_steps import FilterModule

SITE = ["alb", "ecs/prepare", "ecs/begin", "schedule/begin", "database/ready", "database/replicas", "dns/records"]
TEARDOWN = ["ecs/absent", "dns/records_absent", "dns/absent", "ecs/cluster_absent"]


@pytest.mark.parametrize(
    ("steps", "states", "pending", "expected"),
    [
        (SITE, {"stack": "present"}, True, []),
        (SITE, {"alb": "present"}, False, ["alb/present"]),
        (SITE, {"alb": "absent"}, False, ["alb/absent"]),
        (SITE, {"ecs": "present", "alb": "present"}, False, ["alb/present", "ecs/prepare", "ecs/begin"]),
        (SITE, {"ecs": "absent", "schedule": "present"}, True, ["ecs/absent", "schedule/begin"]),
        (SITE, {"database": "present"}, False, ["database/replicas"]),
        (SITE, {"database": "present"}, True, ["database/ready", "database/replicas"]),
        (SITE, {"database": "absent"}, True, []),
        (SITE, {"dns": "absent"}, False, []),
        (TEARDOWN, {"ecs": "present"}, False, ["ecs/absent", "ecs/cluster_absent"]),
        (TEARDOWN, {"dns": "absent"}, False, ["dns/records_absent", "dns/absent"]),
    ],
)
def test_the_steps_of_a_component(steps, states, pending, expected):
    found = FilterModule().filters()["wave_steps"](steps, states, pending)
    assert [f"{step['role']}/{step['tasks']}" for step in found] == expected
