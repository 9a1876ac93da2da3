# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.groundwork.cloud.plugins.module_utils.plan import plan
from ansible_collections.groundwork.cloud.plugins.modules.event_rule import ARGUMENTS, RuleError, described, request, wanted

PATTERN = {"source": ["aws.ecs"], "detail": {"lastStatus": ["STOPPED"]}}
TEXT = '{"source": ["aws.ecs"], "detail": {"lastStatus": ["STOPPED"]}}'
ANSWER = {"Name": "failed", "Arn": "arn", "EventPattern": TEXT, "State": "DISABLED", "EventBusName": "default"}
STANDING = {"rule": described(ANSWER), "targets": {"queue": "arn:1"}, "tags": {}}


def params(**declared: Any) -> dict[str, Any]:
    given = {"name": "failed", "state": "present", "purge_tags": False, "purge_targets": False, **declared}
    return {**dict.fromkeys(ARGUMENTS), **given}


@pytest.mark.parametrize(
    ("declared", "changed"),
    [
        ({}, False),
        ({"event_pattern": PATTERN}, False),
        ({"event_pattern": {"source": ["aws.ecs"]}}, True),
        ({"description": "Failed"}, True),
        ({"enabled": False}, False),
        ({"enabled": True}, True),
        ({"targets": [{"id": "queue", "arn": "arn:1"}]}, False),
        ({"targets": [{"id": "queue", "arn": "arn:2"}]}, True),
        ({"targets": []}, False),
        ({"targets": [], "purge_targets": True}, True),
        ({"tags": {"a": "1"}}, True),
        ({"state": "absent"}, True),
    ],
)
def test_what_is_a_change(declared, changed):
    assert plan(STANDING, wanted(params(**declared), STANDING)).changed is changed


def test_a_new_one_needs_a_pattern():
    with pytest.raises(RuleError, match="declare event_pattern"):
        wanted(params(), {})
    assert wanted(params(event_pattern=PATTERN), {}) == {"rule": {"name": "failed", "event_pattern": PATTERN}}


@pytest.mark.parametrize(
    ("rule", "standing", "asked"),
    [
        ({"event_pattern": PATTERN}, {}, {"EventPattern": TEXT}),
        ({"enabled": False, "event_pattern": PATTERN}, {}, {"EventPattern": TEXT, "State": "DISABLED"}),
        ({"description": "Failed"}, ANSWER, {"Description": "Failed", "EventPattern": TEXT, "State": "DISABLED"}),
        ({"enabled": True}, ANSWER, {"EventPattern": TEXT, "State": "ENABLED"}),
    ],
)
def test_a_rule_is_asked_for_whole(rule, standing, asked):
    assert request({"name": "failed", **rule}, standing) == {"Name": "failed", **asked}
