# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.groundwork.cloud.plugins.module_utils.elasticache import CacheError
from ansible_collections.groundwork.cloud.plugins.modules.elasticache_parameter_group import batches, refuse_unknown, text, wanted

OPTIONS: dict[str, Any] = {
    "name": "shop",
    "family": "redis7",
    "description": None,
    "parameters": None,
    "state": "present",
    "tags": None,
    "purge_tags": False,
}
STANDS = {"parameter_group": {"name": "shop", "family": "redis7"}}


@pytest.mark.parametrize(("value", "expected"), [(True, "yes"), (False, "no"), (25, "25"), ("Ex", "Ex")])
def test_text(value, expected):
    assert text(value) == expected


@pytest.mark.parametrize(
    ("given", "parts"),
    [
        ({}, {"parameter_group": {"name": "shop", "family": "redis7"}}),
        (
            {"parameters": {"timeout": 60}, "tags": {"a": 1}},
            {"parameter_group": {"name": "shop", "family": "redis7"}, "parameters": {"timeout": "60"}, "tags": {"a": "1"}},
        ),
        ({"state": "absent"}, {"parameter_group": None}),
    ],
)
def test_wanted(given, parts):
    assert wanted({**OPTIONS, **given}, {}) == parts


def test_the_family_is_needed_once_and_stays():
    assert wanted({**OPTIONS, "family": None}, STANDS) == {"parameter_group": {"name": "shop"}}
    with pytest.raises(CacheError, match="a new group needs a family"):
        wanted({**OPTIONS, "family": None}, {})
    with pytest.raises(CacheError, match="its family is redis7 and can't be changed to valkey8; take another name"):
        wanted({**OPTIONS, "family": "valkey8"}, STANDS)


def test_unknown_parameters_are_refused_with_the_nearest():
    known = {"maxmemory-policy": {}, "maxclients": {"IsModifiable": False}}
    refuse_unknown("shop", ["maxmemory-policy"], known)
    with pytest.raises(CacheError, match="did you mean maxmemory-policy"):
        refuse_unknown("shop", ["maxmemory_policy"], known)
    with pytest.raises(CacheError, match="its family has no such parameter; leave it out"):
        refuse_unknown("shop", ["zzz"], known)
    with pytest.raises(CacheError, match="ElastiCache does not let it be changed"):
        refuse_unknown("shop", ["maxclients"], known)


def test_batches():
    assert [len(batch) for batch in batches({str(number): "1" for number in range(45)})] == [20, 20, 5]
