# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import json
from typing import Any

NAME = "shop-production-watch"
TEXT = {"type": "text", "width": 6, "height": 2, "properties": {"markdown": "The shop"}}
GRAPH = {
    "type": "metric",
    "properties": {"region": "us-east-1", "metrics": [["AWS/ECS", "CPUUtilization"]], "view": "timeSeries"},
}


def body(aws: Any) -> dict[str, Any] | None:
    cloudwatch = aws("cloudwatch")
    if not cloudwatch.list_dashboards(DashboardNamePrefix=NAME)["DashboardEntries"]:
        return None
    return json.loads(cloudwatch.get_dashboard(DashboardName=NAME)["DashboardBody"])


def tags(aws: Any, arn: str) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in aws("cloudwatch").list_tags_for_resource(ResourceARN=arn)["Tags"]}


def test_lifecycle(aws, lifecycle):
    lifecycle(
        "cloudwatch_dashboard",
        present={"name": NAME, "body": {"widgets": [TEXT]}, "tags": {"team": "shop"}},
        change={"body": {"widgets": [TEXT, GRAPH]}},
        exists=lambda: body(aws) is not None,
        changed=lambda: body(aws) == {"widgets": [TEXT, GRAPH]},
        absent={"name": NAME},
    )


def test_a_setting_that_goes_is_a_change(aws, run_module):
    run_module("cloudwatch_dashboard", name=NAME, body={"widgets": [GRAPH]})
    fewer = {**GRAPH, "properties": {key: value for key, value in GRAPH["properties"].items() if key != "view"}}
    assert run_module("cloudwatch_dashboard", name=NAME, body={"widgets": [fewer]})["changed"] is True
    assert body(aws) == {"widgets": [fewer]}


def test_the_same_body_in_another_spelling_is_none(aws, run_module):
    text = json.dumps({"widgets": [dict(reversed(GRAPH.items()))]}, indent=4)
    aws("cloudwatch").put_dashboard(DashboardName=NAME, DashboardBody=text)
    assert run_module("cloudwatch_dashboard", name=NAME, body={"widgets": [GRAPH]})["changed"] is False


def test_tags_change_and_are_purged_when_asked(aws, run_module):
    arn = run_module("cloudwatch_dashboard", name=NAME, body={"widgets": []}, tags={"a": "1", "b": "2"})["dashboard"]["arn"]
    assert tags(aws, arn) == {"a": "1", "b": "2"}
    run_module("cloudwatch_dashboard", name=NAME, tags={"a": "3"})
    assert tags(aws, arn) == {"a": "3", "b": "2"}
    run_module("cloudwatch_dashboard", name=NAME, tags={}, purge_tags=True)
    assert tags(aws, arn) == {}
    assert body(aws) == {"widgets": []}, "a body left out stays"


def test_a_new_dashboard_needs_a_body(run_module):
    refused = run_module("cloudwatch_dashboard", check=True, name=NAME)
    assert refused["msg"] == f"create dashboard {NAME}: it needs a body; set body to what it shall show"
