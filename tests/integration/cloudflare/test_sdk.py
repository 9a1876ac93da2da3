# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The official client as a judge: it refuses answers that are not of Cloudflare's shape."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin, get_type_hints

import cloudflare.types.dns
import pytest
from cloudflare import APIStatusError, BadRequestError, Cloudflare, NotFoundError, PermissionDeniedError, RateLimitError
from cloudflare.types.zones import SettingGetResponse
from cloudflare_simulator.fields import Check, InvalidError
from cloudflare_simulator.pages.keys import key
from cloudflare_simulator.record_types import BY_TYPE
from cloudflare_simulator.settings import SETTINGS
from support import cloudflare as support
from support.certificates import ECC, client_certificate, csr

CONTENT = b"<h1>Hello</h1>"


@pytest.fixture
def sdk(cloudflare: support.Cloudflare) -> Iterator[Cloudflare]:
    with Cloudflare(base_url=cloudflare.url, api_token=cloudflare.token, _strict_response_validation=True) as client:
        yield client


@pytest.fixture
def zone(sdk: Cloudflare, cloudflare: support.Cloudflare) -> str:
    made = sdk.zones.create(account={"id": cloudflare.account}, name="example.org", type="full")
    assert made is not None
    return made.id


def test_tokens_and_addresses(sdk: Cloudflare):
    verified = sdk.user.tokens.verify()
    assert verified is not None
    assert verified.status == "active"
    addresses = sdk.ips.list()
    assert addresses is not None
    assert addresses.ipv4_cidrs


def test_zones(sdk: Cloudflare, cloudflare: support.Cloudflare, zone: str):
    for number in range(6):
        sdk.zones.create(account={"id": cloudflare.account}, name=f"zone{number}.example")
    assert len(list(sdk.zones.list(per_page=5))) == 7, "two pages, and an end"
    assert [one.id for one in sdk.zones.list(name="example.org", account={"id": cloudflare.account})] == [zone]
    sdk.zones.activation_check.trigger(zone_id=zone)
    found = sdk.zones.get(zone_id=zone)
    assert found is not None
    assert found.status == "active"
    sdk.zones.edit(zone_id=zone, paused=True)
    sdk.zones.delete(zone_id=zone)
    with pytest.raises(NotFoundError):
        sdk.zones.get(zone_id=zone)


def test_a_setting_may_be_what_the_client_knows():
    """No value less, and none more."""
    known: dict[str, set[Any]] = {}
    for model in get_args(SettingGetResponse):
        types = {name: field.annotation for name, field in model.model_fields.items()}
        if get_origin(types.get("value")) is Literal:
            known[get_args(types["id"])[0]] = set(get_args(types["value"]))
    every = {value for values in known.values() for value in values}
    taken = {name: {value for value in every if accepts(check, value)} for name, (check, _default) in SETTINGS.items()}
    assert {name: taken[name] for name in taken if name in known} == {name: known[name] for name in taken if name in known}
    assert set(taken) - set(known) == {"browser_cache_ttl", "ciphers", "security_header"}


def accepts(check: Check, value: Any) -> bool:
    try:
        check(value, "value")
    except InvalidError:
        return False
    return True


def test_every_setting(sdk: Cloudflare, cloudflare: support.Cloudflare, zone: str):
    """Each is read in its own type: a value that Cloudflare does not know would be refused."""
    names = [one["id"] for one in cloudflare.get(f"/zones/{zone}/settings")]
    for name in names:
        found = sdk.zones.settings.get(name, zone_id=zone)
        assert found is not None
        assert found.id == name
    changes: dict[str, Any] = {"ssl": "strict", "min_tls_version": "1.2", "browser_cache_ttl": 7200, "tls_client_auth": "on"}
    for name, value in changes.items():
        changed: Any = sdk.zones.settings.edit(name, zone_id=zone, value=value)
        assert changed.value == value
    with pytest.raises(BadRequestError):
        sdk.zones.settings.edit("ssl", zone_id=zone, value="nonsense")


def test_dns(sdk: Cloudflare, zone: str):
    made: Any = sdk.dns.records.create(
        zone_id=zone, type="A", name="www", content="192.0.2.1", ttl=300, comment="web", tags=["a:b"]
    )
    sdk.dns.records.create(zone_id=zone, type="MX", name="@", content="mail.example.net", priority=10, ttl=1)
    sdk.dns.records.create(
        zone_id=zone, type="CAA", name="@", data={"flags": 0, "tag": "issue", "value": "letsencrypt.org"}, ttl=1
    )
    service = {"priority": 1, "weight": 2, "port": 443, "target": "example.net"}
    sdk.dns.records.create(zone_id=zone, type="SRV", name="_s._tcp", data=service, ttl=1)
    sdk.dns.records.create(zone_id=zone, type="TXT", name="@", content="v=spf1 -all", ttl=1)
    assert len(list(sdk.dns.records.list(zone_id=zone, per_page=2))) == 5
    assert [one.id for one in sdk.dns.records.list(zone_id=zone, name={"exact": "www.example.org"}, type="A")] == [made.id]
    edited: Any = sdk.dns.records.edit(made.id, zone_id=zone, type="A", name="www", content="192.0.2.2", ttl=300)
    assert edited.comment == "web"
    replaced: Any = sdk.dns.records.update(made.id, zone_id=zone, type="A", name="www", content="192.0.2.3", ttl=1, proxied=True)
    assert (replaced.comment, replaced.proxied) == (None, True)
    batch: Any = sdk.dns.records.batch(
        zone_id=zone,
        deletes=[{"id": made.id}],
        posts=[{"type": "AAAA", "name": "www", "content": "2001:db8::1", "ttl": 1, "proxied": True}],
    )
    assert (len(batch.deletes), batch.posts[0].content) == (1, "2001:db8::1")
    sdk.dns.records.delete(batch.posts[0].id, zone_id=zone)
    with pytest.raises(NotFoundError):
        sdk.dns.records.get(made.id, zone_id=zone)


