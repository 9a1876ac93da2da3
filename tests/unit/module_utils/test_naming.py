# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible_collections.groundwork.cloud.plugins.module_utils import naming

LONG = "shop-feature-checkout-redesign-public"


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        (["shop", "production", "web"], "shop-production-web"),
        (["shop", "production", "app.example.org"], "shop-production-app-example-org"),
        (["shop", "production", "web", ""], "shop-production-web"),
        (["Shop", "my_env", "a--b"], "shop-my-env-a-b"),
        (["-shop", "production-"], "shop-production"),
        ([], ""),
    ],
)
def test_full_name(parts, name):
    assert naming.full_name(parts) == name


@pytest.mark.parametrize("limit", [20, 32, len(LONG)])
def test_a_name_fits_and_keeps_its_beginning(limit):
    short = naming.shorten(LONG, limit)
    assert len(short) <= limit
    assert short.startswith(naming.kept(LONG, limit).rstrip("-"))
    assert (short == LONG) is (limit == len(LONG))


def test_shortened_names_of_two_resources_differ():
    assert naming.shorten(f"{LONG}-a", 32) != naming.shorten(f"{LONG}-b", 32)
    assert naming.shorten(f"{LONG}-a", 32) == naming.shorten(f"{LONG}-a", 32)


def test_no_hyphen_stands_twice_where_a_name_was_cut():
    assert naming.shorten("abc-" + "x" * 30, 13) == "abc-" + naming.shorten("abc-" + "x" * 30, 13)[-8:]


def test_resource_name():
    assert naming.resource_name(["shop", "production", "web"], "load_balancer") == "shop-production-web"
    assert len(naming.resource_name(["shop", "x" * 300], "load_balancer")) == 32
    with pytest.raises(ValueError, match="no length limit is known for a 'boat'; kinds are alarm, "):
        naming.resource_name(["shop"], "boat")


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("shop-production-main", ""),
        ("shop-production-main-public-us-east-1a", "public-us-east-1a"),
        ("something else", "something else"),
        (None, ""),
    ],
)
def test_part_of(name, part):
    tags = {naming.STACK_TAG: "shop", naming.ENVIRONMENT_TAG: "production", naming.COMPONENT_TAG: "main"}
    assert naming.part_of(tags if name is None else {**tags, naming.NAME_TAG: name}) == part


def test_stack():
    assert naming.stack_prefix("shop", "production") == "shop-production"
    assert naming.stack_tags("shop", "production") == {"groundwork:stack": "shop", "groundwork:environment": "production"}
