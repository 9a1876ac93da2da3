# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import json
from typing import Any

NAME = "shop/web"
KEEP_30 = {
    "rules": [
        {
            "rulePriority": 1,
            "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 30},
            "action": {"type": "expire"},
        }
    ]
}


def repository(aws: Any) -> dict[str, Any] | None:
    ecr = aws("ecr")
    try:
        return ecr.describe_repositories(repositoryNames=[NAME])["repositories"][0]
    except ecr.exceptions.RepositoryNotFoundException:
        return None


def test_lifecycle(aws, lifecycle):
    lifecycle(
        "ecr_repository",
        present={"name": NAME, "scan_on_push": True, "tags": {"team": "shop"}},
        change={"scan_on_push": False},
        exists=lambda: repository(aws) is not None,
        changed=lambda: repository(aws)["imageScanningConfiguration"]["scanOnPush"] is False,
    )


def test_lifecycle_policy_is_put_changed_and_removed(aws, run_module):
    run_module("ecr_repository", name=NAME, lifecycle_policy=KEEP_30)
    text = aws("ecr").get_lifecycle_policy(repositoryName=NAME)["lifecyclePolicyText"]
    assert json.loads(text) == KEEP_30
    assert run_module("ecr_repository", name=NAME, lifecycle_policy=KEEP_30)["changed"] is False
    assert run_module("ecr_repository", name=NAME)["changed"] is False, "an option left out changes nothing"
    removed = run_module("ecr_repository", name=NAME, lifecycle_policy={})
    assert removed["changed"] is True
    assert "lifecycle_policy" not in removed["repository"]


def test_only_declared_tags_change_unless_purged(aws, run_module):
    created = run_module("ecr_repository", name=NAME, tags={"a": "1", "b": "2"})
    ecr, arn = aws("ecr"), created["repository"]["arn"]
    run_module("ecr_repository", name=NAME, tags={"a": "3"})
    assert {tag["Key"]: tag["Value"] for tag in ecr.list_tags_for_resource(resourceArn=arn)["tags"]} == {"a": "3", "b": "2"}
    run_module("ecr_repository", name=NAME, tags={"a": "3"}, purge_tags=True)
    assert {tag["Key"]: tag["Value"] for tag in ecr.list_tags_for_resource(resourceArn=arn)["tags"]} == {"a": "3"}


def test_the_key_cannot_change(run_module):
    run_module("ecr_repository", name=NAME)
    refused = run_module("ecr_repository", name=NAME, kms_key="arn:aws:kms:us-east-1:123456789012:key/other")
    assert refused["failed"] is True
    assert refused["msg"].startswith("change repository shop/web: its key is that of Amazon ECR and can't be changed; keep it")


def test_what_is_taken_out_of_the_lifecycle_policy_goes(aws, run_module):
    described = {"rules": [{**KEEP_30["rules"][0], "description": "all but the newest"}]}
    run_module("ecr_repository", name=NAME, lifecycle_policy=described)
    assert run_module("ecr_repository", name=NAME, lifecycle_policy=KEEP_30)["changed"] is True
    assert json.loads(aws("ecr").get_lifecycle_policy(repositoryName=NAME)["lifecyclePolicyText"]) == KEEP_30
