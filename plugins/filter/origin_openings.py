# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
name: origin_openings
version_added: 0.1.0
short_description: Ways past the lock of a load balancer
description:
  - Tells what of a locked load balancer answers, or lets in, who does not come through Cloudflare.
  - Values of the lock are not looked at, only that they are asked for.
author:
  - The Groundwork authors (@groundwork)
positional: permissions
options:
  _input:
    description: The listeners with their rules, as M(amazon.aws.elb_application_lb_info) returns them.
    type: list
    elements: dict
    required: true
  permissions:
    description: The ingress rules of its security group, as C(found) has them.
    type: list
    elements: dict
    required: true
"""

EXAMPLES = r"""
- name: Refuse a load balancer that can be reached otherwise
  ansible.builtin.assert:
    that: listeners | groundwork.cloud.origin_openings(found.public.security_group.ip_permissions) | length == 0
"""

RETURN = r"""
_value:
  description: A clause for each way; none when there is none.
  type: list
  elements: str
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from .alb_listeners import HEADER

WORLD = ("0.0.0.0/0", "::/0")


def origin_openings(listeners: Iterable[Mapping[str, Any]], permissions: Iterable[Mapping[str, Any]]) -> list[str]:
    return [*_answering(listeners), *_letting_in(permissions)]


def _answering(listeners: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for listener in listeners:
        for rule in listener["rules"]:
            if not (_refuses(rule) if rule["priority"] == "default" else _asks(rule)):
                yield f"rule {rule['priority']} of port {listener['port']} does not ask for {HEADER}"


def _refuses(rule: Mapping[str, Any]) -> bool:
    """Whether nothing behind the load balancer is asked: a 403, or to come again by HTTPS."""
    return all(
        str(action.get("fixed_response_config", {}).get("status_code")) == "403"
        or action.get("redirect_config", {}).get("protocol") == "HTTPS"
        for action in rule["actions"]
    )


def _asks(rule: Mapping[str, Any]) -> bool:
    asked = [condition.get("http_header_config", {}) for condition in rule["conditions"]]
    return any(one.get("http_header_name", "").lower() == HEADER and one.get("values") for one in asked)


def _letting_in(permissions: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for permission in permissions:
        spans = [span.get("cidr_ip") for span in permission.get("ip_ranges", [])]
        spans += [span.get("cidr_ipv6") for span in permission.get("ipv6_ranges", [])]
        for span in WORLD:
            if span in spans:
                yield f"its security group lets {span} in"


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"origin_openings": origin_openings}
