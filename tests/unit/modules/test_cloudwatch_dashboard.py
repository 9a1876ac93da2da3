# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.groundwork.cloud.plugins.module_utils.plan import plan
from ansible_collections.groundwork.cloud.plugins.modules.cloudwatch_dashboard import ARGUMENTS, DashboardError, wanted

BODY = {"widgets": [{"type": "text", "properties": {"markdown": "The shop"}}]}
STANDING = {"dashboard": {"name": "shop", "arn": "arn:aws:cloudwatch::111122223333:dashboard/shop"}, "body": BODY, "tags": {}}


def params(**declared: Any) -> dict[str, Any]:
    return {**dict.fromkeys(ARGUMENTS), "name": "shop", "state": "present", "purge_tags": False, **declared}


@pytest.mark.parametrize(
    ("declared", "changed"),
    [
        ({}, False),
        ({"body": BODY}, False),
        ({"body": {"widgets": [{"properties": {"markdown": "The shop"}, "type": "text"}]}}, False),
        ({"body": {"widgets": [{"type": "text"}]}}, True),
        ({"body": {"widgets": []}}, True),
        ({"body": {**BODY, "start": "-PT6H"}}, True),
        ({"state": "absent"}, True),
    ],
)
def test_what_is_a_change(declared, changed):
    assert plan(STANDING, wanted(params(**declared), STANDING)).changed is changed


def test_a_new_dashboard_needs_a_body():
    with pytest.raises(DashboardError, match="set body"):
        wanted(params(), {})
