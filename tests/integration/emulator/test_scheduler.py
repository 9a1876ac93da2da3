# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

CLUSTER = "arn:aws:ecs:us-east-1:123456789012:cluster/shop"
WHOLE = {"Name": "sync", "GroupName": "shop", "ScheduleExpression": "rate(5 minutes)", "FlexibleTimeWindow": {"Mode": "OFF"}}


@pytest.fixture
def target(aws):
    """A target with a role that lets the service in."""
    statement = {"Effect": "Allow", "Principal": {"Service": ["scheduler.amazonaws.com"]}, "Action": "sts:AssumeRole"}
    trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    return {"Arn": CLUSTER, "RoleArn": aws("iam").create_role(RoleName="sync", AssumeRolePolicyDocument=trust)["Role"]["Arn"]}


def test_a_schedule_needs_its_group_and_a_role_that_lets_the_service_in(aws, target):
    scheduler = aws("scheduler")
    with pytest.raises(scheduler.exceptions.ResourceNotFoundException):
        scheduler.create_schedule(**WHOLE, Target=target)
    scheduler.create_schedule_group(Name="shop")
    nobody = {**target, "RoleArn": "arn:aws:iam::123456789012:role/nobody"}
    with pytest.raises(ClientError, match="must allow AWS EventBridge Scheduler to assume the role"):
        scheduler.create_schedule(**WHOLE, Target=nobody)
    scheduler.create_schedule(**WHOLE, Target=target)
    with pytest.raises(ClientError, match="must allow AWS EventBridge Scheduler to assume the role"):
        scheduler.update_schedule(**WHOLE, Target=nobody)


def test_an_update_replaces_all(aws, target):
    scheduler = aws("scheduler")
    scheduler.create_schedule_group(Name="shop")
    scheduler.create_schedule(**WHOLE, Target=target, State="DISABLED", ActionAfterCompletion="DELETE")
    scheduler.update_schedule(**WHOLE, Target=target)
    after = scheduler.get_schedule(GroupName="shop", Name="sync")
    assert (after["State"], after["ActionAfterCompletion"]) == ("ENABLED", "NONE")


def test_a_group_is_made_once_and_gone_once(aws):
    scheduler = aws("scheduler")
    arn = scheduler.create_schedule_group(Name="shop", Tags=[{"Key": "team", "Value": "shop"}])["ScheduleGroupArn"]
    with pytest.raises(scheduler.exceptions.ConflictException):
        scheduler.create_schedule_group(Name="shop")
    scheduler.delete_schedule_group(Name="shop")
    with pytest.raises(scheduler.exceptions.ResourceNotFoundException):
        scheduler.delete_schedule_group(Name="shop")
    scheduler.create_schedule_group(Name="shop")
    assert scheduler.list_tags_for_resource(ResourceArn=arn)["Tags"] == []
