# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

from ansible_collections.groundwork.cloud.plugins.plugin_utils.cost import Price, cost
from ansible_collections.groundwork.cloud.plugins.plugin_utils.cost_report import report
from ansible_collections.groundwork.cloud.plugins.plugin_utils.validation import Component

HERE = {
    "key": Price(1, "month", "KMS", "lists"),
    "secret": Price(0.4, "month", "Secrets Manager", "unverified"),
    "NAT gateway": Price(0.045, "hour", "VPC", "lists"),
    "read capacity unit STANDARD": Price(0.00013, "hour", "DynamoDB", "lists"),
    "data to the internet": Price(0.09, "GB", "EC2", "lists"),
    "log data": Price(0.5, "GB", "CloudWatch", "lists"),
    "disk gp3": Price(0.08, "GB-month", "EBS", "lists"),
    "instance t4g.small": Price(0.0168, "hour", "EC2", "lists"),
    "custom metric": Price(0.3, "month", "CloudWatch", "lists"),
}
ASSUMED = {"transfer_gb": 55.0, "log_gb": 2.0, "machine_metrics": 0.0}
ASG = {"asg_instance_type": "t4g.small", "asg_min_size": 2, "asg_max_size": 6, "asg_disk_gigabytes": 20}


def told(*components: Component, assumed: dict[str, float] = ASSUMED) -> dict[str, Any]:
    return cost(components, {"here": HERE}, assumed)


def component(name: str, *tiers: str, **settings: Any) -> Component:
    return Component(name, tiers, {"stack_region": "here", **settings})


KEY = component("encryption", "kms")
WEB = component("web", "asg", "registry", **ASG)
LOCK = component("origin", "secrets", secrets_entries=[{"name": "lock"}])


def test_components_and_what_they_are_made_of():
    assert report(told(KEY, WEB, LOCK), "2026-11-22") == [
        "                               least    most",
        "encryption                      1.00    1.00",
        "  key                           1.00    1.00  1 at 1",
        "web                            27.73   83.18",
        "  machines                     24.53   73.58  1,460..4,380 hours at 0.0168",
        "  disks                         3.20    9.60  40..120 GB-month at 0.08",
        "  what the repository stores  by use  by use",
        "origin                          0.40    0.40",
        "  secrets                       0.40    0.40  1 at 0.4",
        "(stack)                         5.95    5.95",
        "  data to the internet          4.95    4.95  55 GB at 0.09",
        "  logs                          1.00    1.00  2 GB at 0.5",
        "total                          35.08   90.53",
        "",
        "USD a month of 730 hours, on demand, without taxes and free tiers; prices of 2026-11-22.",
        "Unverified prices, 1 of 6: secret in here.",
        "Assumed: transfer_gb 55, log_gb 2, machine_metrics 0.",
        "Charged by use beside that, and not counted: web.",
    ]


def test_what_has_no_price_looks_like_no_zero():
    lines = report(told(component("web", "asg", **ASG | {"asg_instance_type": "x9.huge"}), component("redis", "cache")), "today")
    assert lines[1:6] == [
        "web                         3.20      9.60",
        "  disks                     3.20      9.60  40..120 GB-month at 0.08",
        "  ?                     no price  no price  machines: no price of instance x9.huge in here; "
        "add it to plugins/plugin_utils/prices.yml",
        "redis                   no price  no price",
        "  ?                     no price  no price  cache_engine has no value; set it",
    ]
    assert "The total is incomplete: what has no price is not in it." in lines


def test_the_difference_shows_only_what_differs_and_why():
    before = told(KEY, WEB, LOCK)
    after = told(KEY, component("web", "asg", "registry", **ASG | {"asg_max_size": 8}), component("more", "kms"))
    lines = report(after, "today", before)
    assert [line for line in lines[: lines.index("")] if not line.startswith("  ")] == [
        "encryption                      1.00    1.00  =",
        "web                            27.73  110.91  +0.00..+27.73",
        "more                            1.00    1.00  +1.00 (new)",
        "(stack)                         5.95    5.95  =",
        "origin                          0.00    0.00  -0.40 (gone)",
        "total                          35.68  118.86  +0.60..+28.33",
    ]
    assert [line.split()[0] for line in lines if line.startswith("  ") and "least" not in line] == [
        *("machines", "disks", "what"),  # of web
        "key",  # of more
    ]
    assert lines[0].split() == ["least", "most", "difference"]


def test_what_makes_a_comparison_doubtful_is_said():
    lost = told(component("redis", "cache"), assumed={**ASSUMED, "log_gb": 9})
    remarks = report(told(KEY), "today", lost)
    assert "What it is compared with is incomplete." in remarks
    assert "The assumptions differ, and with them what is charged by use." in remarks
