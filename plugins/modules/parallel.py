#!/usr/bin/python
# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: parallel
version_added: 0.1.0
short_description: Run one module for many items at once
description:
  - Does what a loop over O(items) does, with up to O(limit) items at a time. The result has the shape of a loop's result, in the
    order of the items.
  - An item that fails does not stop the others; the task fails when all have ended, and tells how many failed.
  - Each item has a process to itself. Check mode, C(diff), C(environment), C(no_log) and C(module_defaults) of the module hold as
    for a task of its own.
author:
  - The Groundwork authors (@groundwork)
options:
  module:
    description: The full name of the module.
    type: str
    required: true
  items:
    description: The items, each of which is C(item) in O(arguments).
    type: list
    elements: raw
    required: true
  arguments:
    description: The options of the module. Templates in them are resolved for each item.
    type: dict
    default: {}
  label:
    description: A template of what an item is called in the output; by default the item.
    type: str
  limit:
    description: How many items are worked on at a time.
    type: int
    default: 10
attributes:
  action:
    description: Indicates this has a corresponding action plugin, so some parts of the options can be executed on the controller.
    support: full
  check_mode:
    description: Can run in check mode and return changed status prediction without modifying the target.
    support: full
    details: As the module does.
  diff_mode:
    description: Returns what has changed, or would change in check mode, as C(before) and C(after).
    support: full
    details: As the module does, for each item.
"""

EXAMPLES = r"""
- name: Three subnets at once
  groundwork.cloud.parallel:
    module: amazon.aws.ec2_vpc_subnet
    items: [10.0.0.0/24, 10.0.1.0/24, 10.0.2.0/24]
    arguments:
      vpc_id: vpc-0123456789abcdef0
      cidr: "{{ item }}"
  register: subnets

- name: Their ids
  ansible.builtin.debug:
    msg: "{{ subnets.results | map(attribute='subnet.id') }}"
"""

RETURN = r"""
results:
  description: The result of the module for each item, in their order, with C(item) and C(ansible_loop_var) as in a loop.
  returned: always
  type: list
  elements: dict
  sample:
    - changed: true
      failed: false
      ansible_loop_var: item
      item: 10.0.0.0/24
      subnet: {id: subnet-0123456789abcdef0}
msg:
  description: Whether all items succeeded.
  returned: always
  type: str
  sample: All items completed
"""
