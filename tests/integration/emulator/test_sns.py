# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest


@pytest.fixture
def sns(aws):
    return aws("sns")


def test_an_email_subscription_awaits_its_confirmation(sns):
    topic = sns.create_topic(Name="alarms")["TopicArn"]
    mail = {"TopicArn": topic, "Protocol": "email", "Endpoint": "oncall@example.org"}
    queue = {"TopicArn": topic, "Protocol": "sqs", "Endpoint": "arn:aws:sqs:us-east-1:123456789012:alarms"}
    assert sns.subscribe(**mail)["SubscriptionArn"] == "pending confirmation"
    assert sns.subscribe(**mail, ReturnSubscriptionArn=True)["SubscriptionArn"].startswith(topic)
    arn = sns.subscribe(**queue)["SubscriptionArn"]
    assert arn.startswith(topic)
    for listed in (sns.list_subscriptions(), sns.list_subscriptions_by_topic(TopicArn=topic)):
        assert [one["SubscriptionArn"] for one in listed["Subscriptions"]] == ["PendingConfirmation", arn]
        assert listed["Subscriptions"][0]["Owner"] == "123456789012"
    attributes = sns.get_topic_attributes(TopicArn=topic)["Attributes"]
    assert (attributes["SubscriptionsPending"], attributes["SubscriptionsConfirmed"]) == ("1", "1")
