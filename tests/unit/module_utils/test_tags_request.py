# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import botocore.session
import pytest
from ansible_collections.groundwork.cloud.plugins.module_utils.aws import own_tags, tag_dict, tags_request
from botocore.validate import ParamValidator

SESSION = botocore.session.get_session()
LIST = [{"Key": "Name", "Value": "web"}]


@pytest.mark.parametrize(
    ("service", "operations", "tagging", "untagging"),
    [
        ("sns", "TagResource UntagResource", {"ResourceArn": "web", "Tags": LIST}, {"ResourceArn": "web", "TagKeys": ["Name"]}),
        (
            "events",
            "TagResource UntagResource",
            {"ResourceARN": "web", "Tags": LIST},
            {"ResourceARN": "web", "TagKeys": ["Name"]},
        ),
        (
            "ecs",
            "TagResource UntagResource",
            {"resourceArn": "web", "tags": [{"key": "Name", "value": "web"}]},
            {"resourceArn": "web", "tagKeys": ["Name"]},
        ),
        (
            "logs",
            "TagResource UntagResource",
            {"resourceArn": "web", "tags": {"Name": "web"}},
            {"resourceArn": "web", "tagKeys": ["Name"]},
        ),
        (
            "secretsmanager",
            "TagResource UntagResource",
            {"SecretId": "web", "Tags": LIST},
            {"SecretId": "web", "TagKeys": ["Name"]},
        ),
        (
            "kms",
            "TagResource UntagResource",
            {"KeyId": "web", "Tags": [{"TagKey": "Name", "TagValue": "web"}]},
            {"KeyId": "web", "TagKeys": ["Name"]},
        ),
        (
            "rds",
            "AddTagsToResource RemoveTagsFromResource",
            {"ResourceName": "web", "Tags": LIST},
            {"ResourceName": "web", "TagKeys": ["Name"]},
        ),
        ("elbv2", "AddTags RemoveTags", {"ResourceArns": ["web"], "Tags": LIST}, {"ResourceArns": ["web"], "TagKeys": ["Name"]}),
        ("ec2", "CreateTags DeleteTags", {"Resources": ["web"], "Tags": LIST}, {"Resources": ["web"], "Tags": [{"Key": "Name"}]}),
        (
            "acm",
            "AddTagsToCertificate RemoveTagsFromCertificate",
            {"CertificateArn": "web", "Tags": LIST},
            {"CertificateArn": "web", "Tags": [{"Key": "Name"}]},
        ),
    ],
)
def test_tags_are_told_in_the_words_of_the_service(service, operations, tagging, untagging):
    cases = zip(operations.split(), ("web", None), (tagging, untagging), strict=True)
    for operation, text, expected in cases:
        shape = SESSION.get_service_model(service).operation_model(operation).input_shape
        assert tags_request(shape, "web", {"Name": text}) == expected
        if service != "acm":  # whose ARNs are longer
            assert not ParamValidator().validate(expected, shape).has_errors()


def test_tags_of_aws_are_not_ours_to_remove():
    tags = {"Name": "web", "aws:cloudformation:stack-name": "web"}
    assert own_tags(tags) == tag_dict([{"Key": key, "Value": value} for key, value in tags.items()]) == {"Name": "web"}
