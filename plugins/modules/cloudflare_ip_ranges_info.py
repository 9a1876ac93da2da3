#!/usr/bin/python
# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: cloudflare_ip_ranges_info
version_added: 0.1.0
short_description: Read the address ranges that Cloudflare connects from
description:
  - Reads the published ranges, for a firewall that lets Cloudflare alone in. Such a firewall lets every customer of Cloudflare
    in, so it goes with a secret or a client certificate, M(groundwork.cloud.cloudflare_origin_pulls) for one.
  - An empty list, or one that lost much of what it had, is an error, for it would lock visitors out.
  - Follows the Cloudflare API reference, C(/ips). It needs no token.
author:
  - The Groundwork authors (@groundwork)
options:
  previous:
    description: The ranges as they were, IPv4 and IPv6, for instance those of the prefix list that is to be changed.
    type: list
    elements: str
    default: []
  tolerated_loss:
    description: Which part of O(previous) may be gone, of IPv4 and of IPv6 each, in percent of the ranges.
    type: int
    default: 20
extends_documentation_fragment:
  - groundwork.cloud.converge.reading
  - groundwork.cloud.cloudflare
"""

EXAMPLES = r"""
- name: Read Cloudflare's ranges, and stop if they lost much
  groundwork.cloud.cloudflare_ip_ranges_info:
    previous: [173.245.48.0/20, 103.21.244.0/22, 103.22.200.0/22, 103.31.4.0/22, 141.101.64.0/18, "2400:cb00::/32"]
  register: cloudflare
"""

RETURN = r"""
ipv4:
  description: The IPv4 ranges, in order.
  returned: always
  type: list
  elements: str
  sample: [173.245.48.0/20]
ipv6:
  description: The IPv6 ranges, in order.
  returned: always
  type: list
  elements: str
  sample: ["2400:cb00::/32"]
etag:
  description: What Cloudflare calls this edition of the list.
  returned: always
  type: str
  sample: 38f79d050aa027e3be3865e495dcc9bc
"""

from collections.abc import Iterable, Mapping
from ipaddress import collapse_addresses, ip_network
from typing import Any

from ansible.module_utils.basic import AnsibleModule

from ..module_utils.cloudflare import OPTIONS, Client, CloudflareError

ARGUMENTS: dict[str, Any] = {
    "previous": {"type": "list", "elements": "str", "default": []},
    "tolerated_loss": {"type": "int", "default": 20},
    **OPTIONS,
}
DOING = "read the ranges of Cloudflare"


def ranges(answer: Mapping[str, Any], previous: Iterable[str], tolerated_loss: int) -> dict[str, Any]:
    """The published ranges, refused when there are none or too many of the previous ones are gone."""
    found: dict[str, Any] = {}
    former = [_network(cidr) for cidr in previous]
    for version, key in ((4, "ipv4_cidrs"), (6, "ipv6_cidrs")):
        networks = sorted(_network(cidr) for cidr in answer.get(key) or [])
        if not networks:
            raise CloudflareError(
                DOING, f"the IPv{version} list is empty; nothing should be changed by it, so run this again later"
            )
        before = [network for network in former if network.version == version]
        whole = list(collapse_addresses(networks))
        lost = [network for network in before if not any(network.subnet_of(now) for now in whole)]
        if len(lost) * 100 > tolerated_loss * len(before):
            gone = f"{len(lost)} of the {len(before)} IPv{version} ranges that there were are gone ({', '.join(map(str, lost))})"
            cure = "compare with https://www.cloudflare.com/ips, and raise tolerated_loss if it is right"
            raise CloudflareError(DOING, f"{gone}; {cure}")
        found[f"ipv{version}"] = [str(network) for network in networks]
    return {**found, "etag": answer.get("etag", "")}


def _network(cidr: str) -> Any:
    try:
        return ip_network(cidr)
    except ValueError as error:
        raise CloudflareError(DOING, f"{error}; give ranges as 192.0.2.0/24") from error


def main() -> None:
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    params = module.params
    try:
        found = ranges(Client(params).ask(DOING, "GET /ips"), params["previous"], params["tolerated_loss"])
    except CloudflareError as error:
        module.fail_json(msg=str(error), error_code=error.code)
    module.exit_json(changed=False, **found)


if __name__ == "__main__":
    main()
