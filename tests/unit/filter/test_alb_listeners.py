# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.groundwork.cloud.plugins.filter.alb_listeners import FORBIDDEN, NOT_FOUND, TO_HTTPS, FilterModule
from ansible_collections.groundwork.cloud.plugins.module_utils.plan import UNKNOWN

ARNS = {"web": "arn:web", "api": "arn:api"}
alb_listeners = FilterModule().filters()["alb_listeners"]


@pytest.mark.parametrize(("default", "action"), [("web", {"forward": "arn:web"}), ("", NOT_FOUND)])
def test_without_a_certificate_port_80_serves(default, action):
    assert alb_listeners([], ARNS, default, "", "") == [{"port": 80, "protocol": "HTTP", "default_action": action, "rules": []}]


def test_with_a_certificate_port_80_redirects():
    secure, plain = alb_listeners([], ARNS, "web", "arn:certificate", "TLS13")
    assert secure["certificate_arn"] == "arn:certificate"
    assert (secure["protocol"], secure["port"], secure["ssl_policy"]) == ("HTTPS", 443, "TLS13")
    assert plain == {"port": 80, "protocol": "HTTP", "default_action": TO_HTTPS, "rules": []}


@pytest.mark.parametrize(
    ("chosen", "conditions"),
    [
        ({"hosts": ["api.example.org"]}, {"hosts": ["api.example.org"]}),
        ({"paths": ["/api/*"], "hosts": []}, {"paths": ["/api/*"]}),
        ({"hosts": ["api.example.org"], "paths": ["/api/*"]}, {"hosts": ["api.example.org"], "paths": ["/api/*"]}),
    ],
)
def test_rules(chosen: dict[str, Any], conditions: dict[str, Any]):
    rule = {"priority": "10", "target": "api", **chosen}
    (listener,) = alb_listeners([rule], ARNS, "web", "", "")
    assert listener["rules"] == [{"priority": 10, **conditions, "action": {"forward": "arn:api"}}]


def locked(*values: str) -> list[dict[str, Any]]:
    return [{"name": "x-origin-lock", "values": list(values)}]


NEW, OLD = "b" * 32, "a" * 32


@pytest.mark.parametrize(
    ("lock", "headers"),
    [([NEW], locked(NEW)), ([NEW, OLD], locked(OLD, NEW)), ([NEW, NEW], locked(NEW)), ([UNKNOWN], locked(UNKNOWN))],
)
@pytest.mark.parametrize(("default", "action"), [("web", {"forward": "arn:web"}), ("", NOT_FOUND)])
def test_a_lock_is_asked_of_every_request(lock, headers, default, action):
    rule = {"priority": 10, "target": "api", "paths": ["/api/*"]}
    listener, plain = alb_listeners([rule], ARNS, default, "arn:certificate", "TLS13", lock)
    assert plain["default_action"] == TO_HTTPS
    assert (listener["port"], listener["default_action"]) == (443, FORBIDDEN)
    assert listener["rules"] == [
        {"priority": 10, "paths": ["/api/*"], "headers": headers, "action": {"forward": "arn:api"}},
        {"priority": 50000, "headers": headers, "action": action},
    ]


def test_without_a_certificate_the_lock_is_on_port_80():
    (listener,) = alb_listeners([], ARNS, "web", "", "", [NEW])
    assert (listener["port"], listener["default_action"]) == (80, FORBIDDEN)


@pytest.mark.parametrize("value", ["", "short", "*" * 32, "a" * 129, f"{NEW} "])
def test_a_value_that_would_open_too_much_is_refused_and_not_told(value):
    with pytest.raises(AnsibleFilterError, match="32 to 128 letters, digits, _ or -; put another one there") as refused:
        alb_listeners([], ARNS, "web", "", "", [value])
    assert not value or value not in str(refused.value)
