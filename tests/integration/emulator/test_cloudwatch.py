# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest

PUT = {
    "AlarmName": "cpu",
    "Namespace": "AWS/ECS",
    "MetricName": "CPUUtilization",
    "Statistic": "Average",
    "ComparisonOperator": "GreaterThanThreshold",
    "Threshold": 80,
    "Period": 60,
    "EvaluationPeriods": 3,
}


@pytest.fixture
def cloudwatch(aws):
    return aws("cloudwatch")


def tags(cloudwatch: Any, arn: str) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in cloudwatch.list_tags_for_resource(ResourceARN=arn)["Tags"]}


def test_tags_are_given_to_a_new_dashboard_and_go_with_it(aws, cloudwatch):
    put = {"DashboardName": "shop", "DashboardBody": '{"widgets": []}'}
    cloudwatch.put_dashboard(**put, Tags=[{"Key": "a", "Value": "1"}])
    arn = cloudwatch.get_dashboard(DashboardName="shop")["DashboardArn"]
    assert tags(cloudwatch, arn) == {"a": "1"}
    cloudwatch.put_dashboard(**put, Tags=[{"Key": "a", "Value": "ignored"}])
    cloudwatch.tag_resource(ResourceARN=arn, Tags=[{"Key": "b", "Value": "2"}])
    assert tags(cloudwatch, arn) == {"a": "1", "b": "2"}
    found = aws("resourcegroupstaggingapi").get_resources(TagFilters=[{"Key": "b"}])["ResourceTagMappingList"]
    assert [one["ResourceARN"] for one in found] == [arn]
    cloudwatch.untag_resource(ResourceARN=arn, TagKeys=["a"])
    assert tags(cloudwatch, arn) == {"b": "2"}
    cloudwatch.delete_dashboards(DashboardNames=["shop"])
    cloudwatch.put_dashboard(**put)
    assert tags(cloudwatch, arn) == {}


def test_tags_of_an_alarm_are_kept_by_a_change_and_go_with_it(cloudwatch):
    cloudwatch.put_metric_alarm(**PUT, Tags=[{"Key": "a", "Value": "1"}])
    cloudwatch.put_metric_alarm(**PUT, Tags=[{"Key": "a", "Value": "ignored"}])
    arn = cloudwatch.describe_alarms(AlarmNames=["cpu"])["MetricAlarms"][0]["AlarmArn"]
    assert tags(cloudwatch, arn) == {"a": "1"}
    cloudwatch.delete_alarms(AlarmNames=["cpu"])
    cloudwatch.put_metric_alarm(**PUT)
    assert tags(cloudwatch, arn) == {}
