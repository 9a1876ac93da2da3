# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import json

import boto3

NAME = "molecule-cloudwatch-default-watch"
TOPIC = f"arn:aws:sns:us-east-1:123456789012:{NAME}"
ALARMS = {
    "public": {"errors", "target-errors", "response-time", "web-unhealthy"},
    "web": {"cpu", "memory", "tasks"},
    "postgres": {"cpu", "storage", "memory", "connections"},
    "redis-001": {"engine-cpu", "cpu", "memory", "evictions"},
    "redis-002": {"engine-cpu", "cpu", "memory", "evictions"},
}


def alarms():
    found = boto3.client("cloudwatch").describe_alarms(AlarmNamePrefix=NAME)["MetricAlarms"]
    return {alarm["AlarmName"].removeprefix(f"{NAME}-"): alarm for alarm in found}


def test_topic():
    sns = boto3.client("sns")
    attributes = sns.get_topic_attributes(TopicArn=TOPIC)["Attributes"]
    assert ":key/" in attributes["KmsMasterKeyId"]
    allow, deny = json.loads(attributes["Policy"])["Statement"]
    assert allow["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert allow["Condition"]["StringEquals"] == {"aws:SourceAccount": "123456789012"}
    assert (deny["Effect"], deny["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})
    assert sns.list_subscriptions_by_topic(TopicArn=TOPIC)["Subscriptions"] == []


def test_everything_that_stands_has_its_alarms():
    assert set(alarms()) == {f"{thing}-{what}" for thing, many in ALARMS.items() for what in many}


def test_alarms_tell_the_topic_and_carry_the_tags():
    for alarm in alarms().values():
        assert (alarm["AlarmActions"], alarm["OKActions"]) == ([TOPIC], [TOPIC])
        tags = boto3.client("cloudwatch").list_tags_for_resource(ResourceARN=alarm["AlarmArn"])["Tags"]
        assert {tag["Key"]: tag["Value"] for tag in tags} == {
            "groundwork:stack": "molecule",
            "groundwork:environment": "cloudwatch-default",
            "groundwork:component": "watch",
            "Name": alarm["AlarmName"],
        }


def test_dimensions_are_those_under_which_metrics_are_published():
    stand, elb = alarms(), boto3.client("elbv2")

    def dimensions(alarm):
        return {one["Name"]: one["Value"] for one in alarm["Dimensions"]}

    balancer = elb.describe_load_balancers(Names=["molecule-cloudwatch-def-public"])["LoadBalancers"][0]
    group = elb.describe_target_groups(LoadBalancerArn=balancer["LoadBalancerArn"])["TargetGroups"][0]
    assert dimensions(stand["public-web-unhealthy"]) == {
        "LoadBalancer": balancer["LoadBalancerArn"].split("loadbalancer/")[1],
        "TargetGroup": group["TargetGroupArn"].split(":")[-1],
    }
    service = "molecule-cloudwatch-default-web"
    assert dimensions(stand["web-cpu"]) == {"ClusterName": service, "ServiceName": service}
    assert dimensions(stand["redis-002-memory"]) == {"CacheClusterId": "molecule-cloudwatch-default-redis-002"}
    assert stand["postgres-storage"]["Threshold"] == 20 * 1024**3 / 10
    assert stand["public-response-time"]["ExtendedStatistic"] == "p95"
    assert "desired - FILL(running, 0)" in [query.get("Expression") for query in stand["web-tasks"]["Metrics"]]


def test_dashboard():
    body = json.loads(boto3.client("cloudwatch").get_dashboard(DashboardName=NAME)["DashboardBody"])
    widgets = body["widgets"]
    assert len(widgets[0]["properties"]["alarms"]) == sum(map(len, ALARMS.values()))
    titles = [widget["properties"]["markdown"] for widget in widgets if widget["type"] == "text"]
    assert titles == ["## public (load balancer)", "## web (service)", "## postgres (database)", "## redis (cache)"]
    assert "SOURCE 'molecule-cloudwatch-default-web'" in widgets[-1]["properties"]["query"]
