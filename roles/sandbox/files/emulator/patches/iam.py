# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""AWS Identity and Access Management: the policies that AWS manages are there, in every account, at little cost.

User guide: "AWS managed policies". moto reads all of them anew for each partition of each account after each reset, a tenth of a
second and much memory for each; here they are read once, and are the same after a reset.
"""

from __future__ import annotations

import copy
from functools import cache
from types import SimpleNamespace
from typing import Any

from moto.iam.models import IAMBackend


def apply() -> None:
    init = IAMBackend._init_aws_policies

    @cache
    def read() -> list[Any]:
        policies: list[Any] = init(SimpleNamespace(account_id="aws", region_name="aws"))
        return policies

    @cache
    def of(account: str, partition: str) -> list[Any]:
        policies = [copy.copy(policy) for policy in read()]
        for policy in policies:
            policy.account_id, policy.partition = account, partition
        return policies

    def init_aws_policies(self: Any) -> list[Any]:
        policies = of(self.account_id, self.partition)
        for policy in policies:
            policy.attachment_count = 0  # all that an account changes in them
        return policies

    IAMBackend._init_aws_policies = init_aws_policies
