# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible_collections.groundwork.cloud.plugins.module_utils.plan import (
    Plan,
    declared,
    declared_of,
    exact,
    matches,
    plan,
    without_none,
)


@pytest.mark.parametrize(
    ("have", "want", "same"),
    [
        ("a", "a", True),
        (1, "1", False),
        ({"a": 1, "server": 2}, {"a": 1}, True),
        ({"a": 1}, {"a": 1, "b": 2}, False),
        ({"a": {"b": 1, "server": 2}}, {"a": {"b": 1}}, True),
        ({"a": {"b": 1}}, {"a": {"b": 2}}, False),
        ("a", {"a": 1}, False),
        ([1, 2], [1, 2], True),
        ([1, 2], (1, 2), True),
        ([2, 1], [1, 2], False),
        ([1], [1, 2], False),
        ("12", ["1", "2"], False),
        ([{"a": 1, "server": 2}], [{"a": 1}], True),
        ({"a": 1, "server": 2}, exact({"a": 1}), False),
        ({"a": 1}, exact({"a": 1}), True),
        ([{"a": 1, "server": 2}], exact([{"a": 1}]), False),
        ({}, {}, True),
    ],
)
def test_only_what_was_declared_is_compared(have, want, same):
    assert matches(have, want) is same


def test_a_plan_creates_updates_and_deletes():
    current = {"repository": {"name": "web", "scan": False, "arn": "arn:1"}, "policy": {"text": "old"}, "tags": {"a": "1"}}
    desired = {
        "repository": {"name": "web", "scan": True},
        "policy": None,
        "tags": {"a": "1"},
        "access": {"who": "me"},
        "gone": None,
    }
    todo = plan(current, desired)
    assert todo == Plan(
        create={"access": {"who": "me"}},
        update={"repository": ({"name": "web", "scan": False}, {"name": "web", "scan": True})},
        delete={"policy": {"text": "old"}},
    )
    assert todo.changed
    assert todo.diff() == {
        "before": {"repository": {"name": "web", "scan": False}, "policy": {"text": "old"}},
        "after": {"repository": {"name": "web", "scan": True}, "access": {"who": "me"}},
    }
    assert {part: todo.after(part) for part in ("access", "repository", "policy", "tags")} == {
        "access": {"who": "me"},
        "repository": {"name": "web", "scan": True},
        "policy": None,
        "tags": None,
    }
    assert todo.before("repository") == {"name": "web", "scan": False}
    assert todo.before("policy") == {"text": "old"}
    assert todo.before("access") == {}


def test_what_is_as_declared_plans_nothing():
    todo = plan({"queue": {"name": "a", "url": "u"}}, {"queue": {"name": "a"}, "policy": None})
    assert not todo.changed
    assert todo.diff() == {"before": {}, "after": {}}


def test_a_diff_is_made_of_ordinary_mappings_and_lists():
    after = plan({}, {"policy": exact({"rules": ({"a": 1},)})}).diff()["after"]
    assert after == {"policy": {"rules": [{"a": 1}]}}
    assert type(after["policy"]) is dict
    assert type(after["policy"]["rules"][0]) is dict


@pytest.mark.parametrize(
    ("have", "want", "shown"),
    [
        ({"a": 1, "server": 2}, {"a": 2, "b": 3}, {"a": 1}),
        ({"a": {"b": 1, "server": 2}}, {"a": {"b": 2}}, {"a": {"b": 1}}),
        ({"a": "text"}, {"a": {"b": 2}}, {"a": "text"}),
        ({"a": 1, "server": 2}, exact({"a": 2}), {"a": 1, "server": 2}),
    ],
)
def test_before_shows_what_the_declaration_speaks_of(have, want, shown):
    assert declared_of(have, want) == shown


def test_what_was_left_out_is_not_declared():
    assert declared({"a": 1, "b": None, "c": {"d": None}}) == {"a": 1, "c": {"d": None}}
    assert without_none({"a": 1, "b": None, "c": {"d": None, "e": [{"f": None}, 0, ""]}}) == {"a": 1, "c": {"e": [{}, 0, ""]}}
