# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible_collections.groundwork.cloud.plugins.modules.ecs_cluster import described, request


@pytest.mark.parametrize(
    ("cluster", "members"),
    [
        ({"name": "web"}, {}),
        ({"container_insights": "enabled"}, {"settings": [{"name": "containerInsights", "value": "enabled"}]}),
        (
            {"execute_command": {"logging": "default"}},
            {"configuration": {"executeCommandConfiguration": {"logging": "DEFAULT"}}},
        ),
        (
            {"execute_command": {"logging": "override", "kms_key": "alias/shop", "bucket": "shop", "bucket_encrypted": True}},
            {
                "configuration": {
                    "executeCommandConfiguration": {
                        "logging": "OVERRIDE",
                        "kmsKeyId": "alias/shop",
                        "logConfiguration": {"s3BucketName": "shop", "s3EncryptionEnabled": True},
                    }
                }
            },
        ),
    ],
)
def test_request(cluster, members):
    assert request(cluster) == members


def test_a_bare_cluster_is_described_with_its_defaults():
    cluster = described({"clusterName": "web", "clusterArn": "arn:web", "status": "ACTIVE"})
    assert cluster["container_insights"] == "disabled"
    assert cluster["capacity_providers"] == []
    assert cluster["execute_command"]["logging"] == "default"
    assert cluster["execute_command"]["log_group"] == ""
