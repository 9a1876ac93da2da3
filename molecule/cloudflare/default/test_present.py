# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from support.cloudflare import standing


def test_the_zone_is_as_the_defaults_promise():
    (zone,) = standing("/zones")
    assert zone["name"] == "example.org"
    settings = {one["id"]: one["value"] for one in standing(f"/zones/{zone['id']}/settings")}
    promised = {
        "ssl": "strict",
        "always_use_https": "on",
        "min_tls_version": "1.2",
        "tls_1_3": "on",
        "http3": "on",
        "brotli": "on",
    }
    assert {name: settings[name] for name in promised} == promised


def test_it_has_no_records_of_ours():
    (zone,) = standing("/zones")
    assert standing(f"/zones/{zone['id']}/dns_records") == []
