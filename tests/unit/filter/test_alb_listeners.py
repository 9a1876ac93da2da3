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


def forward(target: str) -> dict[str, str]:
    return {"Type": "forward", "TargetGroupArn": ARNS[target]}


@pytest.mark.parametrize(("default", "actions"), [("web", [forward("web")]), ("", [NOT_FOUND])])
def test_without_a_certificate_port_80_serves(default, actions):
    assert alb_listeners([], ARNS, default, "", "") == [{"Protocol": "HTTP", "Port": 80, "DefaultActions": actions, "Rules": []}]


def test_with_a_certificate_port_80_redirects():
    secure, plain = alb_listeners([], ARNS, "web", "arn:certificate", "TLS13")
    assert secure["Certificates"] == [{"CertificateArn": "arn:certificate"}]
    assert (secure["Protocol"], secure["Port"], secure["SslPolicy"]) == ("HTTPS", 443, "TLS13")
    assert plain == {"Protocol": "HTTP", "Port": 80, "DefaultActions": [TO_HTTPS]}


HOSTS = {"Field": "host-header", "HostHeaderConfig": {"Values": ["api.example.org"]}}
PATHS = {"Field": "path-pattern", "PathPatternConfig": {"Values": ["/api/*"]}}
LAST = {"Field": "path-pattern", "PathPatternConfig": {"Values": ["/*"]}}
ANY = {"Field": "path-pattern", "PathPatternConfig": {"Values": ["*"]}}
THREE = ["a.example.org", "b.example.org", "c.example.org"]


@pytest.mark.parametrize(
    ("chosen", "conditions"),
    [
        ({"hosts": ["api.example.org"]}, [HOSTS, ANY]),
        ({"hosts": THREE}, [{"Field": "host-header", "HostHeaderConfig": {"Values": THREE}}]),
        ({"paths": ["/api/*"], "hosts": []}, [PATHS]),
        ({"hosts": ["api.example.org"], "paths": ["/api/*"]}, [HOSTS, PATHS]),
    ],
)
def test_rules(chosen: dict[str, Any], conditions: list[dict[str, Any]]):
    rule = {"priority": 10, "target": "api", **chosen}
    (listener,) = alb_listeners([rule], ARNS, "web", "", "")
    assert listener["Rules"] == [{"Priority": "10", "Conditions": conditions, "Actions": [forward("api")]}]


def locked(*values: str) -> dict[str, Any]:
    return {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "x-origin-lock", "Values": list(values)}}


NEW, OLD = "b" * 32, "a" * 32


@pytest.mark.parametrize(
    ("lock", "key"),
    [([NEW], locked(NEW)), ([NEW, OLD], locked(OLD, NEW)), ([NEW, NEW], locked(NEW)), ([UNKNOWN], locked(UNKNOWN))],
)
@pytest.mark.parametrize(("default", "action"), [("web", forward("web")), ("", NOT_FOUND)])
def test_a_lock_is_asked_of_every_request(lock, key, default, action):
    rule = {"priority": 10, "target": "api", "paths": ["/api/*"]}
    listener, plain = alb_listeners([rule], ARNS, default, "arn:certificate", "TLS13", lock)
    assert plain["DefaultActions"] == [TO_HTTPS]
    assert (listener["Port"], listener["DefaultActions"]) == (443, [FORBIDDEN])
    assert listener["Rules"] == [
        {"Priority": "10", "Conditions": [PATHS, key], "Actions": [forward("api")]},
        {"Priority": "50000", "Conditions": [LAST, key], "Actions": [action]},
    ]


def test_without_a_certificate_the_lock_is_on_port_80():
    (listener,) = alb_listeners([], ARNS, "web", "", "", [NEW])
    assert (listener["Port"], listener["DefaultActions"]) == (80, [FORBIDDEN])


@pytest.mark.parametrize("value", ["", "short", "*" * 32, "a" * 129, f"{NEW} "])
def test_a_value_that_would_open_too_much_is_refused_and_not_told(value):
    with pytest.raises(AnsibleFilterError, match="32 to 128 letters, digits, _ or -; put another one there") as refused:
        alb_listeners([], ARNS, "web", "", "", [value])
    assert not value or value not in str(refused.value)
