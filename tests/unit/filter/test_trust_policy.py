# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible_collections.groundwork.cloud.plugins.filter.trust_policy import FilterModule

OIDC = {"Effect": "Allow", "Principal": {"Federated": "arn:oidc"}, "Action": "sts:AssumeRoleWithWebIdentity"}
TASKS = {
    "Effect": "Allow",
    "Principal": {"Service": ["ecs-tasks.amazonaws.com"]},
    "Action": "sts:AssumeRole",
    "Condition": {"StringEquals": {"aws:SourceAccount": "111122223333"}},
}
EC2 = {"Effect": "Allow", "Principal": {"Service": ["ec2.amazonaws.com"]}, "Action": "sts:AssumeRole"}


@pytest.mark.parametrize(
    ("role", "statements"),
    [
        ({"services": ["ecs-tasks.amazonaws.com"]}, [TASKS]),
        ({"services": ["ec2.amazonaws.com", "ecs-tasks.amazonaws.com"]}, [TASKS, EC2]),
        ({"trust": [OIDC]}, [OIDC]),
        ({"services": ["ec2.amazonaws.com"], "trust": [OIDC]}, [EC2, OIDC]),
    ],
)
def test_who_may_act_in_a_role(role, statements):
    policy = FilterModule().filters()["trust_policy"](role, "111122223333", ["ecs-tasks.amazonaws.com"])
    assert policy == {"Version": "2012-10-17", "Statement": statements}
