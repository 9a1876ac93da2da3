# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.groundwork.cloud.plugins.filter.cloudflare_records import FilterModule

cloudflare_records = FilterModule().filters()["cloudflare_records"]
FOUND = {"public": {"load_balancer": {"dns_name": "public-1.elb.amazonaws.com"}}, "web": {}}
TEXT = {"name": "@", "type": "TXT", "content": "v=spf1 -all"}
LEADING = {"name": "app.example.org", "type": "CNAME", "content": "public-1.elb.amazonaws.com", "proxied": True}


@pytest.mark.parametrize(
    ("records", "whole"),
    [
        ([], []),
        ([TEXT], [TEXT]),
        ([{"name": "app.example.org", "alias": "public"}, TEXT], [LEADING, TEXT]),
        (
            [{"name": "_1.example.org.", "type": "CNAME", "value": "_2.acm-validations.aws."}],
            [{"name": "_1.example.org.", "type": "CNAME", "content": "_2.acm-validations.aws.", "proxied": False}],
        ),
        ([{"name": "app.example.org", "alias": "public", "proxied": False}], [{**LEADING, "proxied": False}]),
    ],
)
def test_names_lead_to_load_balancers(records: list[dict[str, Any]], whole: list[dict[str, Any]]):
    assert cloudflare_records(records, FOUND) == whole


@pytest.mark.parametrize("component", ["web", "nobody"])
def test_what_has_no_load_balancer_can_t_be_led_to(component: str):
    with pytest.raises(AnsibleFilterError, match=f"app.example.org shall lead to {component}, which has no load balancer yet"):
        cloudflare_records([{"name": "app.example.org", "alias": component}], FOUND)
