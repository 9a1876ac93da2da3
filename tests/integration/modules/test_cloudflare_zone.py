# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from support.cloudflare import Cloudflare


def zones(cloudflare: Cloudflare) -> dict[str, str]:
    return {zone["name"]: zone["status"] for zone in cloudflare.get("/zones")}


def test_lifecycle(cloudflare, lifecycle):
    """Nothing of a zone can change, so the change is another zone."""
    lifecycle(
        "cloudflare_zone",
        present={"name": "example.org"},
        change={"name": "Example.NET."},
        exists=lambda: "example.org" in zones(cloudflare),
        changed=lambda: "example.net" in zones(cloudflare),
    )


def test_a_zone_tells_what_the_registrar_has_to_name(cloudflare, converges):
    told = converges("cloudflare_zone", name="example.org")["zone"]
    (zone,) = cloudflare.get("/zones")
    assert (told["id"], told["name_servers"]) == (zone["id"], zone["name_servers"])
    assert told["name_servers"]


def test_a_zone_that_stands_is_not_filled_again(cloudflare, run_module):
    cloudflare.create_zone("example.org")
    with cloudflare.recorded() as requests:
        assert run_module("cloudflare_zone", name="example.org")["changed"] is False
    assert {request["method"] for request in requests} == {"GET"}
