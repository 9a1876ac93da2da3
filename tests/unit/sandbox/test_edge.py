# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from cloudflare_simulator.edge import HEADERS, Origin, Ways, answer, find, passed_on
from cloudflare_simulator.routes import Request
from cloudflare_simulator.state import IPS, World, Zone
from service.edge import address

RANGES = tuple(IPS["ipv4_cidrs"])


def world(*records: dict[str, Any], mode: str = "full") -> World:
    kept = {str(number): record for number, record in enumerate(records)}
    return World(zones={"1": Zone({"name": "example.org"}, {"ssl": {"value": mode}}, kept)})


def record(name: str, content: str, kind: str = "CNAME", *, proxied: bool = True) -> dict[str, Any]:
    return {"name": name, "content": content, "type": kind, "proxied": proxied}


@pytest.mark.parametrize(
    ("host", "content"),
    [
        ("app.example.org", "front.elb.amazonaws.com"),
        ("APP.example.org:4567", "front.elb.amazonaws.com"),
        ("any.example.org", "192.0.2.1"),
        ("plain.example.org", "192.0.2.1"),
        ("example.org", None),
        ("app.example.com", None),
        ("127.0.0.1:4567", None),
    ],
)
def test_a_proxied_record_leads_to_its_origin(host: str, content: str | None):
    here = world(
        record("app.example.org", "Front.elb.amazonaws.com"),
        record("*.example.org", "192.0.2.1", "A"),
        record("plain.example.org", "192.0.2.9", "A", proxied=False),
        record("example.org", "mail", "MX"),
    )
    found = find(here, host)
    assert (found.content if found else None) == content
    if found:
        assert (found.host, found.mode, found.ranges) == (host.partition(":")[0].lower(), "full", RANGES)


@pytest.mark.parametrize(
    ("ranges", "port", "one"),
    [([], 4567, ""), (["192.0.2.0/24"], 4567, "192.0.2.215"), (["192.0.2.7/32"], 4567, "192.0.2.7")],
)
def test_the_edge_has_an_address_in_the_first_range(ranges: list[str], port: int, one: str):
    assert address(ranges, port) == one


def rule(expression: str, operation: str = "set", *, enabled: bool = True) -> dict[str, Any]:
    headers = {"X-Lock": {"operation": operation, "value": expression[-6:]}}
    return {"expression": expression, "enabled": enabled, "action_parameters": {"headers": headers}}


@pytest.mark.parametrize(
    ("rules", "headers"),
    [
        ([], {}),
        ([rule("true")], {"x-lock": "true"}),
        ([rule('http.host eq "app.example.org"')], {"x-lock": 'e.org"'}),
        ([rule('http.host in {"a.example.org" "app.example.org"}')], {"x-lock": '.org"}'}),
        ([rule('http.host in {"a.example.org"}')], {}),
        ([rule('http.request.uri.path eq "/"')], {}),
        ([rule("true", enabled=False), rule("true", "remove")], {}),
    ],
)
def test_rules_give_a_host_headers(rules: list[dict[str, Any]], headers: dict[str, str]):
    here = world(record("app.example.org", "front"))
    here.zones["1"].rulesets.update({phase: {"phase": phase, "rules": rules} for phase in (HEADERS, "http_ratelimit")})
    found = find(here, "app.example.org")
    assert found
    assert found.headers == headers


def test_what_is_passed_on():
    given = {"host": "app.example.org", "connection": "close", "x-forwarded-for": "192.0.2.7", "cf-connecting-ip": "forged"}
    told = passed_on(given, "127.0.0.1")
    assert len(told.pop("cf-ray")) == 20
    assert told == {
        "host": "app.example.org",
        "cf-connecting-ip": "127.0.0.1",
        "cf-visitor": '{"scheme":"https"}',
        "cdn-loop": "cloudflare",
        "x-forwarded-for": "192.0.2.7, 127.0.0.1",
        "x-forwarded-proto": "https",
    }
    assert passed_on({}, "127.0.0.1")["x-forwarded-for"] == "127.0.0.1"


@pytest.mark.parametrize(
    ("content", "status", "said"),
    [
        ("gone.elb.amazonaws.com", 530, "gone.elb.amazonaws.com is not a load balancer that runs here"),
        ("127.0.0.1", 522, "173.245.62.215 is not an address of this host; start playbooks/sandbox.yml"),
    ],
)
def test_an_origin_that_is_not_reached_is_told(content: str, status: int, said: str):
    request = Request("GET", "/", {}, {}, b"")
    answered = answer(Origin("app.example.org", content, "flexible", RANGES), request, Ways(port=36567))
    assert (answered.status, answered.body.decode().strip()) == (status, said)
