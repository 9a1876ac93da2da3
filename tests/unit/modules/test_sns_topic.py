# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.groundwork.cloud.plugins.module_utils.plan import plan
from ansible_collections.groundwork.cloud.plugins.modules.sns_topic import (
    ARGUMENTS,
    TopicError,
    described,
    described_subscriptions,
    subscribed,
    wanted,
)

TOPIC = "arn:aws:sns:us-east-1:111122223333:alarms"
MAIL = {"protocol": "email", "endpoint": "a@example.org"}
HOOK = {"protocol": "https", "endpoint": "https://example.org/hook"}
STANDING = {
    "topic": {"name": "alarms", "arn": TOPIC, "display_name": "", "kms_key": ""},
    "subscriptions": {
        "email a@example.org": {**MAIL, "arn": ""},
        "https https://example.org/hook": {**HOOK, "arn": f"{TOPIC}:1"},
    },
}


def params(**declared: Any) -> dict[str, Any]:
    given = {"name": "alarms", "state": "present", "purge_tags": False, "purge_subscriptions": False, **declared}
    return {**dict.fromkeys(ARGUMENTS), **given}


@pytest.mark.parametrize(
    ("declared", "changed"),
    [
        ({}, False),
        ({"display_name": ""}, False),
        ({"display_name": "Shop"}, True),
        ({"kms_key": "alias/shop"}, True),
        ({"subscriptions": [MAIL]}, False),
        ({"subscriptions": [MAIL, HOOK], "purge_subscriptions": True}, False),
        ({"subscriptions": [HOOK], "purge_subscriptions": True}, False),
        ({"subscriptions": [MAIL], "purge_subscriptions": True}, True),
        ({"subscriptions": [{**MAIL, "endpoint": "b@example.org"}]}, True),
        ({"state": "absent"}, True),
    ],
)
def test_what_is_a_change(declared, changed):
    assert plan(STANDING, wanted(params(**declared), STANDING)).changed is changed


def test_a_topic_keeps_a_policy():
    with pytest.raises(TopicError, match="leave policy out"):
        wanted(params(policy={}), STANDING)


def test_phone_numbers_lose_their_punctuation():
    assert list(subscribed([{"protocol": "sms", "endpoint": "+1 (555) 010-0000"}])) == ["sms +15550100000"]


def test_described():
    assert described({"TopicArn": TOPIC, "KmsMasterKeyId": "alias/shop", "Owner": "111122223333"}) == {
        "name": "alarms",
        "arn": TOPIC,
        "display_name": "",
        "kms_key": "alias/shop",
    }
    pending = {"Protocol": "email", "Endpoint": "a@example.org", "SubscriptionArn": "PendingConfirmation"}
    gone = {**pending, "Endpoint": "b@example.org", "SubscriptionArn": "Deleted"}
    assert described_subscriptions([pending, gone]) == {"email a@example.org": {**MAIL, "arn": ""}}
