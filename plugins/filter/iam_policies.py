# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
name: iam_policies
version_added: 0.1.0
short_description: The IAM policies that a run needs, from the record of its calls
description:
  - Makes of the record that P(groundwork.cloud.runtime#callback) writes the policies of a role that plans, which may only read,
    and of a role that applies.
  - Each call becomes the actions that AWS asks for, and what they need besides, for instance C(iam:PassRole) or the key of the
    stack. They are kept to the stack by the names of its resources, by its tags where AWS makes the names up, and to its
    region; what takes no resource, or lists what there is, is allowed on everything.
  - A policy that is longer than IAM takes becomes several, all of which the role needs.
  - A record has the calls of its run. What only other runs do, as a teardown does, is in their records; put records together
    by adding their lists.
author:
  - The Groundwork authors (@groundwork)
options:
  _input:
    description: The record, a list of calls with C(service) and C(operation).
    type: list
    elements: dict
    required: true
  stack:
    description: The name of the stack.
    type: str
    required: true
  environment:
    description: The environment of the stack.
    type: str
    required: true
  region:
    description: The region of the stack.
    type: str
    required: true
  account:
    description: The account of the stack.
    type: str
    required: true
  path:
    description: The path of the stack's IAM roles; by default the one that the project gives them.
    type: str
  boundary:
    description:
      - The ARN of the permissions boundary that all roles of the stack carry. With it, the applying role may give rights only to
        roles that have this boundary; without it, it can make a role that may do anything.
    type: str
    default: ""
  zones:
    description: The names of the DNS zones that records may be changed in; without them, records of all zones of the account.
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
- name: Write the policy of the planning role
  ansible.builtin.copy:
    content: "{{ policies.documents.plan | to_nice_json }}"
    dest: policy-plan.json
    mode: "0644"
  vars:
    calls: "{{ lookup('ansible.builtin.file', 'calls.json') | from_json }}"
    policies: >-
      {{ calls | groundwork.cloud.iam_policies(stack='shop', environment='production', region='us-east-1',
         account='111122223333') }}
"""

RETURN = r"""
_value:
  description: The policies.
  type: dict
  contains:
    documents:
      description:
        - The policies by name, V(plan) for the role that plans and V(apply) for the role that applies. What is too long for one
          goes on in V(plan-2), V(apply-2) and so on.
      type: dict
    warnings:
      description: Calls that were left out because nothing is known of their service, and actions whose names are a guess.
      type: list
      elements: str
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ansible.errors import AnsibleFilterError

from ..plugin_utils import iam_policy


def iam_policies(
    record: Iterable[Mapping[str, Any]],
    *,
    stack: str,
    environment: str,
    region: str,
    account: str,
    path: str = "",
    boundary: str = "",
    zones: Iterable[str] = (),
) -> dict[str, Any]:
    calls = list(record)
    if not all(isinstance(call, Mapping) and {"service", "operation"} <= call.keys() for call in calls):
        raise AnsibleFilterError("this is no record of calls: each has a service and an operation; take the calls.json of a run")
    whose = iam_policy.Stack(
        stack,
        environment,
        region,
        account,
        path or f"/groundwork/{stack}/{environment}/",
        boundary,
        [zone.lower() for zone in zones],
    )
    return iam_policy.policies(calls, whose)


class FilterModule:
    def filters(self) -> dict[str, Callable[..., dict[str, Any]]]:
        return {"iam_policies": iam_policies}
