# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from support.certificates import ECC, RSA, client_certificate
from support.cloudflare import Cloudflare, writes

ZONE = "example.org"
FIRST = {"zone": ZONE, **client_certificate(ECC)}
SECOND = client_certificate(RSA)


@pytest.fixture
def zone(cloudflare: Cloudflare) -> str:
    return cloudflare.create_zone(ZONE)


@pytest.fixture
def shown(cloudflare: Cloudflare, zone: str) -> Any:
    """Whether a certificate is shown, and which there are."""
    path = f"/zones/{zone}/origin_tls_client_auth"
    return lambda: (
        cloudflare.get(f"{path}/settings")["enabled"],
        {one["certificate"].strip() for one in cloudflare.get(path)},
    )


def test_lifecycle(cloudflare, shown, lifecycle):
    lifecycle(
        "cloudflare_origin_pulls",
        present={**FIRST, "enabled": True},
        change={**SECOND, "purge": True},
        exists=lambda: shown()[0] is True,
        changed=lambda: shown() == (True, {SECOND["certificate"].strip()}),
        absent={"zone": ZONE, "purge": True},
    )
    assert shown() == (False, set())


def test_a_certificate_is_active_before_it_is_shown(cloudflare, zone, run_module):
    with cloudflare.recorded() as requests:
        told = run_module("cloudflare_origin_pulls", **FIRST, enabled=True)
    path = f"/zones/{zone}/origin_tls_client_auth"
    assert writes(requests) == [f"POST {path}", f"PUT {path}/settings"]
    assert told["origin_pulls"]["certificate"]["status"] == "active"
    assert told["origin_pulls"]["enabled"] is True


def test_a_new_certificate_leaves_the_old_one_unless_purged(cloudflare, shown, converges):
    converges("cloudflare_origin_pulls", **FIRST)
    converges("cloudflare_origin_pulls", zone=ZONE, **SECOND)
    assert len(shown()[1]) == 2
    converges("cloudflare_origin_pulls", zone=ZONE, **SECOND, purge=True)
    assert shown() == (False, {SECOND["certificate"].strip()})


def test_white_space_is_no_other_certificate_and_a_known_one_needs_no_key(cloudflare, zone, run_module):
    run_module("cloudflare_origin_pulls", **FIRST)
    again = run_module("cloudflare_origin_pulls", zone=ZONE, certificate=f"\n{FIRST['certificate']}\n\n")
    assert again["changed"] is False


def test_a_new_certificate_without_its_key_is_refused(cloudflare, zone, run_module):
    with cloudflare.recorded() as requests:
        refused = run_module("cloudflare_origin_pulls", zone=ZONE, certificate=FIRST["certificate"])
    assert refused["msg"].startswith("upload the client certificate: private_key is missing")
    assert writes(requests) == []


def test_the_key_is_shown_nowhere(cloudflare, zone, run_module):
    for check in (True, False):
        assert FIRST["private_key"].splitlines()[1] not in str(run_module("cloudflare_origin_pulls", check=check, **FIRST))
