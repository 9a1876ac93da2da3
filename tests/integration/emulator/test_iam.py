# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any


def test_policies_that_aws_manages_are_there(aws: Any):
    policy = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
    assert aws("iam").get_policy(PolicyArn=policy)["Policy"]["PolicyName"] == "AmazonECSTaskExecutionRolePolicy"
