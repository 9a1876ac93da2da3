# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.groundwork.cloud.plugins.modules.cloudwatch_log_group import ARGUMENTS, LogGroupError, described, wanted

STANDING = {"log_group": {"name": "web", "retention_days": 30, "kms_key": "", "log_class": "STANDARD"}, "tags": {}}


def params(**declared: Any) -> dict[str, Any]:
    return {**dict.fromkeys(ARGUMENTS), "name": "web", "state": "present", "purge_tags": False, **declared}


@pytest.mark.parametrize(
    ("declared", "current", "parts"),
    [
        ({}, {}, {"log_group": {"name": "web"}}),
        ({"retention_days": 0, "kms_key": ""}, STANDING, {"log_group": {"name": "web", "retention_days": 0, "kms_key": ""}}),
        ({"log_class": "STANDARD"}, STANDING, {"log_group": {"name": "web", "log_class": "STANDARD"}}),
        ({"log_class": "INFREQUENT_ACCESS"}, {}, {"log_group": {"name": "web", "log_class": "INFREQUENT_ACCESS"}}),
        ({"state": "absent"}, STANDING, {"log_group": None, "tags": None}),
        ({"state": "absent"}, {}, {}),
    ],
)
def test_wanted(declared, current, parts):
    assert wanted(params(**declared), current) == parts


@pytest.mark.parametrize(
    ("declared", "said"),
    [({"kms_key": "alias/shop"}, "is not the ARN of a key"), ({"log_class": "DELIVERY"}, "can't be changed")],
)
def test_what_cannot_be_is_refused(declared, said):
    with pytest.raises(LogGroupError, match=said):
        wanted(params(**declared), STANDING)


def test_described():
    arn = "arn:aws:logs:us-east-1:111122223333:log-group:web"
    assert described({"logGroupName": "web", "arn": f"{arn}:*"}) == {
        "name": "web",
        "arn": arn,
        "retention_days": 0,
        "kms_key": "",
        "log_class": "STANDARD",
    }
