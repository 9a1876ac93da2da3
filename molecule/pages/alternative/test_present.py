# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from support.cloudflare import ACCOUNT, here, standing

PROJECT = "molecule-pages-alternative-landing"


def test_the_site_is_served_under_its_domain():
    answer = here().request("GET", "/", host="www.example.org")
    assert (answer.status, b"Welcome." in answer.body) == (200, True)


def test_the_project():
    project = standing(f"/accounts/{ACCOUNT}/pages/projects/{PROJECT}")
    assert project["production_branch"] == "production"
    variables = project["deployment_configs"]["production"]["env_vars"]
    assert {name: one["value"] for name, one in variables.items()} == {"API": "https://api.example.org"}


def test_a_record_of_the_component_leads_to_it():
    (zone,) = standing("/zones")
    (record,) = standing(f"/zones/{zone['id']}/dns_records")
    assert (record["name"], record["type"], record["proxied"]) == ("www.example.org", "CNAME", True)
    assert record["content"] == f"{PROJECT}.pages.dev"
    assert "molecule-pages-alternative-landing" in record["comment"]
