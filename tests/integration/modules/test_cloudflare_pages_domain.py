# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from support.cloudflare import Cloudflare

OURS = {"project": "landing", "name": "www.example.org"}


@pytest.fixture
def domains(cloudflare: Cloudflare) -> Any:
    """The domains of a project that is there, with a zone for them."""
    zone = cloudflare.create_zone("example.org")
    project = cloudflare.post(f"/accounts/{cloudflare.account}/pages/projects", {"name": "landing", "production_branch": "main"})

    def domains() -> dict[str, str]:
        path = f"/accounts/{cloudflare.account}/pages/projects/landing/domains"
        return {one["name"]: one["status"] for one in cloudflare.get(path)}

    domains.lead = lambda: cloudflare.post(  # type: ignore[attr-defined]
        f"/zones/{zone}/dns_records", {"type": "CNAME", "name": OURS["name"], "content": project["subdomain"], "ttl": 1}
    )
    return domains


def test_lifecycle(cloudflare, domains, lifecycle):
    """Nothing of a domain can change, so the change is that it gets a record and is waited for."""
    domains.lead()
    lifecycle(
        "cloudflare_pages_domain",
        present=OURS,
        change={"name": "shop.example.org", "wait": False},
        exists=lambda: "www.example.org" in domains(),
        changed=lambda: "shop.example.org" in domains(),
        absent=OURS,
    )


def test_a_domain_is_waited_for(cloudflare, domains, converges):
    domains.lead()
    told = converges("cloudflare_pages_domain", **{**OURS, "name": "WWW.example.org."})
    assert told["domain"] == {"name": "www.example.org", "status": "active", "problem": ""}
    assert domains() == {"www.example.org": "active"}


def test_a_domain_that_nothing_leads_to_is_told_and_waited_for_again(cloudflare, domains, run_module):
    late = run_module("cloudflare_pages_domain", **OURS, wait_timeout=1)
    said = "wait for domain www.example.org of project landing to be active: still pending after 1 s; raise wait_timeout"
    assert late["msg"].startswith(said)
    assert run_module("cloudflare_pages_domain", check=True, **OURS)["changed"] is False
    domains.lead()
    again = run_module("cloudflare_pages_domain", **OURS)
    assert (again["changed"], again["domain"]["status"]) == (False, "active")


def test_a_plan_for_a_project_to_be_made(cloudflare, run_module):
    assert run_module("cloudflare_pages_domain", check=True, **OURS)["changed"] is True
    assert run_module("cloudflare_pages_domain", **OURS)["msg"].startswith("add domain www.example.org of project landing: ")
