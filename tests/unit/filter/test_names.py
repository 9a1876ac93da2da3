# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The filters of names and tags, as a template calls them."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.groundwork.cloud.plugins.filter import full_name, part_tags, resource_name


@pytest.mark.parametrize(
    ("parts", "name"),
    [(["shop", "production", "app.example.org"], "shop-production-app-example-org"), ("shop_web", "shop-web")],
)
def test_full_name(parts, name):
    assert full_name.FilterModule().filters()["full_name"](parts) == name


def test_resource_name():
    named = resource_name.FilterModule().filters()["resource_name"]
    assert named(["shop", "production", "public"], "load_balancer") == "shop-production-public"
    assert named("shop", "role") == "shop"
    with pytest.raises(AnsibleFilterError, match="no length limit is known for a 'boat'"):
        named(["shop"], "boat")


def test_part_tags():
    tagged = part_tags.FilterModule().filters()["part_tags"]
    assert tagged({"Name": "shop-main", "team": "web"}, "public.a") == {"Name": "shop-main-public-a", "team": "web"}
