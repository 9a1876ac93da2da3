# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

NAME = "shop-production-watch"
ARN = f"arn:aws:sns:us-east-1:123456789012:{NAME}"
MAIL = {"protocol": "email", "endpoint": "oncall@example.org"}
QUEUE = {"protocol": "sqs", "endpoint": "arn:aws:sqs:us-east-1:123456789012:alarms"}
PUBLISH = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "Budgets",
            "Effect": "Allow",
            "Principal": {"Service": "budgets.amazonaws.com"},
            "Action": "SNS:Publish",
            "Resource": ARN,
        }
    ],
}


def attributes(aws: Any) -> dict[str, str] | None:
    sns = aws("sns")
    try:
        return sns.get_topic_attributes(TopicArn=ARN)["Attributes"]
    except sns.exceptions.NotFoundException:
        return None


def subscriptions(aws: Any) -> dict[str, str]:
    return {
        one["Endpoint"]: one["SubscriptionArn"] for one in aws("sns").list_subscriptions_by_topic(TopicArn=ARN)["Subscriptions"]
    }


def test_lifecycle(aws, lifecycle):
    lifecycle(
        "sns_topic",
        present={"name": NAME, "display_name": "Shop", "subscriptions": [MAIL, QUEUE], "tags": {"team": "shop"}},
        change={"kms_key": "alias/aws/sns"},
        exists=lambda: attributes(aws) is not None,
        changed=lambda: attributes(aws).get("KmsMasterKeyId") == "alias/aws/sns",
        absent={"name": NAME},
    )


def test_encryption_is_turned_off_and_an_option_left_out_stays(aws, run_module):
    run_module("sns_topic", name=NAME, kms_key="alias/shop", display_name="Shop")
    assert run_module("sns_topic", name=NAME, kms_key="")["changed"] is True
    assert "KmsMasterKeyId" not in attributes(aws)
    assert attributes(aws)["DisplayName"] == "Shop"


def test_a_pending_subscription_is_not_made_again_and_survives_a_purge(aws, run_module):
    first = run_module("sns_topic", name=NAME, subscriptions=[MAIL, QUEUE])
    assert first["topic"]["subscriptions"]["email oncall@example.org"]["arn"] == ""
    assert subscriptions(aws)[MAIL["endpoint"]] == "PendingConfirmation"
    assert run_module("sns_topic", name=NAME, subscriptions=[MAIL])["changed"] is False
    assert len(subscriptions(aws)) == 2, "nothing is purged unasked"
    purged = run_module("sns_topic", name=NAME, subscriptions=[], purge_subscriptions=True)
    assert purged["changed"] is True
    assert list(subscriptions(aws)) == [MAIL["endpoint"]]
    assert run_module("sns_topic", name=NAME, subscriptions=[], purge_subscriptions=True)["changed"] is False


def test_the_policy_is_compared_by_meaning(aws, run_module):
    assert run_module("sns_topic", name=NAME, policy=PUBLISH)["changed"] is True
    reworded = {"Version": "2012-10-17", "Statement": {**PUBLISH["Statement"][0], "Action": ["sns:Publish"]}}
    assert run_module("sns_topic", name=NAME, policy=reworded)["changed"] is False
    assert run_module("sns_topic", name=NAME, policy={})["msg"].endswith("leave policy out to keep it")


def test_tags_change_and_are_purged_when_asked(aws, run_module):
    run_module("sns_topic", name=NAME, tags={"a": "1", "b": "2"})
    run_module("sns_topic", name=NAME, tags={"a": "3"}, purge_tags=True)
    assert aws("sns").list_tags_for_resource(ResourceArn=ARN)["Tags"] == [{"Key": "a", "Value": "3"}]


def test_a_name_that_ends_in_fifo_makes_a_fifo_topic(aws, run_module):
    arn = run_module("sns_topic", name="orders.fifo")["topic"]["arn"]
    assert aws("sns").get_topic_attributes(TopicArn=arn)["Attributes"]["FifoTopic"] == "true"
    assert run_module("sns_topic", name="orders.fifo")["changed"] is False