@pytest.mark.parametrize("kind", BY_TYPE)
def test_a_record_has_the_fields_that_the_client_knows(kind: str):
    """But for the one that leads into a private network."""
    param = getattr(cloudflare.types.dns, f"{kind}RecordParam")
    hints = get_type_hints(param)
    assert set(BY_TYPE[kind].known) == set(hints) - {"private_routing"}


def test_rulesets(sdk: Cloudflare, zone: str):
    rule: Any = {"action": "block", "expression": 'http.host eq "a"', "ref": "one", "description": "none"}
    phase: Any = "http_request_firewall_custom"
    with pytest.raises(NotFoundError):
        sdk.rulesets.phases.get(phase, zone_id=zone)
    # What an update answers the client takes for any object, so it is read again in its own type.
    sdk.rulesets.phases.update(phase, zone_id=zone, rules=[rule])
    made = sdk.rulesets.phases.get(phase, zone_id=zone)
    assert made.rules[0].ref == "one"
    sdk.rulesets.rules.create(made.id, zone_id=zone, action="managed_challenge", expression="true")
    added = sdk.rulesets.get(made.id, zone_id=zone).rules[1].id or ""
    sdk.rulesets.rules.edit(added, ruleset_id=made.id, zone_id=zone, action="log", expression="true")
    assert [one.action for one in sdk.rulesets.get(made.id, zone_id=zone).rules] == ["block", "log"]
    sdk.rulesets.rules.delete(added, ruleset_id=made.id, zone_id=zone)
    for other, rules in RULES.items():
        sdk.rulesets.phases.update(other, zone_id=zone, rules=rules)
        assert sdk.rulesets.phases.get(other, zone_id=zone).rules
    listed = list(sdk.rulesets.list(zone_id=zone, per_page=2))
    assert len([one for one in listed if one.kind == "zone"]) == 1 + len(RULES)
    sdk.rulesets.delete(made.id, zone_id=zone)
    with pytest.raises(NotFoundError):
        sdk.rulesets.get(made.id, zone_id=zone)


RULES: dict[Any, Any] = {
    "http_request_firewall_managed": [
        {
            "action": "execute",
            "expression": "true",
            "action_parameters": {
                "id": "efb7b8c949ac4650a09736fc376e9aee",
                "overrides": {"action": "log", "categories": [{"category": "wordpress", "enabled": False}]},
            },
        },
        {"action": "skip", "expression": "true", "action_parameters": {"ruleset": "current"}},
    ],
    "http_ratelimit": [
        {
            "action": "block",
            "expression": "true",
            "action_parameters": {"response": {"status_code": 429, "content": "{}", "content_type": "application/json"}},
            "ratelimit": {
                "characteristics": ["ip.src", "cf.colo.id"],
                "period": 60,
                "requests_per_period": 100,
                "mitigation_timeout": 60,
            },
        }
    ],
    "http_request_cache_settings": [
        {
            "action": "set_cache_settings",
            "expression": "true",
            "action_parameters": {
                "cache": True,
                "edge_ttl": {"mode": "override_origin", "default": 60, "status_code_ttl": [{"status_code": 404, "value": 5}]},
                "browser_ttl": {"mode": "respect_origin"},
                "cache_key": {"custom_key": {"query_string": {"include": {"list": ["page"]}}}},
            },
        }
    ],
    "http_request_dynamic_redirect": [
        {
            "action": "redirect",
            "expression": "true",
            "action_parameters": {"from_value": {"status_code": 308, "target_url": {"value": "https://example.org"}}},
        }
    ],
    "http_request_late_transform": [
        {
            "action": "rewrite",
            "expression": "true",
            "action_parameters": {"headers": {"X-Secret": {"operation": "set", "value": "s"}, "X-Old": {"operation": "remove"}}},
        }
    ],
    "http_request_transform": [
        {"action": "rewrite", "expression": "true", "action_parameters": {"uri": {"path": {"value": "/new"}}}}
    ],
}


