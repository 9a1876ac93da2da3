# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from support.cloudflare import Cloudflare, writes

ZONE = "example.org"
WANTED = {"ssl": "strict", "always_use_https": True, "min_tls_version": 1.2, "browser_cache_ttl": "3600"}


@pytest.fixture
def zone(cloudflare: Cloudflare) -> str:
    return cloudflare.create_zone(ZONE)


def standing(cloudflare: Cloudflare, zone: str) -> dict[str, object]:
    return {one["id"]: one["value"] for one in cloudflare.get(f"/zones/{zone}/settings")}


def test_settings_converge_and_only_what_differs_is_set(cloudflare, zone, converges):
    before = standing(cloudflare, zone)
    with cloudflare.recorded() as requests:
        told = converges("cloudflare_zone_settings", zone=ZONE, settings=WANTED)
    assert len(writes(requests)) == 4
    expected = {"ssl": "strict", "always_use_https": "on", "min_tls_version": "1.2", "browser_cache_ttl": 3600}
    assert told["settings"] == expected
    assert standing(cloudflare, zone) == before | expected
    with cloudflare.recorded() as requests:
        converges("cloudflare_zone_settings", zone=ZONE, settings={**WANTED, "brotli": False})
    assert writes(requests) == [f"PATCH /zones/{zone}/settings/brotli"]


def test_of_a_mapping_only_declared_keys_change(cloudflare, zone, converges):
    header = {"strict_transport_security": {"enabled": True, "max_age": 86400}}
    converges("cloudflare_zone_settings", zone=zone, settings={"security_header": header})
    stands = standing(cloudflare, zone)["security_header"]["strict_transport_security"]
    assert (stands["enabled"], stands["max_age"], stands["preload"]) == (True, 86400, False)


def test_what_the_plan_forbids_is_refused_before_anything_is_changed(cloudflare, zone, run_module):
    cloudflare.control("POST", "settings", {"zone": ZONE, "setting": "polish", "editable": False})
    settings = {"ssl": "strict", "polish": "lossy"}
    for check in (True, False):
        with cloudflare.recorded() as requests:
            refused = run_module("cloudflare_zone_settings", check=check, zone=ZONE, settings=settings)
        said = "set polish of zone example.org: it is off and can't be changed on the plan Free Website; leave it out, or move"
        assert refused["msg"].startswith(said)
        assert writes(requests) == []
    assert run_module("cloudflare_zone_settings", zone=ZONE, settings={"polish": "off"})["changed"] is False


def test_an_unknown_setting_names_the_nearest(zone, cloudflare, run_module):
    refused = run_module("cloudflare_zone_settings", zone=ZONE, settings={"min_tls_versions": "1.2"})
    assert refused["msg"] == (
        "set min_tls_versions of zone example.org: Cloudflare has no such setting for this zone; the nearest is min_tls_version"
    )


def test_without_the_call_for_all_settings_each_is_read_alone(cloudflare, zone, run_module):
    cloudflare.control("POST", "refuse", {"method": "GET", "path": "/zones/*/settings", "status": 404, "times": 9})
    assert run_module("cloudflare_zone_settings", zone=ZONE, settings={"ssl": "strict"})["changed"] is True
    assert run_module("cloudflare_zone_settings", zone=ZONE, settings={"ssl": "strict"})["changed"] is False


def test_a_value_that_is_none_tells_what_cloudflare_says(zone, cloudflare, run_module):
    refused = run_module("cloudflare_zone_settings", zone=ZONE, settings={"ssl": "fulll"})
    assert refused["msg"].startswith("set ssl of zone example.org: ")
    assert "ssl" in refused["msg"].partition(": ")[2] or "value" in refused["msg"]


@pytest.mark.parametrize(
    ("refusal", "said"),
    [
        ({"status": 403, "method": "PATCH", "path": "*"}, "give the token the permission Zone Settings Write"),
        ({"status": 403, "method": "GET", "path": "/zones"}, "give the token the permission Zone Read"),
        ({"status": 401, "method": "GET", "path": "*"}, "check the API token: Cloudflare does not accept it"),
    ],
)
def test_a_token_that_may_not_is_told_what_it_lacks(cloudflare, zone, run_module, refusal, said):
    cloudflare.control("POST", "refuse", {"message": "Authentication error", **refusal})
    refused = run_module("cloudflare_zone_settings", zone=ZONE, settings={"ssl": "strict"})
    assert refused["msg"].endswith(said)
    assert "Authentication error" in refused["msg"]


def test_a_zone_that_is_not_there_says_who_adds_it(cloudflare, run_module):
    refused = run_module("cloudflare_zone_settings", zone="example.net", settings={})
    assert refused["msg"].startswith("look for zone example.net: this token sees no such zone; add it to the account in the dash")


def test_who_asks_too_often_waits_and_asks_again(cloudflare, zone, run_module):
    cloudflare.control("POST", "rate-limit", {"times": 2, "retry_after": 0})
    assert run_module("cloudflare_zone_settings", zone=ZONE, settings={"ssl": "strict"})["changed"] is True


def test_the_token_is_shown_nowhere(cloudflare, zone, run_module):
    told = run_module("cloudflare_zone_settings", zone=ZONE, settings={"ssl": "strict"}, api_token="open-sesame")
    assert "open-sesame" not in str(told)
