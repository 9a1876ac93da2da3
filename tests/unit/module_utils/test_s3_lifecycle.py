# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from ansible_collections.groundwork.cloud.plugins.module_utils.s3_lifecycle import canonical_rule

TAG = {"Key": "keep", "Value": "long"}
RULE = {"ID": "one", "Status": "Enabled"}


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ({"Filter": {"Prefix": ""}}, {"Filter": {}}),
        ({"Filter": {}}, {"Filter": {}}),
        ({"Prefix": ""}, {"Filter": {}}),
        ({"Prefix": "a/"}, {"Filter": {"Prefix": "a/"}}),
        ({"Filter": {"Tag": TAG}}, {"Filter": {"Tags": {"keep": "long"}}}),
        (
            {"Filter": {"And": {"Prefix": "a/", "Tags": [TAG], "ObjectSizeGreaterThan": 9}}},
            {"Filter": {"Prefix": "a/", "Tags": {"keep": "long"}, "ObjectSizeGreaterThan": 9}},
        ),
        ({"Expiration": {"Days": 1, "ExpiredObjectDeleteMarker": False}}, {"Filter": {}, "Expiration": {"Days": 1}}),
        ({"Expiration": {"Date": "2027-01-31T00:00:00Z"}}, {"Filter": {}, "Expiration": {"Date": "2027-01-31"}}),
        ({"Expiration": {"Date": datetime(2027, 1, 31, tzinfo=UTC)}}, {"Filter": {}, "Expiration": {"Date": "2027-01-31"}}),
        (
            {"Transitions": [{"Days": 90, "StorageClass": "GLACIER"}, {"Days": 30, "StorageClass": "STANDARD_IA"}]},
            {"Filter": {}, "Transitions": [{"Days": 30, "StorageClass": "STANDARD_IA"}, {"Days": 90, "StorageClass": "GLACIER"}]},
        ),
        ({"Transitions": [], "NoncurrentVersionExpiration": {}}, {"Filter": {}}),
    ],
)
def test_one_form_for_all_rules_that_mean_the_same(written, form):
    assert canonical_rule({**RULE, **written}) == {**RULE, **form}
