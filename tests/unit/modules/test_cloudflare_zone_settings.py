# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible_collections.groundwork.cloud.plugins.module_utils.cloudflare import CloudflareError
from ansible_collections.groundwork.cloud.plugins.modules.cloudflare_zone_settings import as_cloudflare_has_it, wanted

KNOWN = {
    "ssl": {"value": "full", "editable": True},
    "brotli": {"value": "off"},
    "waf": {"value": "off", "editable": False},
}


@pytest.mark.parametrize(
    ("value", "standing", "typed"),
    [
        (True, "off", "on"),
        (False, "on", "off"),
        (1.2, "1.0", "1.2"),
        ("strict", "full", "strict"),
        ("14400", 0, 14400),
        ("soon", 0, "soon"),
        (14400, 0, 14400),
        (True, False, True),
        ("1", True, "1"),
        (["a"], [], ["a"]),
        ({"css": True, "new": True}, {"css": "off"}, {"css": "on", "new": True}),
    ],
)
def test_values_are_compared_in_the_type_that_cloudflare_has(value, standing, typed):
    assert as_cloudflare_has_it(value, standing) == typed


@pytest.mark.parametrize(
    ("settings", "typed"),
    [
        ({"ssl": "strict", "brotli": True}, {"ssl": "strict", "brotli": "on"}),
        ({"waf": False}, {"waf": "off"}),
        ({}, {}),
    ],
)
def test_declared_settings_are_one_part(settings, typed):
    assert wanted(settings, KNOWN, "example.org", "Free Website") == {"settings": typed}


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"waf": True}, "set waf of zone example.org: it is off and can't be changed on the plan Free Website; leave it out"),
        ({"sssl": "full"}, "set sssl of zone example.org: Cloudflare has no such setting for this zone; the nearest is ssl"),
        ({"zzz": "full"}, "Cloudflare has no such setting for this zone$"),
    ],
)
def test_what_can_not_be_set_is_refused(settings, sentence):
    with pytest.raises(CloudflareError, match=sentence):
        wanted(settings, KNOWN, "example.org", "Free Website")
