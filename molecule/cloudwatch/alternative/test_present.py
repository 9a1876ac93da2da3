# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import boto3

NAME = "molecule-cloudwatch-alternative-watch"
TOPIC = f"arn:aws:sns:us-east-1:123456789012:{NAME}"


def test_topic():
    sns = boto3.client("sns")
    assert not sns.get_topic_attributes(TopicArn=TOPIC)["Attributes"].get("KmsMasterKeyId")
    subscriptions = sns.list_subscriptions_by_topic(TopicArn=TOPIC)["Subscriptions"]
    assert {(one["Protocol"], one["Endpoint"]) for one in subscriptions} == {
        ("email", "oncall@example.org"),
        ("https", "https://example.org/alarms"),
    }


def test_alarms():
    found = boto3.client("cloudwatch").describe_alarms(AlarmNamePrefix=NAME)["MetricAlarms"]
    stand = {alarm["AlarmName"].removeprefix(f"{NAME}-"): alarm for alarm in found}
    database = {f"postgres-{what}" for what in ("cpu", "storage", "memory", "connections", "read-latency")}
    assert set(stand) == {"web-cpu", "sign-ups"} | database
    assert stand["web-cpu"]["Threshold"] == 60
    assert stand["postgres-storage"]["Threshold"] == 20 * 1024**3 / 4
    assert stand["postgres-read-latency"]["Threshold"] == 0.02
    assert (stand["postgres-connections"]["Threshold"], stand["postgres-connections"]["AlarmActions"]) == (200, [])
    assert stand["sign-ups"]["AlarmActions"] == [TOPIC]
    assert stand["sign-ups"]["TreatMissingData"] == "breaching"
