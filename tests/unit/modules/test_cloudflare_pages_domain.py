# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible_collections.groundwork.cloud.plugins.modules.cloudflare_pages_domain import described, state


@pytest.mark.parametrize(
    ("domain", "told", "words"),
    [
        ({"name": "a.example"}, {"status": "", "problem": ""}, ""),
        ({"name": "a.example", "status": "active", "validation_data": None}, {"status": "active", "problem": ""}, "active"),
        (
            {
                "name": "a.example",
                "status": "pending",
                "validation_data": {"error_message": "no CAA"},
                "verification_data": {"error_message": "CNAME record not set"},
            },
            {"status": "pending", "problem": "no CAA; CNAME record not set"},
            "pending (no CAA; CNAME record not set)",
        ),
    ],
)
def test_a_domain_tells_what_keeps_it(domain, told, words):
    assert described(domain) == {"name": "a.example", **told}
    assert state(described(domain)) == words
