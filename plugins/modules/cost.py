#!/usr/bin/python
# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: cost
version_added: 0.1.0
short_description: Work out what a stack costs a month, from its inventory alone
description:
  - Adds up the on-demand prices of what the components of the group C(stack) would be, with their settings as they are and
    the defaults of their roles. Autoscaling makes it a range, from the fewest to the most tasks, machines or capacity.
  - The prices are a dated table of the collection, by region. Nobody is asked for them, neither AWS nor anybody else.
  - What is charged by use is assumed, or named as charged by use where there is no assumption.
  - What has no price in the table, or depends on what is known only when the stack is run, is told with the cure and counted
    in no total, which is incomplete then.
author:
  - The Groundwork authors (@groundwork)
extends_documentation_fragment:
  - groundwork.cloud.converge.inventory
options:
  assumptions:
    description:
      - Quantities of a month that no inventory has. What is left out is assumed.
      - V(transfer_gb) goes to the internet, V(log_gb) to Amazon CloudWatch Logs, both from the whole stack.
      - V(nat_gb) goes through the NAT gateways of a network, V(flow_log_gb) is what its flow logs write.
      - V(load_balancer_units) are the capacity units of a load balancer, on average.
      - V(aurora_gb) is what a cluster of Amazon Aurora stores, V(aurora_million_requests) its requests to that storage.
      - V(machine_metrics) are the custom metrics of a machine, V(run_minutes) the minutes of a run of a schedule.
    type: dict
    default: {}
  against:
    description: An earlier RV(cost), from which the difference is told.
    type: dict
  known_at_run:
    description: Variables that have no value before the stack is run.
    type: list
    elements: str
    default: [found, ansible_facts]
notes:
  - With C(--limit), the components of the limit are added up, without what is charged of the stack as a whole.
"""

EXAMPLES = r"""
- name: Work out what the stack costs, with more traffic than is assumed
  groundwork.cloud.cost:
    tiers: "{{ stack_tiers }}"
    assumptions: {transfer_gb: 500, log_gb: 20}
  register: before
  run_once: true

- name: Show it
  ansible.builtin.debug:
    msg: "{{ before.report | join('\n') }}"
  run_once: true
"""

RETURN = r"""
cost:
  description: The cost in USD a month.
  returned: success
  type: dict
  contains:
    checked:
      description: The day of the prices.
      type: str
      sample: "2026-11-22"
    least:
      description: The total with the fewest tasks, machines and capacity.
      type: float
    most:
      description: The total with the most of them.
      type: float
    complete:
      description: Whether there is nothing without a price.
      type: bool
    components:
      description:
        - The share of each component, by name, and that of no component alone as C((stack)). Each has C(least), C(most), the
          C(lines) that it is made of with their quantities and prices, what is charged C(by_use), and what is C(missing).
      type: dict
    assumptions:
      description: The quantities that were assumed, of those that this stack depends on.
      type: dict
    prices:
      description: How many prices were used.
      type: int
    unverified:
      description: Those of them that nobody could look up.
      type: list
      elements: str
difference:
  description: What became dearer or cheaper, as C(least) and C(most) in total and of each of C(components).
  returned: with O(against)
  type: dict
report:
  description: The same for people, line by line.
  returned: success
  type: list
  elements: str
"""
