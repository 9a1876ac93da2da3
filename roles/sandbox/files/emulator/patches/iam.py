# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""AWS Identity and Access Management: the policies that AWS manages are there, in every account, at little cost.

User guide: "AWS managed policies". moto reads all of them anew for each account after each reset, a tenth of a second and
much memory; here they are read once and copied.
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
    def read(account: str, region: str) -> list[Any]:
        policies: list[Any] = init(SimpleNamespace(account_id=account, region_name=region))
        return policies

    def init_aws_policies(self: Any) -> list[Any]:
        # A copy each: how often a policy is attached is counted in it.
        return [copy.copy(policy) for policy in read(self.account_id, self.region_name)]

    IAMBackend._init_aws_policies = init_aws_policies
