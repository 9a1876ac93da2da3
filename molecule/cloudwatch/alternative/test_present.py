# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import json

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
    machines = {f"api-{what}" for what in ("cpu", "status", "machines")}
    table = {f"orders-{what}" for what in ("errors", "read-capacity", "write-capacity")}
    assert set(stand) == {"web-cpu", "sign-ups"} | database | machines | table
    assert stand["web-cpu"]["Threshold"] == 60
    assert stand["postgres-storage"]["Threshold"] == 20 * 1024**3 / 4
    assert stand["postgres-read-latency"]["Threshold"] == 0.02
    assert (stand["postgres-connections"]["Threshold"], stand["postgres-connections"]["AlarmActions"]) == (200, [])
    assert stand["sign-ups"]["AlarmActions"] == [TOPIC]
    assert stand["sign-ups"]["TreatMissingData"] == "breaching"


def test_machines_and_tables():
    found = boto3.client("cloudwatch").describe_alarms(AlarmNamePrefix=NAME)["MetricAlarms"]
    stand = {alarm["AlarmName"].removeprefix(f"{NAME}-"): alarm for alarm in found}
    group = [{"Name": "AutoScalingGroupName", "Value": "molecule-cloudwatch-alternative-api"}]
    assert (stand["api-status"]["Dimensions"], stand["api-status"]["Threshold"]) == (group, 2)
    queries = {name: {query["Id"]: query for query in alarm.get("Metrics", [])} for name, alarm in stand.items()}
    missing = queries["api-machines"]
    assert missing["missing"]["Expression"] == "minimum - serving"
    assert missing["serving"]["MetricStat"]["Metric"]["Dimensions"] == group
    assert missing["minimum"]["MetricStat"]["Metric"]["MetricName"] == "GroupMinSize"
    table = [{"Name": "TableName", "Value": "molecule-cloudwatch-alternative-orders"}]
    used = queries["orders-read-capacity"]
    assert stand["orders-read-capacity"]["Threshold"] == 70
    assert used["used"]["Expression"] == "100 * consumed / PERIOD(consumed) / provisioned"
    assert used["consumed"]["MetricStat"]["Metric"]["Dimensions"] == table
    assert used["provisioned"]["MetricStat"]["Metric"]["Dimensions"] == table
    assert len(stand["orders-errors"]["Metrics"]) == 11


def test_dashboard():
    widgets = json.loads(boto3.client("cloudwatch").get_dashboard(DashboardName=NAME)["DashboardBody"])["widgets"]
    assert [widget["properties"]["markdown"] for widget in widgets if widget["type"] == "text"] == [
        "## web (service)",
        "## postgres (database)",
        "## api (scaling group)",
        "## orders (table)",
        "## files (bucket)",
    ]
