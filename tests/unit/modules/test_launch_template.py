# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import base64
from typing import Any

import pytest
from ansible_collections.groundwork.cloud.plugins.module_utils.plan import Exact
from ansible_collections.groundwork.cloud.plugins.modules.launch_template import TemplateError, described, wanted

DATA = {"InstanceType": "t4g.small", "MetadataOptions": {"HttpTokens": "required"}}


def asked(**options: Any) -> dict[str, Any]:
    plain = {"name": "web", "data": DATA, "user_data": "", "state": "present", "tags": None, "purge_tags": False}
    return {**plain, **options}


def standing(version: int = 3, default: int = 3, data: Any = DATA, text: str = "") -> dict[str, Any]:
    template = {"name": "web", "version": version, "default_version": default}
    return {"launch_template": template, "data": data, "user_data": {"text": text}}


@pytest.mark.parametrize(
    ("options", "current", "version"),
    [
        ({}, {}, 1),
        ({}, standing(), 3),
        ({}, standing(default=1), 3),
        ({}, standing(data={**DATA, "MetadataOptions": {"HttpTokens": "required", "State": "applied"}}), 3),
        ({}, standing(data={**DATA, "KeyName": "a"}), 4),
        ({}, standing(data={**DATA, "InstanceType": "t4g.micro"}), 4),
        ({"user_data": "#!/bin/sh"}, standing(), 4),
    ],
)
def test_other_data_is_another_version(options, current, version):
    parts = wanted(asked(**options), current)
    assert parts["launch_template"] == {"name": "web", "version": version, "default_version": version}
    assert isinstance(parts["data"], Exact)


@pytest.mark.parametrize(
    ("options", "current", "parts"),
    [
        ({"state": "absent"}, standing(), {"launch_template": None}),
        ({"state": "absent"}, {}, {}),
        ({"data": None, "tags": {"a": 1}}, standing(), {"launch_template": {"name": "web"}, "tags": {"a": "1"}}),
    ],
)
def test_wanted(options, current, parts):
    assert wanted(asked(**options), current) == parts


@pytest.mark.parametrize(
    ("data", "said"), [(None, "create launch template web: it has no data"), ({"UserData": "eA=="}, "declare it as user_data")]
)
def test_what_can_not_be_is_refused(data, said):
    with pytest.raises(TemplateError, match=said):
        wanted(asked(data=data), {})


def test_described():
    template = {
        "LaunchTemplateName": "web",
        "LaunchTemplateId": "lt-1",
        "LatestVersionNumber": 2,
        "DefaultVersionNumber": 1,
        "Tags": [{"Key": "a", "Value": "1"}],
    }
    text = base64.b64encode(b"#!/bin/sh").decode()
    assert described(template, {**DATA, "UserData": text}) == {
        "launch_template": {"name": "web", "id": "lt-1", "version": 2, "default_version": 1},
        "data": DATA,
        "user_data": {"text": "#!/bin/sh"},
        "tags": {"a": "1"},
    }
    assert described(template, {"UserData": None})["user_data"] == {"text": ""}
