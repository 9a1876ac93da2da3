# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A zone of Cloudflare that an inventory wants to be absent goes in a run of the site, as any component does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from support.emulator import PROJECT
from support.play import Run
from support.small_stack import written

HOSTS = """\
stack:
  children:
    cloudflare: {hosts: {example.org: }}
"""
STACK = """\
stack_name: shop
stack_environment: test
stack_region: us-east-1
cloudflare_settings: {}
cloudflare_records:
  - {name: www.example.org, type: A, content: 192.0.2.1}
cloudflare_rules:
  http_request_firewall_custom:
    - {ref: scanners, action: block, expression: http.request.uri.path contains "/.env"}
  http_request_late_transform:
    - {ref: team, action: rewrite, expression: "true", action_parameters: {headers: {x-team: {operation: set, value: shop}}}}
"""
SITE = yaml.safe_load((PROJECT / "playbooks/site.yml").read_text())
STEPS = [step for play in SITE for step in play.get("vars", {}).get("wave_tiers", []) if step.startswith("cloudflare")]


def test_what_is_declared_absent_goes(endpoint, aws_environment, cloudflare, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("GROUNDWORK_CLOUDFLARE_ENDPOINT", cloudflare.origin)
    stack = written(tmp_path, endpoint, HOSTS, STACK)

    def site(*arguments: str, **settings: Any) -> Run:
        given = json.dumps({"wave": "Site", "wave_tiers": STEPS, **settings})
        done = stack("playbooks/wave.yml", "-e", given, *arguments)
        assert done.code == 0, done.output[-3000:]
        return done

    def stands() -> tuple[int, int]:
        (zone,) = cloudflare.get("/zones")
        rules = [
            rule
            for one in cloudflare.get(f"/zones/{zone['id']}/rulesets")
            for rule in cloudflare.get(f"/zones/{zone['id']}/rulesets/{one['id']}").get("rules", [])
        ]
        return len(cloudflare.get(f"/zones/{zone['id']}/dns_records")), len(rules)

    site()
    assert stands() == (1, 2)
    planned = site("--check", cloudflare_state="absent").changed
    assert stands() == (1, 2)
    assert site(cloudflare_state="absent").changed == planned != set()
    assert stands() == (0, 0), "the zone stays until it is named in destroy_data"
    assert site(cloudflare_state="absent").changed == set()
    site(cloudflare_state="absent", destroy_data=["example.org"])
    assert cloudflare.get("/zones") == []
    assert site(cloudflare_state="absent", destroy_data=["example.org"]).changed == set()
