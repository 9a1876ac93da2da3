# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from ansible_collections.groundwork.cloud.plugins.filter import alb_listeners

GROUPS = {"web": "arn:web", "api": "arn:api"}
RULES = [
    {"priority": 10, "target": "api", "paths": ["/api/*"]},
    {"priority": 20, "target": "web", "hosts": ["a.example", "b.example"], "paths": []},
]
listeners = alb_listeners.FilterModule().filters()["alb_listeners"]


def forward(arn):
    return {"Type": "forward", "TargetGroupArn": arn}


def test_without_a_certificate_there_is_http_alone():
    assert listeners([], GROUPS, "web", "", "policy") == [
        {"Protocol": "HTTP", "Port": 80, "DefaultActions": [forward("arn:web")], "Rules": []}
    ]


def test_http_leads_to_https():
    https, http = listeners(RULES, GROUPS, "web", "arn:certificate", "policy")
    assert (https["Port"], https["SslPolicy"], https["Certificates"]) == (443, "policy", [{"CertificateArn": "arn:certificate"}])
    assert https["Rules"] == [
        {
            "Priority": "10",
            "Conditions": [{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/api/*"]}}],
            "Actions": [forward("arn:api")],
        },
        {
            "Priority": "20",
            "Conditions": [{"Field": "host-header", "HostHeaderConfig": {"Values": ["a.example", "b.example"]}}],
            "Actions": [forward("arn:web")],
        },
    ]
    assert http["DefaultActions"][0]["RedirectConfig"]["StatusCode"] == "HTTP_301"
    assert "Rules" not in http


def test_what_no_rule_serves_is_not_found():
    assert listeners([], GROUPS, "", "", "")[0]["DefaultActions"][0]["FixedResponseConfig"]["StatusCode"] == "404"
