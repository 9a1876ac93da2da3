# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
name: trust_policy
version_added: 0.1.0
short_description: The policy that says who may act in an IAM role
description:
  - Lets services in, on behalf of one account alone where they say for whom they act, and whom further statements name.
author:
  - The Groundwork authors (@groundwork)
positional: account, with_account
options:
  _input:
    description: A role with C(services), C(trust) or both.
    type: dict
    required: true
  account:
    description: The account.
    type: str
    required: true
  with_account:
    description: The services that say for whom they act, by C(aws:SourceAccount).
    type: list
    elements: str
    required: true
"""

EXAMPLES = r"""
- name: Show who may act in the role of a task
  ansible.builtin.debug:
    msg: "{{ {'services': tasks} | groundwork.cloud.trust_policy('111122223333', tasks) }}"
  vars:
    tasks: [ecs-tasks.amazonaws.com]
"""

RETURN = r"""
_value:
  description: The policy.
  type: dict
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any


def trust_policy(role: Mapping[str, Any], account: str, with_account: Collection[str]) -> dict[str, Any]:
    services = role.get("services") or []
    statements = []
    for condition, let_in in (
        ({"StringEquals": {"aws:SourceAccount": account}}, [service for service in services if service in with_account]),
        ({}, [service for service in services if service not in with_account]),
    ):
        if let_in:
            statement = {"Effect": "Allow", "Principal": {"Service": let_in}, "Action": "sts:AssumeRole"}
            statements.append(statement | ({"Condition": condition} if condition else {}))
    return {"Version": "2012-10-17", "Statement": [*statements, *(role.get("trust") or [])]}


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"trust_policy": trust_policy}
