# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Subscriptions by e-mail await the confirmation of their receiver, which never comes here.

Follows the Amazon SNS API reference: Subscribe, ListSubscriptionsByTopic, GetTopicAttributes.
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.sns.models import SNSBackend, Subscription
from moto.sns.responses import SNSResponse

CONFIRMED_BY_A_PERSON = ("email", "email-json")


def apply() -> None:
    subscribe = SNSBackend.subscribe
    answer_subscribe = SNSResponse.subscribe
    list_all = SNSResponse.list_subscriptions
    list_by_topic = SNSResponse.list_subscriptions_by_topic
    get_topic_attributes = SNSResponse.get_topic_attributes

    def subscribe_pending(self: SNSBackend, topic_arn: str, endpoint: str, protocol: str) -> Subscription:
        subscription = subscribe(self, topic_arn, endpoint, protocol)
        if protocol in CONFIRMED_BY_A_PERSON:
            subscription.attributes |= {"PendingConfirmation": True, "ConfirmationWasAuthenticated": False}
        return subscription

    def answer_subscribe_pending(self: SNSResponse) -> ActionResult:
        answer = answer_subscribe(self)
        whole = str(self._get_param("ReturnSubscriptionArn", "")).lower() == "true"
        if self._get_param("Protocol") in CONFIRMED_BY_A_PERSON and not whole:
            answer.result["SubscriptionArn"] = "pending confirmation"
        return answer

    def listed(answer: ActionResult) -> ActionResult:
        answer.result["Subscriptions"] = [
            {
                "SubscriptionArn": "PendingConfirmation" if _pending(one) else one.arn,
                "Owner": one.owner,
                "Protocol": one.protocol,
                "Endpoint": one.endpoint,
                "TopicArn": one.topic_arn,
            }
            for one in answer.result["Subscriptions"]
        ]
        return answer

    def get_topic_attributes_counted(self: SNSResponse) -> ActionResult:
        answer = get_topic_attributes(self)
        topic = self.backend.get_topic(self._get_param("TopicArn"))
        pending = [_pending(one) for one in self.backend._get_topic_subscriptions(topic)]
        counts: dict[str, Any] = {
            "SubscriptionsPending": str(sum(pending)),
            "SubscriptionsConfirmed": str(len(pending) - sum(pending)),
        }
        answer.result["Attributes"] |= counts
        return answer

    SNSBackend.subscribe = subscribe_pending
    SNSResponse.subscribe = answer_subscribe_pending
    SNSResponse.list_subscriptions = lambda self: listed(list_all(self))
    SNSResponse.list_subscriptions_by_topic = lambda self: listed(list_by_topic(self))
    SNSResponse.get_topic_attributes = get_topic_attributes_counted


def _pending(subscription: Subscription) -> bool:
    return bool(subscription.attributes["PendingConfirmation"])
