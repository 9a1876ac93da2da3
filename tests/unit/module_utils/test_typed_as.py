# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import botocore.session
import pytest
from ansible_collections.groundwork.cloud.plugins.module_utils.aws import typed_as
from ansible_collections.groundwork.cloud.plugins.module_utils.plan import without_none

SHAPE = botocore.session.get_session().get_service_model("ecs").operation_model("RegisterTaskDefinition").input_shape


@pytest.mark.parametrize(
    ("given", "typed"),
    [
        ({"cpu": 256}, {"cpu": "256"}),
        ({"containerDefinitions": [{"memory": "128"}]}, {"containerDefinitions": [{"memory": 128}]}),
        ({"containerDefinitions": [{"essential": "True"}]}, {"containerDefinitions": [{"essential": True}]}),
        (
            {"containerDefinitions": [{"environment": [{"name": "DEBUG", "value": False}]}]},
            {"containerDefinitions": [{"environment": [{"name": "DEBUG", "value": "false"}]}]},
        ),
        ({"containerDefinitions": [{"dockerLabels": {1: 2}}]}, {"containerDefinitions": [{"dockerLabels": {"1": "2"}}]}),
        ({"containerDefinitions": [{"memory": "much"}]}, {"containerDefinitions": [{"memory": "much"}]}),
        ({"unknown": "1"}, {"unknown": "1"}),
    ],
)
def test_values_take_the_types_of_the_api(given, typed):
    assert typed_as(given, SHAPE) == typed


def test_without_none_at_any_depth():
    assert without_none({"a": None, "b": [{"c": None, "d": 0}], "e": {"f": None}}) == {"b": [{"d": 0}], "e": {}}
