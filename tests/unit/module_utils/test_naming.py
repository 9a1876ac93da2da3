# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible_collections.groundwork.cloud.plugins.module_utils import naming


@pytest.mark.parametrize(
    ("name", "limit", "expected"),
    [
        ("shop-production-web", 19, "shop-production-web"),
        ("shop-production-web", 18, "shop-prod-a3267bf4"),
        ("shop-prod-web-api-one", 19, "shop-prod-06fe1e5d"),
    ],
)
def test_shorten(name, limit, expected):
    short = naming.shorten(name, limit)
    assert short == expected
    assert len(short) <= limit
    assert short.startswith(naming.kept(name, limit).rstrip("-")) or short == name


def test_names_that_differ_late_stay_apart():
    names = [naming.shorten(f"{'a' * 40}-{end}", 32) for end in ("one", "two")]
    assert len(set(names)) == 2


@pytest.mark.parametrize("kind", sorted(naming.LIMITS))
def test_every_kind_is_kept_within_its_limit(kind):
    assert len(naming.resource_name(["shop", "production", "x" * 600], kind)) == naming.LIMITS[kind]


def test_a_kind_that_is_not_known():
    with pytest.raises(ValueError, match="no length limit is known for a 'planet'"):
        naming.resource_name(["shop"], "planet")


def test_what_a_stack_is_found_by():
    assert naming.stack_prefix("shop", "production") == "shop-production"
    assert naming.stack_tags("shop", "production") == {"groundwork:stack": "shop", "groundwork:environment": "production"}


@pytest.mark.parametrize(
    ("component", "name", "part"),
    [
        ("main", "shop-production-main-public-us-east-1a", "public-us-east-1a"),
        ("main", "shop-production-main", ""),
        ("app.example.org", "shop-production-app-example-org", ""),
        ("main", "by-hand", "by-hand"),
        ("main", None, ""),
    ],
)
def test_part_of(component, name, part):
    tags = {**naming.stack_tags("shop", "production"), naming.COMPONENT_TAG: component}
    assert naming.part_of(tags if name is None else {**tags, naming.NAME_TAG: name}) == part
