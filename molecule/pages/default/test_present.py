# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from support.cloudflare import ACCOUNT, here, standing

PROJECT = "molecule-pages-default-landing"


def test_the_site_is_served():
    answer = here().request("GET", "/", host=f"{PROJECT}.pages.dev")
    assert answer.status == 200
    assert b"Welcome." in answer.body
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert here().request("GET", "/home", host=f"{PROJECT}.pages.dev").status == 301


def test_one_deployment_was_enough():
    assert len(standing(f"/accounts/{ACCOUNT}/pages/projects/{PROJECT}/deployments")) == 1
