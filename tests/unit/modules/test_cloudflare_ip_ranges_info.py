# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible_collections.groundwork.cloud.plugins.module_utils.cloudflare import CloudflareError
from ansible_collections.groundwork.cloud.plugins.modules.cloudflare_ip_ranges_info import ranges

ANSWER = {"ipv4_cidrs": ["192.0.2.128/25", "192.0.2.0/25", "198.51.100.0/24"], "ipv6_cidrs": ["2001:db8::/32"], "etag": "e"}
RANGES = {"ipv4": ["192.0.2.0/25", "192.0.2.128/25", "198.51.100.0/24"], "ipv6": ["2001:db8::/32"], "etag": "e"}


@pytest.mark.parametrize(
    ("previous", "loss"),
    [
        ([], 0),
        (["192.0.2.0/24", "198.51.100.0/24", "2001:db8::/32"], 0),
        (["198.51.100.0/28"], 0),
        (["192.0.2.0/24", "203.0.113.0/24"], 50),
        (["203.0.113.0/24"], 100),
    ],
)
def test_ranges_that_are_still_covered_are_there(previous, loss):
    assert ranges(ANSWER, previous, loss) == RANGES


@pytest.mark.parametrize(
    ("answer", "previous", "loss", "said"),
    [
        ({**ANSWER, "ipv4_cidrs": []}, [], 20, "the IPv4 list is empty; nothing should be changed by it"),
        ({"ipv4_cidrs": ["192.0.2.0/25"]}, [], 20, "the IPv6 list is empty"),
        (ANSWER, ["203.0.113.0/24", "192.0.2.0/24"], 49, r"1 of the 2 IPv4 ranges that there were are gone \(203.0.113.0/24\)"),
        (ANSWER, ["2001:db9::/32"], 20, r"1 of the 1 IPv6 ranges that there were are gone \(2001:db9::/32\); compare with"),
        (ANSWER, ["192.0.2.1/24"], 20, "192.0.2.1/24 has host bits set; give ranges as 192.0.2.0/24"),
    ],
)
def test_a_list_that_would_lock_visitors_out_is_refused(answer, previous, loss, said):
    with pytest.raises(CloudflareError, match=f"read the ranges of Cloudflare: {said}"):
        ranges(answer, previous, loss)
