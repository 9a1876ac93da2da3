# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.groundwork.cloud.plugins.filter.alb_listeners import NOT_FOUND, TO_HTTPS, FilterModule

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


@pytest.mark.parametrize(
    ("chosen", "conditions"),
    [
        ({"hosts": ["api.example.org"]}, [HOSTS]),
        ({"paths": ["/api/*"], "hosts": []}, [PATHS]),
        ({"hosts": ["api.example.org"], "paths": ["/api/*"]}, [HOSTS, PATHS]),
    ],
)
def test_rules(chosen: dict[str, Any], conditions: list[dict[str, Any]]):
    rule = {"priority": 10, "target": "api", **chosen}
    (listener,) = alb_listeners([rule], ARNS, "web", "", "")
    assert listener["Rules"] == [{"Priority": "10", "Conditions": conditions, "Actions": [forward("api")]}]
