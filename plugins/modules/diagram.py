#!/usr/bin/python
# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: diagram
version_added: 0.1.0
short_description: Draw the architecture of a stack as a Mermaid flowchart
description:
  - Draws the components of the group C(stack) from their settings, with the role's defaults beneath the inventory's values.
    AWS is not asked. A value that only AWS knows is left out.
  - Each component is a box in the subnets that it stands in, with what it is and how large. A solid arrow is a flow of
    C(stack_flows) with its ports, and what of the requests leads there. A dotted arrow leads to what a component uses.
  - With O(found) the stack is drawn as it stands, with its sizes, counts and address ranges, and with the rules of its security
    groups as flows. What is declared and does not stand is marked, and so is what stands and is not declared. Dotted arrows are
    those that are declared. What is at Cloudflare is drawn as it is declared, for the live picture is of AWS.
  - It changes nothing; write RV(content) to O(file) with M(ansible.builtin.copy).
author:
  - The Groundwork authors (@groundwork)
extends_documentation_fragment:
  - groundwork.cloud.converge.inventory
options:
  found:
    description: What M(groundwork.cloud.stack_info) found.
    type: dict
  file:
    description:
      - >-
        The file that the diagram is for. A document whose name ends in C(.md) has it between the lines
        C(<!-- diagram: shop production -->) and C(<!-- /diagram -->), with the names of the stack and of the environment.
    type: path
"""

EXAMPLES = r"""
- name: Draw the stack
  groundwork.cloud.diagram:
    tiers: "{{ stack_tiers }}"
  register: drawn
  run_once: true

- name: Show the flowchart
  ansible.builtin.debug:
    msg: "{{ drawn.diagram }}"
  run_once: true
"""

RETURN = r"""
diagram:
  description: The text of the flowchart.
  returned: success
  type: str
content:
  description: What O(file) shall hold, the flowchart alone or the document with it.
  returned: success
  type: str
renderer:
  description: The path of C(mmdc), which makes images of flowcharts; empty where it is not installed.
  returned: success
  type: str
  sample: /usr/local/bin/mmdc
"""
