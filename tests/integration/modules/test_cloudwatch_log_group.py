# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

NAME = "/shop/production/web"
ARN = f"arn:aws:logs:us-east-1:123456789012:log-group:{NAME}"
KEY = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def group(aws: Any) -> dict[str, Any]:
    found = aws("logs").describe_log_groups(logGroupNamePrefix=NAME)["logGroups"]
    return next((one for one in found if one["logGroupName"] == NAME), {})


def tags(aws: Any) -> dict[str, str]:
    return aws("logs").list_tags_for_resource(resourceArn=ARN)["tags"]


def test_lifecycle(aws, lifecycle):
    aws("logs").create_log_group(logGroupName=f"{NAME}-other")
    lifecycle(
        "cloudwatch_log_group",
        present={"name": NAME, "retention_days": 30, "kms_key": KEY, "tags": {"team": "shop"}},
        change={"retention_days": 60},
        exists=lambda: group(aws) != {},
        changed=lambda: group(aws)["retentionInDays"] == 60,
        absent={"name": NAME},
    )


def test_key_and_retention_come_and_go(aws, run_module):
    run_module("cloudwatch_log_group", name=NAME, retention_days=7)
    assert run_module("cloudwatch_log_group", name=NAME, kms_key=KEY)["log_group"]["retention_days"] == 7
    assert group(aws)["kmsKeyId"] == KEY
    assert run_module("cloudwatch_log_group", name=NAME, kms_key=KEY, retention_days=0)["changed"] is True
    assert "retentionInDays" not in group(aws)
    assert run_module("cloudwatch_log_group", name=NAME, kms_key="", retention_days=0)["changed"] is True
    assert "kmsKeyId" not in group(aws)
    assert run_module("cloudwatch_log_group", name=NAME, kms_key="", retention_days=0)["changed"] is False


def test_tags_change_and_are_purged_when_asked(aws, run_module):
    made = run_module("cloudwatch_log_group", name=NAME, tags={"a": "1", "b": "2"})
    assert made["log_group"]["arn"] == ARN
    run_module("cloudwatch_log_group", name=NAME, tags={"a": "3"})
    assert tags(aws) == {"a": "3", "b": "2"}
    run_module("cloudwatch_log_group", name=NAME, tags={"a": "3"}, purge_tags=True)
    assert tags(aws) == {"a": "3"}


def test_what_cannot_be_is_refused(run_module):
    refused = run_module("cloudwatch_log_group", check=True, name=NAME, kms_key="alias/shop")
    assert refused["msg"].startswith(f"change log group {NAME}: alias/shop is not the ARN of a key")
    run_module("cloudwatch_log_group", name=NAME)
    refused = run_module("cloudwatch_log_group", name=NAME, log_class="INFREQUENT_ACCESS")
    assert refused["msg"].endswith("its class is STANDARD and can't be changed; keep it, or use another name")