def test_pages(sdk: Cloudflare, cloudflare: support.Cloudflare, zone: str):
    account = cloudflare.account
    pages = sdk.pages.projects
    pages.create(account_id=account, name="landing", production_branch="main")
    variables: Any = {"KEY": {"type": "secret_text", "value": "s"}, "API": {"type": "plain_text", "value": "a"}}
    pages.edit("landing", account_id=account, deployment_configs={"production": {"env_vars": variables}})
    assert [one.name for one in pages.list(account_id=account)] == ["landing"]

    pages.domains.create("landing", account_id=account, name="www.example.org")
    sdk.dns.records.create(zone_id=zone, type="CNAME", name="www", content="landing.pages.dev", ttl=1, proxied=True)
    domain = pages.domains.edit("www.example.org", account_id=account, project_name="landing")
    assert domain is not None
    assert domain.status == "active"
    assert [one.name for one in pages.domains.list("landing", account_id=account)] == ["www.example.org"]

    manifest = json.dumps(uploaded(sdk, account))
    deployed = [
        pages.deployments.create("landing", account_id=account, manifest=manifest, branch=branch, commit_dirty="false")
        for branch in ("main", "main", "preview")
    ]
    assert cloudflare.request("GET", "/", host="www.example.org").body == CONTENT
    found = pages.deployments.get(deployed[0].id, account_id=account, project_name="landing")
    assert found.latest_stage.status == "success"
    assert len(list(pages.deployments.list("landing", account_id=account))) == 3
    pages.deployments.rollback(deployed[0].id, account_id=account, project_name="landing")
    pages.deployments.retry(deployed[1].id, account_id=account, project_name="landing")
    pages.deployments.delete(deployed[2].id, account_id=account, project_name="landing", force=True)
    assert pages.get("landing", account_id=account).canonical_deployment is not None
    pages.domains.delete("www.example.org", account_id=account, project_name="landing")
    pages.delete("landing", account_id=account)
    with pytest.raises(NotFoundError):
        pages.get("landing", account_id=account)


def uploaded(sdk: Cloudflare, account: str) -> dict[str, str]:
    """The manifest of a page that is uploaded with a token of the project."""
    token = sdk.pages.projects.get_upload_token("landing", account_id=account)
    assert token is not None
    assets = sdk.with_options(api_token=token.jwt).pages.assets
    manifest = {"/index.html": key(CONTENT, "/index.html")}
    # The client believes that the answer is a string; wrangler takes it for the list that it is.
    missing = assets.with_raw_response.check_missing(hashes=list(manifest.values()))
    assert json.loads(missing.text())["result"] == list(manifest.values())
    value = base64.b64encode(CONTENT).decode()
    file: Any = {"key": manifest["/index.html"], "value": value, "metadata": {"content_type": "text/html"}, "base64": True}
    assert assets.upload(body=[file]).success
    assert assets.upsert_hashes(hashes=list(manifest.values())).success
    return manifest


def test_certificates(sdk: Cloudflare, zone: str):
    made = sdk.origin_ca_certificates.create(
        csr=csr(ECC), hostnames=["example.org", "*.example.org"], request_type="origin-ecc", requested_validity=90
    )
    assert made is not None
    assert made.id
    assert sdk.origin_ca_certificates.get(made.id) == made
    assert [one.id for one in sdk.origin_ca_certificates.list(zone_id=zone)] == [made.id]
    sdk.origin_ca_certificates.delete(made.id)
    with pytest.raises(NotFoundError):
        sdk.origin_ca_certificates.get(made.id)


def test_authenticated_origin_pulls(sdk: Cloudflare, zone: str):
    pulls = sdk.origin_tls_client_auth
    made = pulls.zone_certificates.create(zone_id=zone, **client_certificate(ECC))
    assert made is not None
    assert made.id
    assert [one.id for one in pulls.zone_certificates.list(zone_id=zone)] == [made.id]
    found = pulls.zone_certificates.get(made.id, zone_id=zone)
    assert found is not None
    assert found.status == "active"
    pulls.settings.update(zone_id=zone, enabled=True)
    settings = pulls.settings.get(zone_id=zone)
    assert settings is not None
    assert settings.enabled is True
    pulls.zone_certificates.delete(made.id, zone_id=zone)
    assert list(pulls.zone_certificates.list(zone_id=zone)) == []


def test_refusals_are_errors_of_their_kind(sdk: Cloudflare, cloudflare: support.Cloudflare):
    """And a rate limit is waited for."""
    cloudflare.control("POST", "rate-limit", {"times": 1, "retry_after": 1})
    assert list(sdk.zones.list()) == []
    cloudflare.control("POST", "rate-limit", {"times": 1, "retry_after": 0})
    with pytest.raises(RateLimitError):
        sdk.with_options(max_retries=0).zones.list()
    cloudflare.control("POST", "refuse", {"status": 403})
    with pytest.raises(PermissionDeniedError) as refused:
        sdk.zones.list()
    assert isinstance(refused.value, APIStatusError)
    assert refused.value.errors[0].message == "Authentication error"
