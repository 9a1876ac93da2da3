# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import json
from typing import Any

NAME = "shop-production-sync-failed"
PATTERN = {"source": ["aws.ecs"], "detail": {"lastStatus": ["STOPPED"]}}
QUEUE = {"id": "queue", "arn": "arn:aws:sqs:us-east-1:123456789012:runs"}
OTHER = {"id": "other", "arn": "arn:aws:sqs:us-east-1:123456789012:other"}


def rule(aws: Any) -> dict[str, Any]:
    events = aws("events")
    try:
        return events.describe_rule(Name=NAME)
    except events.exceptions.ResourceNotFoundException:
        return {}


def targets(aws: Any) -> dict[str, str]:
    return {one["Id"]: one["Arn"] for one in aws("events").list_targets_by_rule(Rule=NAME)["Targets"]}


def test_lifecycle(aws, lifecycle):
    other = {"source": ["aws.ecs"], "detail": {"lastStatus": ["STOPPED"], "stopCode": ["TaskFailedToStart"]}}
    lifecycle(
        "event_rule",
        present={"name": NAME, "event_pattern": PATTERN, "targets": [QUEUE], "tags": {"team": "shop"}},
        change={"event_pattern": other, "enabled": False, "tags": {"team": "pay"}},
        exists=lambda: bool(rule(aws)) and targets(aws) == {"queue": QUEUE["arn"]},
        changed=lambda: rule(aws)["State"] == "DISABLED" and json.loads(rule(aws)["EventPattern"]) == other,
        absent={"name": NAME},
    )


def test_what_is_not_declared_stays_and_targets_are_purged_when_asked(aws, run_module):
    run_module("event_rule", name=NAME, event_pattern=PATTERN, description="Failed runs", enabled=False, targets=[QUEUE])
    assert run_module("event_rule", name=NAME, targets=[OTHER], tags={"a": "1", "b": "2"})["changed"] is True
    assert targets(aws) == {"queue": QUEUE["arn"], "other": OTHER["arn"]}
    assert run_module("event_rule", name=NAME, description="Failed", tags={"a": "1"}, purge_tags=True)["changed"] is True
    stands = rule(aws)
    assert (stands["State"], stands["Description"], json.loads(stands["EventPattern"])) == ("DISABLED", "Failed", PATTERN)
    assert aws("events").list_tags_for_resource(ResourceARN=stands["Arn"])["Tags"] == [{"Key": "a", "Value": "1"}]
    run_module("event_rule", name=NAME, targets=[OTHER], purge_targets=True)
    assert targets(aws) == {"other": OTHER["arn"]}
    assert "it needs an event pattern" in run_module("event_rule", name="new", check=True)["msg"]
