# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import urllib.request
from typing import Any


def test_policies_that_aws_manages_are_there(aws: Any):
    policy = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
    assert aws("iam").get_policy(PolicyArn=policy)["Policy"]["PolicyName"] == "AmazonECSTaskExecutionRolePolicy"


def test_how_often_they_are_attached_is_forgotten_with_the_account(aws: Any, endpoint: str):
    iam = aws("iam")
    policy = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    iam.create_role(RoleName="reader", AssumeRolePolicyDocument="{}")
    iam.attach_role_policy(RoleName="reader", PolicyArn=policy)
    assert iam.get_policy(PolicyArn=policy)["Policy"]["AttachmentCount"] == 1
    urllib.request.urlopen(urllib.request.Request(f"{endpoint}/moto-api/reset", method="POST")).close()
    assert iam.get_policy(PolicyArn=policy)["Policy"]["AttachmentCount"] == 0
