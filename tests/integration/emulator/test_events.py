# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import json

import pytest


@pytest.mark.parametrize(
    ("detail", "matches"),
    [
        ({"containers": [{"name": "web", "exitCode": 0}]}, True),
        ({"containers": [{"name": "web", "exitCode": 1}, {"name": "side", "exitCode": 0}]}, True),
        ({"containers": [{"name": "web", "exitCode": 1}]}, False),
        ({"containers": [{"name": "web"}]}, False),
        ({"containers": []}, False),
    ],
)
def test_a_pattern_looks_into_arrays_of_objects(aws, detail, matches):
    pattern = {"source": ["aws.ecs"], "detail": {"containers": {"exitCode": [0]}}}
    event = {"source": "aws.ecs", "detail": detail}
    tried = aws("events").test_event_pattern(EventPattern=json.dumps(pattern), Event=json.dumps(event))
    assert tried["Result"] is matches
