# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
name: security_groups
version_added: 0.1.0
short_description: The security groups that the flows of a stack ask for
description:
  - A flow says who may open connections to whom. It becomes an egress rule of the one and an ingress rule of the other.
  - What no flow allows is closed in both directions.
author:
  - The Groundwork authors (@groundwork)
positional: stack, environment, vpc_cidr, cloudflare
options:
  _input:
    description: The flows, each with C(from), C(to), C(ports) and, other than V(tcp), C(protocol).
    type: list
    elements: dict
    required: true
  stack:
    description: Name of the stack.
    type: str
    required: true
  environment:
    description: Name of the environment.
    type: str
    required: true
  vpc_cidr:
    description: The address range that V(vpc) stands for.
    type: str
    required: true
  cloudflare:
    description: Ids of the prefix lists that V(cloudflare) stands for.
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
- name: Open the database to the service, and nothing else
  groundwork.cloud.security_groups:
    vpc_id: vpc-1234
    groups: "{{ flows | groundwork.cloud.security_groups('shop', 'production', '10.0.0.0/16') }}"
    purge_rules: true
  vars:
    flows:
      - {from: web, to: postgres, ports: [5432]}
"""

RETURN = r"""
_value:
  description: The groups as M(groundwork.cloud.security_groups) takes them.
  type: list
  elements: dict
"""

from collections.abc import Callable
from typing import Any

from ..plugin_utils.flows import security_groups


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"security_groups": security_groups}
