# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible_collections.groundwork.cloud.plugins.module_utils.plan import Exact
from ansible_collections.groundwork.cloud.plugins.modules.ecr_repository import RegistryError, described, wanted

LEFT_OUT = dict.fromkeys(["scan_on_push", "immutable_tags", "kms_key", "lifecycle_policy", "tags"])
RULES = {"rules": [{"rulePriority": 1}]}


def asked(**options):
    return {"name": "shop/web", "state": "present", "purge_tags": False, **LEFT_OUT, **options}


def standing(**settings):
    return {"repository": {"name": "shop/web", "kms_key": "", **settings}}


@pytest.mark.parametrize(
    ("options", "parts"),
    [
        ({}, {"repository": {"name": "shop/web"}}),
        ({"scan_on_push": False}, {"repository": {"name": "shop/web", "scan_on_push": False}}),
        ({"lifecycle_policy": RULES}, {"repository": {"name": "shop/web"}, "lifecycle_policy": RULES}),
        ({"lifecycle_policy": {}}, {"repository": {"name": "shop/web"}, "lifecycle_policy": None}),
        ({"tags": {"a": "1"}}, {"repository": {"name": "shop/web"}, "tags": {"a": "1"}}),
        ({"state": "absent", "tags": {"a": "1"}}, {"repository": None}),
    ],
)
def test_only_what_was_said_is_wanted(options, parts):
    assert wanted(asked(**options), {}) == parts


def test_a_lifecycle_policy_is_compared_whole():
    assert isinstance(wanted(asked(lifecycle_policy=RULES), {})["lifecycle_policy"], Exact)


@pytest.mark.parametrize(
    ("have", "want", "said"),
    [("", "arn:new", "its key is that of Amazon ECR and can't be"), ("arn:old", "arn:new", "its key is arn:old and can't be")],
)
def test_a_key_can_not_be_changed(have, want, said):
    with pytest.raises(RegistryError, match=f"change repository shop/web: {said}"):
        wanted(asked(kms_key=want), standing(kms_key=have))


@pytest.mark.parametrize(("have", "want"), [("arn:old", "arn:old"), ("arn:old", None), ("", "")])
def test_a_key_that_stays_is_fine(have, want):
    assert "repository" in wanted(asked(kms_key=want), standing(kms_key=have))


def test_described():
    repository = {"repositoryName": "shop/web", "repositoryArn": "arn:web", "repositoryUri": "registry/shop/web"}
    bare = {"name": "shop/web", "arn": "arn:web", "uri": "registry/shop/web"}
    assert described(repository) == {**bare, "scan_on_push": False, "immutable_tags": False, "kms_key": ""}
    full = {
        **repository,
        "imageScanningConfiguration": {"scanOnPush": True},
        "imageTagMutability": "IMMUTABLE",
        "encryptionConfiguration": {"encryptionType": "KMS", "kmsKey": "arn:key"},
    }
    assert described(full) == {**bare, "scan_on_push": True, "immutable_tags": True, "kms_key": "arn:key"}
