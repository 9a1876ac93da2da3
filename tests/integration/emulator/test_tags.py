# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest

OURS = [{"Key": "stack", "Value": "shop"}, {"Key": "environment", "Value": "production"}]
THEIRS = [{"Key": "stack", "Value": "blog"}, {"Key": "environment", "Value": "development"}]
FILTERS = [{"Name": "tag:stack", "Values": ["shop"]}, {"Name": "tag:environment", "Values": ["production"]}]


def test_prefix_lists_by_two_tags(aws):
    ec2 = aws("ec2")
    ids = [
        ec2.create_managed_prefix_list(
            PrefixListName="edge",
            MaxEntries=1,
            AddressFamily="IPv4",
            TagSpecifications=[{"ResourceType": "prefix-list", "Tags": tags}],
        )["PrefixList"]["PrefixListId"]
        for tags in (OURS, THEIRS, OURS[:1])
    ]
    found = ec2.describe_managed_prefix_lists(Filters=FILTERS)["PrefixLists"]
    assert [item["PrefixListId"] for item in found] == ids[:1]


def test_nat_gateways_by_two_tags(aws):
    ec2 = aws("ec2")
    subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    ids = [
        ec2.create_nat_gateway(
            SubnetId=subnet, ConnectivityType="private", TagSpecifications=[{"ResourceType": "natgateway", "Tags": tags}]
        )["NatGateway"]["NatGatewayId"]
        for tags in (OURS, THEIRS, OURS[:1])
    ]
    found = ec2.describe_nat_gateways(Filter=FILTERS)["NatGateways"]
    assert [item["NatGatewayId"] for item in found] == ids[:1]
    assert len(ec2.describe_nat_gateways(NatGatewayIds=ids)["NatGateways"]) == 3


@pytest.mark.parametrize("count", [1, 100])
def test_tags_of_given_arns_come_in_one_page(aws, count):
    logs, tagging = aws("logs"), aws("resourcegroupstaggingapi")
    for index in range(count):
        logs.create_log_group(logGroupName=f"g{index}", tags={"a": "1", "b": "2", "c": "3"})
    arns = [group["logGroupArn"] for page in logs.get_paginator("describe_log_groups").paginate() for group in page["logGroups"]]
    answer = tagging.get_resources(ResourceARNList=arns)
    assert {row["ResourceARN"] for row in answer["ResourceTagMappingList"]} == set(arns)
    assert not answer.get("PaginationToken")


def test_a_page_has_as_many_resources_as_were_asked_for(aws):
    logs, tagging = aws("logs"), aws("resourcegroupstaggingapi")
    for index in range(120):
        logs.create_log_group(logGroupName=f"g{index}", tags={"a": "1", "b": "2", "c": "3"})
    first = tagging.get_resources(TagFilters=[{"Key": "a"}], ResourcesPerPage=100)
    second = tagging.get_resources(TagFilters=[{"Key": "a"}], ResourcesPerPage=100, PaginationToken=first["PaginationToken"])
    assert [len(page["ResourceTagMappingList"]) for page in (first, second)] == [100, 20]


def test_rules_and_schedule_groups_are_listed(aws):
    events, scheduler = aws("events"), aws("scheduler")
    rule = events.put_rule(Name="failed", EventPattern='{"source": ["aws.ecs"]}', Tags=OURS)["RuleArn"]
    group = scheduler.create_schedule_group(Name="sync", Tags=OURS)["ScheduleGroupArn"]
    scheduler.create_schedule_group(Name="other", Tags=THEIRS)
    rows = aws("resourcegroupstaggingapi").get_resources(TagFilters=[{"Key": "stack", "Values": ["shop"]}])
    assert {row["ResourceARN"] for row in rows["ResourceTagMappingList"]} == {rule, group}
