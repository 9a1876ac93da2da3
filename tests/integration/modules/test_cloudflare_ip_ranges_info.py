# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from support.cloudflare import Cloudflare

# Ten ranges of documentation, so that one is a tenth.
FORMER = [f"192.0.2.{16 * number}/28" for number in range(10)]


@pytest.fixture(autouse=True)
def no_token(cloudflare: Cloudflare, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CLOUDFLARE_API_TOKEN")


@pytest.mark.parametrize("check", [True, False])
def test_ranges_are_read_without_a_token(cloudflare, run_module, check):
    with cloudflare.recorded() as requests:
        told = run_module("cloudflare_ip_ranges_info", check=check)
    published = cloudflare.get("/ips")
    assert (set(told["ipv4"]), set(told["ipv6"])) == (set(published["ipv4_cidrs"]), set(published["ipv6_cidrs"]))
    assert (told["etag"], told["changed"]) == (published["etag"], False)
    assert [(one["method"], one["path"]) for one in requests] == [("GET", "/ips")]


@pytest.mark.parametrize(
    ("published", "said"),
    [
        (FORMER, None),
        (FORMER[1:], None),
        (
            FORMER[3:],
            "3 of the 10 IPv4 ranges that there were are gone (192.0.2.0/28, 192.0.2.16/28, 192.0.2.32/28); compare with",
        ),
        ([], "the IPv4 list is empty"),
    ],
)
def test_a_list_that_shrank_is_refused(cloudflare, run_module, published, said):
    cloudflare.control("POST", "ips", {"ipv4_cidrs": published})
    told = run_module("cloudflare_ip_ranges_info", previous=FORMER)
    if said:
        assert told["msg"].startswith(f"read the ranges of Cloudflare: {said}")
    else:
        assert told["ipv4"] == published


def test_a_loss_that_was_looked_at_is_tolerated(cloudflare, run_module):
    cloudflare.control("POST", "ips", {"ipv4_cidrs": FORMER[5:]})
    assert run_module("cloudflare_ip_ranges_info", previous=FORMER, tolerated_loss=50)["ipv4"] == FORMER[5:]
