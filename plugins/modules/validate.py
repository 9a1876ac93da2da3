#!/usr/bin/python
# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: validate
version_added: 0.1.0
short_description: Validate the whole inventory of a stack before anything is changed
description:
  - Looks at every component of the group C(stack) that is in the play, and at the stack as a whole, and reports every problem
    at once. Each is told with its file and line, the component, the setting and the cure.
  - A component's settings are held against the argument spec of each of its tiers' roles, at any depth, with the role's
    defaults beneath the inventory's values. A required setting that is missing is a problem.
  - A variable that begins like a setting and is none, or that differs from a setting in a letter or two, is refused with the
    nearest right name.
  - Flows, address ranges, Fargate sizes, names, and settings that name another component are held against the rest of the stack.
  - The account of the credentials is held against C(stack_account).
  - Values that need O(known_at_run) are left alone, for nothing can be said about them yet.
  - It reads nothing but the inventory and the roles.
author:
  - The Groundwork authors (@groundwork)
extends_documentation_fragment:
  - groundwork.cloud.converge.inventory
options:
  caller:
    description:
      - What M(amazon.aws.aws_caller_info) returned, even when it failed, so that missing credentials are reported with all
        other problems.
      - Left out, or skipped, the account is not compared.
    type: dict
  known_at_run:
    description: Variables that have no value before the stack is run.
    type: list
    elements: str
    default: [found, ansible_facts]
  states:
    description:
      - Whether what is declared absent is held against what uses it.
      - A teardown removes everything, whatever is declared, in an order of its own.
    type: bool
    default: true
notes:
  - With C(--limit), the components of the limit are validated. What they name may be outside of it.
"""

EXAMPLES = r"""
- name: Say whose credentials these are
  amazon.aws.aws_caller_info:
  register: caller
  failed_when: false
  run_once: true

- name: Validate every component
  groundwork.cloud.validate:
    tiers: "{{ stack_tiers }}"
    caller: "{{ caller }}"
  run_once: true
"""

RETURN = r"""
components:
  description: The components that were validated.
  returned: always
  type: list
  elements: str
problems:
  description: What has to be mended.
  returned: always
  type: list
  elements: dict
  contains:
    component:
      description: The component, several of them, or C(stack).
      type: str
    setting:
      description: The setting with the path inside it; empty when the component itself is meant.
      type: str
      sample: stack_flows[2].ports
    message:
      description: What is wrong, and the cure.
      type: str
    origin:
      description: File and line, where Ansible knows them.
      type: str
      sample: inventories/nextjs/production/group_vars/stack.yml:7
"""
