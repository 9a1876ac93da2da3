# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.groundwork.cloud.plugins.filter.dns_records import FilterModule

FOUND = {"public": {"load_balancer": {"dns_name": "front", "canonical_hosted_zone_id": "Z1"}}, "empty": {}}
TEXT = {"name": "example.org", "type": "TXT", "values": ["a"]}
dns_records = FilterModule().filters()["dns_records"]


def test_aliases_become_two_records():
    target = {"dns_name": "front", "hosted_zone_id": "Z1"}
    assert dns_records([{"name": "www", "alias": "public"}, TEXT], FOUND) == [
        {"name": "www", "type": "A", "alias": target},
        {"name": "www", "type": "AAAA", "alias": target},
        TEXT,
    ]


def test_to_remove_an_alias_its_target_need_not_be_there():
    assert dns_records([{"name": "www", "alias": "gone"}], FOUND, resolve=False) == [
        {"name": "www", "type": "A"},
        {"name": "www", "type": "AAAA"},
    ]


@pytest.mark.parametrize("component", ["empty", "gone"])
def test_an_alias_to_what_is_not_there(component):
    with pytest.raises(AnsibleFilterError, match=f"www shall lead to {component}, which has no load balancer yet"):
        dns_records([{"name": "www", "alias": component}], FOUND)
