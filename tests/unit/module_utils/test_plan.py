# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible_collections.groundwork.cloud.plugins.module_utils.plan import (
    Exact,
    Plan,
    declared,
    declared_of,
    exact,
    matches,
    plan,
    without_none,
)

TAGS = {"stack": "shop", "owner": "me"}


@pytest.mark.parametrize(
    ("current", "desired", "expected"),
    [
        ({}, {}, Plan()),
        ({}, {"a": {"x": 1}}, Plan(create={"a": {"x": 1}})),
        ({"a": {"x": 1}}, {"a": {"x": 1}}, Plan()),
        ({"a": {"x": 1, "y": 2}}, {"a": {"x": 1}}, Plan()),
        ({"a": {"x": 1, "y": 2}}, {"a": {"x": 3}}, Plan(update={"a": ({"x": 1}, {"x": 3})})),
        ({"a": {}}, {"a": {"x": 1}}, Plan(update={"a": ({}, {"x": 1})})),
        ({"a": {"x": 1}}, {"a": None}, Plan(delete={"a": {"x": 1}})),
        ({}, {"a": None}, Plan()),
        ({"b": {"x": 1}}, {}, Plan()),
        ({"tags": TAGS}, {"tags": {"stack": "shop"}}, Plan()),
        (
            {"tags": TAGS},
            {"tags": Exact({"stack": "shop"})},
            Plan(update={"tags": (TAGS, Exact({"stack": "shop"}))}),
        ),
    ],
)
def test_plan(current, desired, expected):
    todo = plan(current, desired)
    assert todo == expected
    assert todo.changed is (expected != Plan())


@pytest.mark.parametrize(
    ("have", "want", "same"),
    [
        (1, 1, True),
        (1, 2, False),
        (1, {"x": 1}, False),
        ({"x": {"y": 1, "z": 2}}, {"x": {"y": 1}}, True),
        ({"x": {"y": 1, "z": 2}}, {"x": exact({"y": 1})}, False),
        ([1, 2], (1, 2), True),
        ([1, 2], [1], False),
        ([{"x": 1, "y": 2}], [{"x": 1}], True),
        ([{"x": 1, "y": 2}], exact([{"x": 1}]), False),
        ("ab", ["a", "b"], False),
    ],
)
def test_matches(have, want, same):
    assert matches(have, want) is same


def test_what_is_written_and_what_stood():
    todo = Plan(create={"a": {"x": 1}}, update={"b": ({"x": 1}, {"x": 2})}, delete={"c": {"x": 3}})
    assert [todo.after(name) for name in "abcd"] == [{"x": 1}, {"x": 2}, None, None]
    assert [todo.before(name) for name in "abcd"] == [{}, {"x": 1}, {"x": 3}, {}]


def test_a_diff_is_of_plain_values():
    todo = Plan(create={"a": Exact({"x": (1, Exact({"y": 2}))})}, delete={"c": {"x": 3}})
    diff = todo.diff()
    assert diff == {"before": {"c": {"x": 3}}, "after": {"a": {"x": [1, {"y": 2}]}}}
    assert type(diff["after"]["a"]) is dict
    assert type(diff["after"]["a"]["x"][1]) is dict


@pytest.mark.parametrize(
    ("have", "want", "expected"),
    [
        ({"x": 1, "y": 2}, {"x": 5, "z": 3}, {"x": 1}),
        ({"x": {"y": 1, "z": 2}}, {"x": {"y": 5}}, {"x": {"y": 1}}),
        ({"x": 1}, {"x": {"y": 5}}, {"x": 1}),
        ({"x": 1, "y": 2}, Exact({"x": 5}), {"x": 1, "y": 2}),
        ({"x": {"z": 1, "a": 2}, "y": {"z": 3}}, Exact({"x": {"z": 5}}), {"x": {"z": 1}, "y": {"z": 3}}),
        ({"x": {"z": 1, "a": 2}}, {"x": Exact({"z": 5})}, {"x": {"z": 1, "a": 2}}),
    ],
)
def test_a_diff_shows_what_was_declared(have, want, expected):
    assert declared_of(have, want) == expected


def test_what_is_not_declared_is_left_out():
    assert declared({"a": None, "b": 0, "c": ""}) == {"b": 0, "c": ""}
    assert without_none({"a": None, "b": [{"c": None, "d": 1}], "e": ({"f": None},)}) == {"b": [{"d": 1}], "e": [{}]}
